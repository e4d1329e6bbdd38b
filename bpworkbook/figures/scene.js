// Draws a scene of bpworkbook.figures on a canvas. Limits, ticks and places are worked out there;
// here everything is a share of its panel. What stands in a panel is drawn by scene_marks.js.

// Text and axes follow the theme; on a field of colours they stay as on paper.
function themeColors(element) {
  const style = getComputedStyle(element), get = (name) => style.getPropertyValue(name).trim();
  const text = get("--bp-text") || PAPER.ink, back = get("--bp-back") || PAPER.white;
  // The blue of the palette is too dark for thin lines on a dark page.
  const blue = isDark(back) ? "#4FA6DE" : HUES.blue;
  const grey = get("--bp-soft") || PAPER.grey, pale = get("--bp-pale") || PAPER.pale;
  return { ...HUES, blue, ink: text, black: text, grey, pale, white: back, font: style.fontFamily };
}

function isDark(color) {
  const g = new OffscreenCanvas(1, 1).getContext("2d");
  g.fillStyle = color;
  g.fillRect(0, 0, 1, 1);
  const [red, green, blue] = g.getImageData(0, 0, 1, 1).data;
  return 0.3 * red + 0.6 * green + 0.1 * blue < 128;
}

function drawAxes(g, panel, theme, edge) {
  const [left, top, wide, high] = panel.box, look = { size: 11.25, color: theme.ink, font: theme.font };
  const kept = (middle, long) => Math.max(1 + long / 2, Math.min(middle, edge - 1 - long / 2));
  const within = (text, form) => {  // a line longer than the whole scene is written smaller
    const size = form.size * Math.min(1, (edge - 8) / Math.max(1, widthOf(g, text, form)));
    return { ...form, size, long: widthOf(g, text, { ...form, size }) };
  };
  const title = within(panel.title, { ...look, size: 13.75, align: "left", base: "bottom", bold: true });
  words(g, panel.title, Math.max(4, Math.min(left, edge - 4 - title.long)), top - 8, title);
  if (!panel.frame) return;
  const [across, up] = panel.ticks, x = (at) => left + at * wide, y = (at) => top + (1 - at) * high;
  const lined = (axis, ticks) => (!panel.paper && ["both", axis].includes(panel.grid) ? ticks : []);
  straight(g, theme.pale, 1, [
    ...lined("x", across).map(([at]) => [x(at), top, x(at), top + high]),
    ...lined("y", up).map(([at]) => [left, y(at), left + wide, y(at)])]);
  const room = across.reduce((sum, [, word]) => sum + widthOf(g, word, look) + 8, 0);
  const every = Math.ceil(room / (wide + 30));  // where words would meet, some are left out
  across.filter((_, i) => i % every === 0).forEach(([at, word]) =>
    words(g, word, kept(x(at), widthOf(g, word, look)), top + high + 8, { ...look, base: "top" }));
  up.forEach(([at, word]) => words(g, word, left - 8, y(at), { ...look, align: "right" }));
  const widest = Math.max(0, ...up.map(([, word]) => widthOf(g, word, look)));
  const label = within(panel.labels[0], { ...look, size: 12.5, base: "top" });
  words(g, panel.labels[0], kept(left + wide / 2, label.long), top + high + 26, label);
  g.save();
  g.translate(left - widest - 20, top + high / 2);
  g.rotate(-Math.PI / 2);
  words(g, panel.labels[1], 0, 0, { ...look, size: 12.5 });
  g.restore();
}

function drawFrame(g, panel, theme) {
  const [left, top, wide, high] = panel.box, [across, up] = panel.ticks;
  const x = (at) => left + at * wide, y = (at) => top + (1 - at) * high, foot = top + high;
  straight(g, theme.grey, 1, [[left, top, left, foot, left + wide, foot],
    ...across.map(([at]) => [x(at), foot, x(at), foot + 4]),
    ...up.map(([at]) => [left, y(at), left - 4, y(at)])]);
}

// An entry of a legend is drawn as the part itself, and on paper where the part is on paper.
function entry(g, part, left, y, theme) {
  const shades = part.paper ? PAPER : theme, color = (name) => shades[name];
  if (part.paper) {
    g.fillStyle = PAPER.white;
    g.fillRect(left - 2, y - 8.5, 36, 17);
  }
  const middle = left + 16, right = left + 32, low = y - 5, high = y + 5;
  const [small, at] = {
    line: [{ every: 1, arrow: false }, { xs: [left, middle, right], ys: [y, y, y] }],
    dots: [{ size: Math.min(part.size, 14) }, { xs: [middle], ys: [y] }],
    area: [{}, { xs: [left, right, right, left], ys: [low, low, high, high] }],
  }[part.kind];
  PARTS[part.kind](g, { ...part, ...small }, { ...at, color });
  words(g, part.name, left + 40, y, { size: 11.25, color: theme.ink, font: theme.font, align: "left" });
}

// The parts with an entry in the legend, each name once.
const named = (panels) => {
  const all = panels.flatMap(({ parts, paper }) => parts.map((part) => ({ ...part, paper })));
  const parts = all.filter(({ name }) => name);
  return parts.filter((part, i) => parts.findIndex(({ name }) => name === part.name) === i);
};

const widestName = (g, parts, { font }) =>
  Math.max(...parts.map(({ name }) => widthOf(g, name, { size: 11.25, font })));

function drawLegend(g, panel, theme) {
  const parts = named([panel]), [left, top, wide, high] = panel.box;
  const width = 54 + widestName(g, parts, theme), height = 8 + 17 * parts.length;
  const x = panel.legend.endsWith("right") ? left + wide - width - 5 : left + 6;
  const y = panel.legend.startsWith("upper") ? top + 4 : top + high - height - 5;
  g.globalAlpha = 0.9;
  g.fillStyle = theme.white;
  g.beginPath();
  g.roundRect(x, y, width, height, 3);
  g.fill();
  g.globalAlpha = 1;
  stroke(g, theme.pale, 1);
  parts.forEach((part, i) => entry(g, part, x + 7, y + 12.5 + 17 * i, theme));
}

function drawBelow(g, scene, theme) {
  const parts = named(scene.panels), columns = scene.below, rows = Math.ceil(parts.length / columns);
  const width = 58 + widestName(g, parts, theme);
  const left = (scene.size[0] - width * Math.min(columns, parts.length)) / 2;
  parts.forEach((part, i) => entry(g, part, left + (i % columns) * width,
    scene.size[1] - 14 - 18 * (rows - 1 - Math.floor(i / columns)), theme));
}

// Panels without axes have words at places of their own: they are scrolled rather than made smaller.
const leastWidth = ({ panels, size }) => (panels.some(({ frame }) => !frame) ? 0.8 * size[0] : 0);

// Where the page is narrow, as on a zoomed one, panels stand one under the other and words keep
// their size.
function fitted(g, scene, width, font) {
  if (width >= 0.75 * scene.size[0] || leastWidth(scene)) return scene;
  let top = 0;
  const ticks = scene.panels.flatMap((panel) => panel.ticks[1].map(([, word]) => word));
  const widest = Math.max(0, ...ticks.map((word) => widthOf(g, word, { size: 11.25, font })));
  const left = Math.max(64, widest + 32), wide = width - left - 16, columns = Math.max(1, Math.floor(width / 150));
  const panels = scene.panels.map((panel) => {
    const ratio = panel.box[3] / panel.box[2], high = wide * (panel.equal ? ratio : Math.max(ratio, 0.6));
    top += high + 86;
    return { ...panel, box: [left, top - high - 52, wide, high] };
  });
  const below = scene.below && columns, rows = below && Math.ceil(named(panels).length / columns);
  return { size: [width, top + 18 * rows], below, panels };
}

function drawScene(canvas, given, data) {
  const shown = canvas.clientWidth || given.size[0], theme = themeColors(canvas);
  const g = canvas.getContext("2d"), scene = fitted(g, given, shown, theme.font);
  const [wide, high] = scene.size, scale = (shown * devicePixelRatio) / wide;
  canvas.style.aspectRatio = `${wide} / ${high}`;
  const [columns, rows] = [Math.round(wide * scale), Math.round(high * scale)];
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const values = ([start, length]) => data.subarray(start, start + length);
  g.setTransform(scale, 0, 0, scale, 0, 0);
  g.fillStyle = theme.white;
  g.fillRect(0, 0, wide, high);
  for (const panel of scene.panels) {
    const [left, top, width, height] = panel.box, shades = panel.paper ? PAPER : theme;
    const x = (share) => left + share * width, y = (share) => top + (1 - share) * height;
    const color = (name) => shades[name];
    drawAxes(g, panel, theme, wide);
    g.save();
    if (panel.frame) { g.beginPath(); g.rect(left, top, width, height); g.clip(); }
    for (const part of panel.parts.filter(({ kind }) => kind !== "text")) {
      const of = part.x ? { xs: values(part.x).map(x), ys: values(part.y).map(y) } : {};
      PARTS[part.kind](g, part, { ...of, x, y, color, values });
    }
    g.restore();
    if (panel.frame) drawFrame(g, panel, theme);
    for (const part of panel.parts.filter(({ kind }) => kind === "text")) {
      PARTS.text(g, part, { x, y, color, font: theme.font });
    }
    if (panel.legend) drawLegend(g, panel, panel.paper ? { ...PAPER, font: theme.font } : theme);
  }
  if (scene.below) drawBelow(g, scene, theme);
}
