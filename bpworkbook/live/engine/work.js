// The part of an experiment that one works with: controls, film, picture and values.

// Sends wishes to the kernel: one request is under way at most, and the newest wish waits for it.
// A wish is "set" (compute where the controls stand), "step" or "end" (go on with the film from
// there, so a setting that waits stays before it).
function wishes(model, stage, where, say) {
  const me = fresh();
  let waiting = null, next = [], late = [];
  const data = stage.dataset;
  data.wanted = data.seq = "0";
  function send(kind) {
    waiting = `${me}:${data.wanted - next.length}`;
    model.send({ type: kind, at: where(), seq: waiting });
    late = [setTimeout(() => say("Computing …"), 400), setTimeout(() =>
      say("No answer yet. Python may be busy with a cell; if it was restarted, run this cell again."), 10000)];
  }
  return {
    ask(kind) {
      data.wanted = Number(data.wanted) + 1;
      if (!waiting) send(kind);
      else next = kind === "set" ? [kind] : [...next.filter((one) => one === "set"), kind];
    },
    heard(seq) {
      if (seq !== waiting) return;
      late.forEach(clearTimeout);
      waiting = null;
      say("");
      if (next.length) send(next.shift());
    },
    painted(seq) {
      const [from, number] = seq.split(":");
      if (from === me) data.seq = Math.max(data.seq, number);
      else if (!waiting) data.seq = data.wanted;  // another view of the same experiment asked
    },
    rests: () => !waiting,
    close: () => late.forEach(clearTimeout),
  };
}

// The buttons of a film; its frames are at least 40 ms apart.
function filmBox(stage, line) {
  let playing = false, timer = 0, asked = 0;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const next = (kind) => { asked = performance.now(); line.ask(kind); };
  const further = () => (stage.dataset.done === "true" ? "set" : "step");
  const onward = () => next(further());
  function play(yes) {
    playing = yes;
    stage.dataset.playing = yes;
    toggle.textContent = yes ? "Pause" : "Play";
    clearTimeout(timer);
  }
  const only = (kind) => () => { play(false); next(kind()); };
  const toggle = button("play", "Play", () => { play(!playing); if (playing) onward(); });
  const box = h("div", { class: "bp-row", role: "group", "aria-label": "Film" }, toggle,
    button("step", "Step", only(further)),
    button("end", "To the end", only(() => "end")),
    button("rewind", "Rewind", only(() => "set")));
  play(false);
  return {
    box,
    begin: () => { play(!still.matches); next("set"); },
    stop: () => play(false),
    painted(frame) {
      stage.dataset.done = Boolean(frame.done);
      if (frame.done || frame.error) play(false);
      if (playing && line.rests()) timer = setTimeout(onward, Math.max(0, asked + 40 - performance.now()));
    },
    close: () => clearTimeout(timer),
  };
}

// The text that brings this setting back, ready to be copied.
function stateBox() {
  const code = h("code", { "data-state": true }), said = h("span", { role: "status" });
  async function copy() {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {  // not allowed here: what is selected can be copied by hand
      getSelection().selectAllChildren(code);
      said.textContent = "Selected: press Control+C.";
      return;
    }
    said.textContent = "Copied.";
  }
  const box = h("div", { class: "bp-row bp-state" }, h("span", { class: "bp-lead" }, "This setting:"), code,
    button("copy", "Copy", copy, { "aria-label": "Copy this setting" }), said);
  function show(text) {
    if (code.textContent === text) return;
    code.textContent = text;
    said.textContent = "";
  }
  return { box, show };
}

// Controls, picture and values.
function workBox(model) {
  const spec = model.get("spec"), state = stateBox();
  const values = h("dl", { class: "bp-values" });
  const busy = h("p", { class: "bp-busy", role: "status" });
  const spoken = h("div", { class: "bp-sr", "aria-live": "polite" });
  const error = h("div", { class: "bp-told", role: "alert", hidden: true });
  const stage = h("div", { class: "bp-stage" });
  let speak = 0;

  const where = () => Object.fromEntries(spec.controls.map((c, i) => [c.name, boxes[i].get()]));
  const place = (at) => spec.controls.forEach((control, i) => boxes[i].set(at[control.name]));
  const line = wishes(model, stage, where, (text) => { busy.textContent = text; });
  const film = spec.film ? filmBox(stage, line) : null;
  const compute = () => {
    if (film) film.begin(); else line.ask("set");
    stale(false);
  };
  function stale(yes) {
    stage.dataset.stale = yes;
    busy.textContent = yes ? "The picture is of the setting before. This one takes a while: press Run." : "";
  }
  const moved = () => (spec.slow ? stale(true) : compute());
  const boxes = spec.controls.map((control) => controlBox(control, moved));
  const run = spec.slow ? button("run", "Run", compute, { class: "bp-main" }) : null;
  const reset = spec.presets[spec.presets.length - 1];
  const preset = (one) => button("preset", one.name, () => {
    place(one.at);
    compute();
    if (film && one === reset) film.stop();
  }, { "data-preset": one.name });
  const picture = pictureBox((frame) => {
    line.painted(frame.seq);
    if (film) film.painted(frame);
  });

  function draw() {
    const frame = model.get("frame");
    line.heard(frame.seq);
    if (line.rests() && stage.dataset.stale !== "true") place(frame.at);
    picture.show(frame);
    state.show(frame.state);
    values.replaceChildren(...frame.values.map(([name, text]) =>
      h("div", {}, h("dt", {}, name), h("dd", {}, text))));
    error.hidden = !frame.error;
    if (frame.error) {
      tell(error, "wrong", frame.error);
      error.append(" ", preset(reset));
    }
    clearTimeout(speak);  // a screen reader hears the finding once the hand rests
    if (frame.seq) speak = setTimeout(() => { spoken.textContent = frame.alt; }, 800);
  }

  stage.append(picture.canvas, values, error);
  const box = h("div", { class: "bp-work" },
    h("div", { class: "bp-controls" }, boxes.map((b) => b.box), run, film && film.box,
      h("div", { class: "bp-row" }, spec.presets.map(preset)), state.box, busy), stage, spoken);
  model.on("change:frame", draw);
  stale(false);
  draw();
  const close = () => {
    model.off("change:frame", draw);
    clearTimeout(speak);
    [line, film, picture].forEach((part) => part && part.close());
  };
  return { box, begin: () => film && film.begin(), close };
}
