// Draws an experiment, a quiz or a picture from the traits of LiveWidget. Words go in as text,
// never as HTML. Native controls bring keyboard, focus and roles with them.

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

// Text between backticks is code; a lone backtick is only a sign.
function rich(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, i) => (i % 2 ? h("code", {}, part) : part));
}

// A picture is swapped only once it is decoded, and never for an older one.
function pictureBox() {
  const image = h("img", { alt: "" });
  let url = null, newest = 0;
  function show(frame) {
    const mine = ++newest;
    image.hidden = !frame.png;
    if (!frame.png) return;
    const next = URL.createObjectURL(new Blob([frame.png], { type: "image/png" }));
    const ready = new Image();
    ready.src = next;
    ready.decode().catch(() => {}).then(() => {
      if (mine !== newest) return URL.revokeObjectURL(next);
      image.src = next;
      image.alt = frame.alt;
      if (url) URL.revokeObjectURL(url);
      url = next;
    });
  }
  return { image, show, close: () => url && URL.revokeObjectURL(url) };
}

// One question: options as radio buttons; `send` gets the position of the chosen one.
function askBox(question, lead, button, send, more = []) {
  const name = fresh();
  const hint = h("p", { class: "bp-lead", role: "status" });
  const radios = question.options.map((_, i) => h("input", { type: "radio", name, value: i }));
  const submit = h("button", { type: "button", class: "bp-main", onclick: () => {
    const chosen = radios.findIndex((radio) => radio.checked);
    hint.textContent = chosen < 0 ? "Choose an answer first." : "";
    if (chosen < 0) radios[0].focus(); else send(chosen);
  } }, button);
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
  if (kind === "slider") {
    const output = h("output", { for: id });
    const input = h("input", { id, type: "range", min: 0, max: texts.length - 1, step: 1,
      oninput: () => { say(); changed(); } });
    const say = () => {
      output.textContent = texts[input.value];
      input.setAttribute("aria-valuetext", texts[input.value]);
    };
    return {
      box: h("div", { class: "bp-control" }, h("label", { for: id }, label), h("div", { class: "bp-slide" }, input, output)),
      get: () => Number(input.value),
      set: (at) => { input.value = at; say(); },
    };
  }
  if (kind === "switch") {
    const input = h("input", { type: "checkbox", role: "switch", onchange: changed });
    return {
      box: h("div", { class: "bp-control" }, h("label", { class: "bp-switch" }, input, label)),
      get: () => Number(input.checked),
      set: (at) => { input.checked = at === 1; },
    };
  }
  if (kind === "radio") {
    const radios = texts.map((_, i) => h("input", { type: "radio", name: id, value: i, onchange: changed }));
    return {
      box: h("fieldset", { class: "bp-control" }, h("legend", {}, label), h("div", { class: "bp-segments" },
        texts.map((text, i) => h("label", {}, radios[i], text)))),
      get: () => radios.findIndex((radio) => radio.checked),
      set: (at) => { radios[at].checked = true; },
    };
  }
  const select = h("select", { id, onchange: changed }, texts.map((text, i) => h("option", { value: i }, text)));
  return {
    box: h("div", { class: "bp-control" }, h("label", { for: id }, label), select),
    get: () => select.selectedIndex,
    set: (at) => { select.selectedIndex = at; },
  };
}

// Controls, picture and values. One request is under way at most; the newest wish waits for it.
function workBox(model) {
  const spec = model.get("spec"), picture = pictureBox(), me = fresh();
  const values = h("dl", { class: "bp-values" });
  const busy = h("p", { class: "bp-busy", role: "status" });
  const spoken = h("div", { class: "bp-sr", "aria-live": "polite" });
  const error = h("div", { class: "bp-told", role: "alert", hidden: true });
  let waiting = "", wish = false, count = 0, slow = 0, lost = 0, speak = 0;

  function request() {
    if (waiting) { wish = true; return; }
    wish = false;
    waiting = `${me}:${++count}`;
    const at = Object.fromEntries(spec.controls.map((c, i) => [c.name, boxes[i].get()]));
    model.send({ type: "set", at, seq: waiting });
    slow = setTimeout(() => { busy.textContent = "Computing …"; }, 400);
    lost = setTimeout(() => {
      busy.textContent = "No answer yet. If the kernel was restarted, run this cell again.";
    }, 10000);
  }
  const boxes = spec.controls.map((control) => controlBox(control, request));
  const place = (at) => spec.controls.forEach((control, i) => boxes[i].set(at[control.name]));
  const preset = ({ name, at }) => h("button", { type: "button", onclick: () => { place(at); request(); } }, name);
  const reset = spec.presets[spec.presets.length - 1];

  function draw() {
    const frame = model.get("frame");
    if (frame.seq === waiting) {
      clearTimeout(slow);
      clearTimeout(lost);
      busy.textContent = waiting = "";
      if (wish) request();
    }
    if (!waiting) place(frame.at);
    picture.show(frame);
    values.replaceChildren(...frame.values.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text))));
    error.hidden = !frame.error;
    if (frame.error) {
      tell(error, "wrong", frame.error);
      error.append(" ", preset(reset));
    }
    clearTimeout(speak);  // a screen reader hears the finding once the hand rests
    if (frame.seq) speak = setTimeout(() => { spoken.textContent = frame.alt; }, 800);
  }

  const box = h("div", { class: "bp-work" },
    h("div", { class: "bp-controls" }, boxes.map((b) => b.box), h("div", { class: "bp-row" }, spec.presets.map(preset)), busy),
    h("div", { class: "bp-stage" }, picture.image, values, error), spoken);
  model.on("change:frame", draw);
  draw();
  return { box, close: () => { model.off("change:frame", draw); [slow, lost, speak].forEach(clearTimeout); picture.close(); } };
}

function experiment(model, root) {
  const spec = model.get("spec"), work = workBox(model);
  const names = ["Predict", "Try", "Read off"];
  const steps = names.map((name, i) => h("li", {}, `${i + 1} ${name}`));
  const skip = h("button", { type: "button", onclick: () => model.send({ type: "predict", choice: null }) }, "Skip");
  const predict = askBox(spec.predict, "Predict first:", "Record my prediction",
    (choice) => model.send({ type: "predict", choice }), [skip]);
  const said = h("p", { class: "bp-said", tabindex: -1 });
  const answer = h("button", { type: "button", onclick: () => model.send({ type: "answer" }) }, "Show the answer");
  const readOff = askBox(spec.read_off, spec.again ? "Now read off:" : "Read off:", "Check what I saw",
    (choice) => model.send({ type: "read_off", choice }), [answer]);
  const told = h("div", { hidden: true, role: "status" });
  const note = h("p", { class: "bp-note", role: "status" });
  const after = h("div", {}, said, work.box, readOff.box, told);
  let before = null;

  function draw() {
    const state = model.get("state");
    const at = { predict: 0, try: 1, done: 2 }[state.phase];
    steps.forEach((step, i) => (i === at ? step.setAttribute("aria-current", "step") : step.removeAttribute("aria-current")));
    predict.box.hidden = at > 0;
    after.hidden = at === 0;
    const prediction = state.said ? ["Your prediction: ", h("strong", {}, rich(state.said))] : ["Prediction skipped."];
    said.replaceChildren(h("span", { class: "bp-lead" }, rich(spec.predict.prompt)), h("br"), ...prediction);
    answer.hidden = state.verdict !== "wrong";
    if (state.verdict === "wrong") tell(told, "wrong", "That is not what the experiment shows. Move the controls and look again, or ask for the answer.");
    if (at === 2) {
      tell(told, state.verdict, state.told);
      readOff.close();
      readOff.submit.hidden = answer.hidden = true;
    }
    note.textContent = state.note;
    if (before === "predict" && at > 0) said.focus();  // the button that had the focus is gone
    before = state.phase;
  }

  root.append(
    h("div", { class: "bp-head" }, h("span", { class: "bp-tag" }, `Experiment ${spec.id}`),
      h("span", { class: "bp-title" }, spec.title), h("ol", { class: "bp-steps" }, steps)),
    predict.box, after, note);
  root.setAttribute("aria-label", `Experiment ${spec.id}: ${spec.title}`);
  model.on("change:state", draw);
  draw();
  return () => { model.off("change:state", draw); work.close(); };
}

function quiz(model, root) {
  const spec = model.get("spec");
  const rows = spec.questions.map((question, i) => {
    const ask = askBox(question, `${i + 1}.`, "Answer", (choice) => model.send({ type: "answer", question: i, choice }));
    const told = h("div", { hidden: true, role: "status", tabindex: -1 });
    return { ...ask, told, box: h("div", { class: "bp-question" }, ask.box, told) };
  });
  const note = h("p", { class: "bp-note", role: "status" });

  function draw(first) {
    const { answers, note: words } = model.get("state");
    for (const [i, given] of Object.entries(answers)) {
      const row = rows[i], isNew = !row.submit.hidden;
      row.close(given.choice);
      row.submit.hidden = true;
      tell(row.told, given.right ? "right" : "wrong", given.told);
      if (isNew && first !== true) row.told.focus();
    }
    note.textContent = words;
  }

  root.append(h("div", { class: "bp-head" }, h("span", { class: "bp-title" }, spec.title)), ...rows.map((row) => row.box), note);
  root.setAttribute("aria-label", spec.title);
  const redraw = () => draw(false);
  model.on("change:state", redraw);
  draw(true);
  return () => model.off("change:state", redraw);
}

function picture(model, root) {
  const { image, show, close } = pictureBox();
  root.classList.add("bp-picture");
  root.removeAttribute("role");
  root.append(image);
  show(model.get("frame"));
  return close;
}

// JupyterLab takes arrow keys and Enter for commands of its notebook unless the element that has
// the focus forbids it. With Control or Command held its commands stay, so that saving works.
function keepKeys(root) {
  const forbid = ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true");
  const isHeld = ({ key }) => key === "Control" || key === "Meta";
  root.addEventListener("focusin", forbid);
  root.addEventListener("keyup", (event) => isHeld(event) && forbid(event));
  root.addEventListener("keydown", (event) => {
    if (isHeld(event)) event.target.removeAttribute("data-lm-suppress-shortcuts");
  });
}

export default {
  render({ model, el }) {
    const root = h("div", { class: "bp-live", role: "group" });
    keepKeys(root);
    el.append(root);
    return { experiment, quiz, picture }[model.get("kind")](model, root);
  },
};
