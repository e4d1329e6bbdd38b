// Predict, try, read off: the three steps of an experiment, and what is said after each.

function experiment(model, root) {
  const spec = model.get("spec"), work = workBox(model);
  const steps = ["Predict", "Try", "Read off"].map((name, i) => h("li", {}, `${i + 1} ${name}`));
  let before = null, mine = false, late = 0;
  const guess = (choice) => {
    mine = true;
    late = setTimeout(() => { note.textContent = "Python is busy with a cell. This comes next."; }, 400);
    model.send({ type: "predict", choice });
  };
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
    if (state.told) tell(told, state.verdict, state.told);
    if (at === 2) readOff.close();
    clearTimeout(late);
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
