// What a page is made of: elements, pictures, questions, controls. Words go in as text, never as
// HTML. Native controls bring keyboard, focus and roles with them.

let made = 0;
const fresh = () => `bp-${++made}-${Math.random().toString(36).slice(2, 8)}`;

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null));
  return element;
}

const button = (act, words, onclick, more = {}) =>
  h("button", { type: "button", "data-act": act, onclick, ...more }, words);

// Text between backticks is code; a lone backtick is only a sign.
function rich(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, i) => (i % 2 ? h("code", {}, part) : part));
}

// After the next frame of the screen has been shown.
const whenShown = (then) => requestAnimationFrame(() => setTimeout(then, 0));

// A scene is drawn at once; an image is swapped only once it is decoded, never for an older one.
// `painted` is told the frame that has reached the screen.
function pictureBox(painted = () => {}) {
  const image = h("img", { alt: "", "data-picture": "png", hidden: true });
  const canvas = h("canvas", { role: "img", "data-picture": "canvas", hidden: true });
  let url = null, newest = 0, last = null;
  function redraw() {
    if (!last || !last.scene || !canvas.isConnected) return;
    drawScene(canvas, last.scene, last.data);
    const place = canvas.parentElement, work = canvas.closest(".bp-work");
    if (work) work.classList.toggle("bp-wide", last.scene.size[0] > 660);
    // What can be scrolled must be reached by the keyboard.
    if (place.scrollWidth > place.clientWidth + 1) canvas.tabIndex = 0;
    else canvas.removeAttribute("tabindex");
  }
  function show(frame) {
    const mine = ++newest, done = () => whenShown(() => painted(frame));
    last = frame;
    canvas.hidden = !frame.scene;
    image.hidden = !frame.png;
    if (frame.scene) {
      const { buffer, byteOffset, byteLength } = frame.values32;
      last = { ...frame, data: new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength)) };
      canvas.style.maxWidth = `${frame.scene.size[0]}px`;
      canvas.style.minWidth = `${leastWidth(frame.scene)}px`;
      canvas.setAttribute("aria-label", frame.alt);
      redraw();
    }
    if (!frame.png) return done();
    const next = URL.createObjectURL(new Blob([frame.png], { type: "image/png" }));
    const ready = new Image();
    ready.src = next;
    ready.decode().catch(() => {}).then(() => {
      if (mine !== newest) return URL.revokeObjectURL(next);
      image.src = next;
      image.alt = frame.alt;
      if (url) URL.revokeObjectURL(url);
      url = next;
      done();
    });
  }
  // Another width, another zoom, another theme: the same picture, drawn anew.
  const sized = new ResizeObserver(redraw), themed = new MutationObserver(redraw);
  sized.observe(canvas);
  themed.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
  window.addEventListener("resize", redraw);
  const close = () => {
    sized.disconnect();
    themed.disconnect();
    window.removeEventListener("resize", redraw);
    if (url) URL.revokeObjectURL(url);
  };
  return { elements: [canvas, image], show, close };
}

// One question: options as radio buttons; `send` gets the position of the chosen one.
function askBox(question, lead, [act, words], send, more = []) {
  const name = fresh();
  const hint = h("p", { class: "bp-lead", role: "status" });
  const radios = question.options.map((_, i) => h("input", { type: "radio", name, value: i }));
  const submit = button(act, words, () => {
    const chosen = radios.findIndex((radio) => radio.checked);
    hint.textContent = chosen < 0 ? "Choose an answer first." : "";
    if (chosen < 0) radios[0].focus(); else send(chosen);
  }, { class: "bp-main" });
  const box = h("div", { class: "bp-ask" },
    h("fieldset", {},
      h("legend", {}, lead ? h("span", { class: "bp-lead" }, `${lead} `) : null, rich(question.prompt)),
      question.options.map((text, i) => h("label", { class: "bp-option" }, radios[i], h("span", {}, rich(text))))),
    h("div", { class: "bp-row" }, submit, more, hint));
  const close = (chosen) => radios.forEach((radio, i) => {
    radio.disabled = true;
    if (i === chosen) radio.checked = true;
  });
  return { box, submit, close };
}

// The signs are those on the card of a check.
function tell(box, verdict, text) {
  const signs = { right: ["✓", "bp-right"], wrong: ["→", "bp-wrong"], shown: ["○", "bp-shown"] };
  const [sign, look] = signs[verdict];
  box.className = `bp-told ${look}`;
  box.hidden = false;
  box.replaceChildren(`${sign} `, ...rich(text));
}

// A control as native elements; `at` is a position among its stops.
function controlBox(control, changed) {
  const id = fresh(), { kind, label, texts } = control;
  const field = (tag, ...parts) => h(tag, { class: "bp-control", "data-control": control.name }, ...parts);
  if (kind === "slider") {
    const output = h("output", { for: id });
    const input = h("input", { id, type: "range", min: 0, max: texts.length - 1, step: 1,
      oninput: () => { say(); changed(); } });
    const say = () => {
      output.textContent = texts[input.value];
      input.setAttribute("aria-valuetext", texts[input.value]);
    };
    return {
      box: field("div", h("label", { for: id }, label), h("div", { class: "bp-slide" }, input, output)),
      get: () => Number(input.value),
      set: (at) => { input.value = at; say(); },
    };
  }
  if (kind === "switch") {
    const input = h("input", { type: "checkbox", role: "switch", onchange: changed });
    return {
      box: field("div", h("label", { class: "bp-switch" }, input, label)),
      get: () => Number(input.checked),
      set: (at) => { input.checked = at === 1; },
    };
  }
  if (kind === "radio") {
    const radios = texts.map((_, i) => h("input", { type: "radio", name: id, value: i, onchange: changed }));
    return {
      box: field("fieldset", h("legend", {}, label), h("div", { class: "bp-segments" },
        texts.map((text, i) => h("label", {}, radios[i], text)))),
      get: () => radios.findIndex((radio) => radio.checked),
      set: (at) => { radios[at].checked = true; },
    };
  }
  const select = h("select", { id, onchange: changed }, texts.map((text, i) => h("option", { value: i }, text)));
  return {
    box: field("div", h("label", { for: id }, label), select),
    get: () => select.selectedIndex,
    set: (at) => { select.selectedIndex = at; },
  };
}
