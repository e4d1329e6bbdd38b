// Draws what stands in the panels of a scene on a canvas: lines, dots, areas, texts and fields, as
// bpworkbook.figures has placed them.

// The palette, and what text and axes have on paper.
const HUES = { orange: "#E69F00", sky: "#56B4E9", green: "#009E73", yellow: "#F0E442",
  blue: "#0072B2", red: "#D55E00", purple: "#CC79A7", none: "transparent" };
const PAPER = { ...HUES, ink: "#222222", black: "#000000", grey: "#6E6E6E",
  pale: "#E8E8E8", white: "#FFFFFF" };

function marker(g, kind, x, y, size) {
  const r = size / 2;
  g.beginPath();
  if (kind === "o") g.arc(x, y, r, 0, 2 * Math.PI);
  else if (kind === "s") g.rect(x - r, y - r, size, size);
  else {
    const corners = { "^": [[0, -r], [r, r], [-r, r]], v: [[0, r], [r, -r], [-r, -r]],
      D: [[0, -1.2 * r], [1.2 * r, 0], [0, 1.2 * r], [-1.2 * r, 0]] }[kind];
    corners.forEach(([dx, dy]) => g.lineTo(x + dx, y + dy));
    g.closePath();
  }
}

function stroke(g, color, width, dash = [], path = null) {
  g.strokeStyle = color;
  g.lineWidth = width;
  g.setLineDash(dash.map((length) => length * width));
  if (path) g.stroke(path); else g.stroke();
  g.setLineDash([]);
}

// Straight lines, each given as the places it goes through: x, y, x, y, ...
function straight(g, color, width, lines) {
  g.beginPath();
  for (const [x, y, ...on] of lines) {
    g.moveTo(x, y);
    for (let k = 0; k < on.length; k += 2) g.lineTo(on[k], on[k + 1]);
  }
  stroke(g, color, width);
}

function widthOf(g, text, { size, font, bold = false }) {
  g.font = `${bold ? "600 " : ""}${size}px ${font}`;
  return Math.max(...text.split("\n").map((line) => g.measureText(line).width));
}

function words(g, text, x, y, { size, color, font, align = "center", base = "middle", bold = false }) {
  g.font = `${bold ? "600 " : ""}${size}px ${font}`;
  g.fillStyle = color;
  g.textAlign = align;
  g.textBaseline = base;
  const lines = text.split("\n"), step = 1.2 * size;
  const up = 1 - lines.length, first = { middle: up / 2, bottom: up, alphabetic: up, top: 0 }[base];
  lines.forEach((line, i) => g.fillText(line, x, y + (first + i) * step));
}

const PARTS = {
  line(g, part, { xs, ys, color }) {
    let pen = false;
    g.beginPath();
    g.lineJoin = "round";
    xs.forEach((x, i) => {
      if (!Number.isFinite(x + ys[i])) { pen = false; return; }
      if (pen) g.lineTo(x, ys[i]); else g.moveTo(x, ys[i]);
      pen = true;
    });
    stroke(g, color(part.color), part.width, part.dash);
    g.fillStyle = color(part.color);
    if (part.marker) {
      for (let i = 0; i < xs.length; i += part.every) {
        if (Number.isFinite(xs[i] + ys[i])) { marker(g, part.marker, xs[i], ys[i], 6.5); g.fill(); }
      }
    }
    if (part.arrow) {
      const n = xs.length - 1, angle = Math.atan2(ys[n] - ys[n - 1], xs[n] - xs[n - 1]);
      g.beginPath();
      for (const turn of [0, 2.7, -2.7]) {
        const length = turn && 10;
        g.lineTo(xs[n] + length * Math.cos(angle + turn), ys[n] + length * Math.sin(angle + turn));
      }
      g.fill();
    }
  },
  dots(g, part, { xs, ys, color }) {
    g.fillStyle = color(part.fill);
    xs.forEach((x, i) => {
      if (!Number.isFinite(x + ys[i])) return;
      marker(g, part.marker, x, ys[i], part.size);
      if (part.fill !== "none") g.fill();
      stroke(g, color(part.edge), part.width);
    });
  },
  area(g, part, { xs, ys, color }) {
    const shape = new Path2D();
    xs.forEach((x, i) => shape.lineTo(x, ys[i]));
    shape.closePath();
    g.fillStyle = color(part.fill);
    g.fill(shape);
    if (part.hatch) {
      const left = Math.min(...xs), right = Math.max(...xs);
      const top = Math.min(...ys), foot = Math.max(...ys);
      const stripes = [];
      for (let x = left - (foot - top); x < right; x += 7) stripes.push([x, foot, x + foot - top, top]);
      g.save();
      g.clip(shape);
      straight(g, color(part.edge), 0.9, stripes);
      g.restore();
    }
    stroke(g, color(part.edge), part.width, part.dash, shape);
  },
  text(g, part, { x, y, color, font }) {
    const at = [x(part.x), y(part.y) - (part.above || 0)];
    const base = part.valign === "bottom" ? "alphabetic" : part.valign;
    if (part.rim) {
      const wide = widthOf(g, part.words, { ...part, font });
      const high = (1.2 * part.words.split("\n").length - 0.2) * part.size;
      g.globalAlpha = 0.8;
      g.fillStyle = color("white");
      const left = { left: 0, center: wide / 2, right: wide }[part.align];
      const above = { top: 0, middle: high / 2, bottom: high + 2 }[part.valign];
      g.fillRect(at[0] - left - 1, at[1] - above, wide + 2, high);
      g.globalAlpha = 1;
    }
    const shade = part.dark ? PAPER[part.color] : color(part.color);
    const lift = base === "alphabetic" ? 3 : 0;
    words(g, part.words, at[0], at[1] - lift, { ...part, color: shade, font, base });
  },
  field(g, part, { x, y, color, values }) {
    const { rows, cols } = part, cells = values(part.values);
    const small = new OffscreenCanvas(cols, rows), image = new ImageData(cols, rows);
    const stops = part.colors.map((hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16)));
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        const value = cells[row * cols + col], to = 4 * ((rows - 1 - row) * cols + col);
        if (Number.isNaN(value)) continue;
        const at = Math.min(Math.max(value, 0), 1) * (stops.length - 1);
        const k = Math.min(Math.floor(at), stops.length - 2), share = at - k;
        for (let c = 0; c < 3; c++) {
          image.data[to + c] = stops[k][c] + share * (stops[k + 1][c] - stops[k][c]);
        }
        image.data[to + 3] = 255;
      }
    }
    small.getContext("2d").putImageData(image, 0, 0);
    const [left, right, foot, top] = [x(part.box[0]), x(part.box[1]), y(part.box[2]), y(part.box[3])];
    const half = part.smooth ? 0.5 : 0;  // the values of a smooth field lie on its edges
    g.imageSmoothingEnabled = part.smooth;
    g.drawImage(small, half, half, cols - 2 * half, rows - 2 * half, left, top, right - left, foot - top);
    if (part.contour === null) return;
    const across = (c) => left + (c / (cols - 1)) * (right - left);
    const up = (r) => foot + (r / (rows - 1)) * (top - foot);
    const met = contour(cells, rows, cols, part.contour);
    g.lineCap = "round";
    straight(g, color("ink"), 2.25, met.map(([c, r, d, s]) => [across(c), up(r), across(d), up(s)]));
    g.lineCap = "butt";
  },
};

// Marching squares: in each cell the line joins the places on its sides where the height is met.
function contour(cells, rows, cols, height) {
  const ends = [];
  for (let r = 0; r < rows - 1; r++) {
    for (let c = 0; c < cols - 1; c++) {
      const corners = [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1]], met = [];
      for (let k = 0; k < 4; k++) {
        const [a, b] = corners[k], [d, e] = corners[(k + 1) % 4];
        const from = cells[b * cols + a], to = cells[e * cols + d];
        if ((from < height) !== (to < height)) {
          const share = (height - from) / (to - from);
          met.push(a + share * (d - a), b + share * (e - b));
        }
      }
      for (let k = 0; k + 3 < met.length; k += 4) ends.push(met.slice(k, k + 4));
    }
  }
  return ends;
}
