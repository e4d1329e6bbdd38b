// Several questions, each answered at once.

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
