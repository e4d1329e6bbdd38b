// Draws an experiment, a quiz or a picture from the traits of LiveWidget. This is the last of the
// files that widget.py joins to one module: what stands in those before it is at hand here.

function experiment(model, root) {
  const spec = model.get("spec"), work = workBox(model);
  const names = ["Predict", "Try", "Read off"];
  const steps = names.map((name, i) => h("li", {}, `${i + 1} ${name}`));
  let before = null, mine = false;
  const guess = (choice) => { mine = true; model.send({ type: "predict", choice }); };
  const predict = askBox(spec.predict, "Predict first:", ["predict", "Record my prediction"], guess,
    [button("skip", "Skip", () => guess(null))]);
  const said = h("p", { class: "bp-said", tabindex: -1 });
  const answer = button("answer", "Show the answer", () => model.send({ type: "answer" }));
  const readOff = askBox(spec.read_off, spec.again ? "Now read off:" : "Read off:", ["check", "Check what I saw"],
    (choice) => model.send({ type: "read_off", choice }), [answer]);
  const told = h("div", { hidden: true, role: "status" });
  const note = h("p", { class: "bp-note", role: "status" });
  const after = h("div", {}, said, work.box, readOff.box, told);

  function draw() {
    const state = model.get("state");
    root.dataset.phase = state.phase;
    const at = { predict: 0, try: 1, done: 2 }[state.phase];
    steps.forEach((step) => step.removeAttribute("aria-current"));
    steps[at].setAttribute("aria-current", "step");
    predict.box.hidden = at > 0;
    after.hidden = at === 0;
    const prediction = state.said ? ["Your prediction: ", h("strong", {}, rich(state.said))]
      : ["Prediction skipped."];
    said.replaceChildren(h("span", { class: "bp-lead" }, rich(spec.predict.prompt)), h("br"), ...prediction);
    answer.hidden = state.verdict !== "wrong";
    if (state.verdict === "wrong") {
      tell(told, "wrong",
        "That is not what the experiment shows. Move the controls and look again, or ask for the answer.");
    }
    if (at === 2) {
      tell(told, state.verdict, state.told);
      readOff.close();
      readOff.submit.hidden = answer.hidden = true;
    }
    note.textContent = state.note;
    if (before === "predict" && at > 0) {
      said.focus();  // the button that had the focus is gone
      if (mine) work.begin();
    }
    before = state.phase;
  }

  root.append(
    h("div", { class: "bp-head" }, h("span", { class: "bp-tag" }, `Experiment ${spec.id}`),
      h("span", { class: "bp-title" }, spec.title), h("ol", { class: "bp-steps" }, steps)),
    predict.box, after, note);
  root.dataset.id = spec.id;
  root.setAttribute("aria-label", `Experiment ${spec.id}: ${spec.title}`);
  model.on("change:state", draw);
  draw();
  return () => { model.off("change:state", draw); work.close(); };
}

function quiz(model, root) {
  const spec = model.get("spec");
  const rows = spec.questions.map((question, i) => {
    const ask = askBox(question, `${i + 1}.`, ["submit", "Answer"],
      (choice) => model.send({ type: "answer", question: i, choice }));
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

  root.append(h("div", { class: "bp-head" }, h("span", { class: "bp-title" }, spec.title)),
    ...rows.map((row) => row.box), note);
  root.setAttribute("aria-label", spec.title);
  const redraw = () => draw(false);
  model.on("change:state", redraw);
  draw(true);
  return () => model.off("change:state", redraw);
}

function picture(model, root) {
  const { elements, show, close } = pictureBox();
  root.classList.add("bp-picture");
  root.removeAttribute("role");
  root.append(...elements);
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
