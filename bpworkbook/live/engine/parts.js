// What a page is made of: elements, pictures, questions, controls. Words go in as text, never as
// HTML. Native controls bring keyboard, focus and roles with them.

let made = 0;
const fresh = () => `bp-${++made}-${Math.random().toString(36).slice(2, 8)}`;

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
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

// Draws scenes on a canvas; `painted` is told the frame that has reached the screen.
function pictureBox(painted = () => {}) {
  const canvas = h("canvas", { role: "img", "data-picture": "canvas", hidden: true });
  let scene = null, values = null;
  function redraw() {
    if (!scene || !canvas.isConnected) return;
    drawScene(canvas, scene, values);
    canvas.closest(".bp-work")?.classList.toggle("bp-wide", scene.size[0] > 660);
    const place = canvas.parentElement;
    // What can be scrolled must be reached by the keyboard.
    if (place.scrollWidth > place.clientWidth + 1) canvas.tabIndex = 0;
    else canvas.removeAttribute("tabindex");
  }
  function show(frame) {
    scene = frame.scene;
    canvas.hidden = !scene;
    if (scene) {
      const { buffer, byteOffset, byteLength } = frame.values32;
      values = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
      canvas.style.maxWidth = `${scene.size[0]}px`;
      canvas.style.minWidth = `${leastWidth(scene)}px`;
      canvas.setAttribute("aria-label", frame.alt);
      redraw();
    }
    requestAnimationFrame(() => setTimeout(painted, 0, frame));  // the screen shows it by then
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
  };
  return { canvas, show, close };
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
  const options = h("fieldset", {},
    h("legend", {}, h("span", { class: "bp-lead" }, `${lead} `), rich(question.prompt)),
    question.options.map((text, i) => h("label", { class: "bp-option" }, radios[i], h("span", {}, rich(text)))));
  const box = h("div", { class: "bp-ask" }, options, h("div", { class: "bp-row" }, submit, more, hint));
  function close(chosen) {
    options.disabled = submit.hidden = true;
    if (chosen in radios) radios[chosen].checked = true;
  }
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
