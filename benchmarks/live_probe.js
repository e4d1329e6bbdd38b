// What the benchmark runs inside the page: it notes when a key went down, a slider moved, and a
// picture was painted, all by the page's own clock, so that no time of Playwright's is counted.
// "Painted" is the task after the animation frame: an experiment sets data-seq there, and for
// ipywidgets' interact, which has no data-seq, the same is awaited here.
(() => {
  const now = () => performance.now();
  const frame = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then, 0)));
  const panel = () => window.jupyterapp.shell.currentWidget;
  const numbers = (...values) => values.map(Number);

  // Waits, frame by frame, until `found` gives something; for so long at most.
  async function until(found, words, seconds = 30) {
    for (const end = now() + 1000 * seconds; now() < end; await frame()) {
      const it = found();
      if (it) return it;
    }
    throw new Error(`${words} in ${seconds} s`);
  }

  // Waits for a promise; for so long at most.
  const within = (seconds, promise, words) => Promise.race([promise, new Promise((_, no) =>
    setTimeout(() => no(new Error(`${words} in ${seconds} s`)), 1000 * seconds))]);

  // Where a control stands, and its last place; null for one that goes round.
  function place(control) {
    if (control.type === "range") return numbers(control.value, control.max);
    if (control.tagName === "SELECT") return [control.selectedIndex, control.length - 1];
    if (control.getAttribute("role") !== "slider") return null;
    const [low, at, high] = numbers(...["min", "now", "max"].map((n) => control.getAttribute(`aria-value${n}`)));
    return [at - low, high - low];
  }

  // The key that moves a control by one; at its ends it turns back.
  let forward = true;
  function key(control) {
    const at = place(control);
    if (!at) return control.type === "radio" ? "ArrowRight" : "Space";
    if (at[0] <= 0) forward = true;
    if (at[0] >= at[1]) forward = false;
    if (control.tagName === "SELECT") return forward ? "ArrowDown" : "ArrowUp";
    return forward ? "ArrowRight" : "ArrowLeft";
  }

  // An experiment of the course: what the probe asks of it.
  function course(root) {
    const stage = root.querySelector(".bp-stage"), said = stage.querySelector(".bp-told");
    const first = ["input[type=range]", "select", "input[type=radio]:checked", "[role=switch]"];
    const words = (control) => {
      if (control.type === "range") return control.getAttribute("aria-valuetext");
      if (control.tagName === "SELECT") return control.selectedOptions[0].textContent;
      return control.type === "radio" ? control.parentElement.textContent : control.checked ? "on" : "off";
    };
    const control = () => first.map((kind) => root.querySelector(`[data-control] ${kind}`)).find(Boolean);
    return {
      control,
      wanted: () => Number(stage.dataset.wanted),
      painted: () => Number(stage.dataset.seq),
      watch: (heard) => new MutationObserver(heard).observe(stage,
        { attributes: true, attributeFilter: ["data-wanted", "data-seq"] }),
      rest() { if (stage.dataset.playing === "true") root.querySelector("[data-act=play]").click(); },
      look() {
        const picture = stage.querySelector("[data-picture]:not([hidden])");
        const alt = picture && (picture.getAttribute("alt") ?? picture.getAttribute("aria-label"));
        const state = root.querySelector("[data-state]").textContent;
        return { alt: alt ?? "", error: said.hidden ? "" : said.textContent, state };
      },
      chosen: () => [control().closest("[data-control]").dataset.control, words(control())],
    };
  }

  // ipywidgets' interact with an inline picture: each new image is awaited until it is decoded.
  function interact(root) {
    const slider = root.querySelector("[role=slider]");
    let wanted = 0, painted = 0, heard = () => {}, last = root.querySelector("img").src;
    new MutationObserver(() => { wanted += 1; heard(); })
      .observe(slider, { attributes: true, attributeFilter: ["aria-valuenow"] });
    new MutationObserver(async () => {
      const image = root.querySelector("img"), mine = wanted;
      if (!image || image.src === last) return;
      last = image.src;
      await image.decode().catch(() => {});
      await frame();
      painted = mine;
      heard();
    }).observe(root, { childList: true, subtree: true });
    return { control: () => slider, wanted: () => wanted, painted: () => painted, rest() {},
      watch(then) { heard = then; }, look: () => ({ alt: "", error: "", state: "" }) };
  }

  function probe(root, it) {
    let pressed = null, target = null, answered = null, answer = null, seen = it.painted();
    let drag = null, moved = null, asked = it.wanted();
    const press = (event) => { if (event.isTrusted) pressed = event.timeStamp; };
    root.addEventListener("keydown", press, true);
    root.querySelector("[data-act=run]")?.addEventListener("click", press, true);
    root.addEventListener("input", ({ timeStamp }) => { moved = timeStamp; }, true);
    it.watch(() => {
      if (pressed !== null && target === null && it.wanted() > seen) target = it.wanted();
      if (drag && moved !== null && it.wanted() > asked) {  // a film asks without a move as well
        drag.moves.push({ time: moved, wanted: it.wanted() });
        moved = null;
      }
      asked = it.wanted();
      if (it.painted() === seen) return;
      seen = it.painted();
      const time = now(), look = it.look();
      if (drag) drag.pictures.push({ time, seq: seen, ...look });
      if (!answered || target === null || seen < target) return;
      it.rest();
      answered({ ms: time - pressed, error: look.error });
      answered = null;
    });
    const settled = () => until(() => it.painted() >= it.wanted(), "no picture");
    return {
      // Waits until nothing is under way and focuses the control; gives the key to press.
      async ready() {
        it.rest();
        await settled();
        [seen, pressed, target] = [it.painted(), null, null];
        answer = null;
        answered = (found) => { answer = found; };
        it.control().focus();
        return key(it.control());
      },
      // The time from the key to the painted picture.
      answer: () => until(() => answer, "no picture"),
      // Where the slider lies on the screen, if it is one that can be dragged.
      track() {
        const control = it.control();
        if (control.type !== "range") return null;
        const { x, y, width, height } = control.getBoundingClientRect(), [at, last] = place(control);
        return { x, y: y + height / 2, width, at, last };
      },
      startDrag() { [answered, moved, drag] = [null, null, { moves: [], pictures: [] }]; },
      async endDrag() {
        it.rest();
        await settled();
        const found = { ...drag, chosen: it.chosen() };
        drag = null;
        return found;
      },
    };
  }

  // Runs code in a new cell at the end of the notebook.
  function runCell(source) {
    const { content } = panel();
    content.model.sharedModel.addCell({ cell_type: "code", source });
    content.deselectAll();
    content.activeCellIndex = content.model.cells.length - 1;
    const started = now();
    const done = within(60, window.jupyterapp.commands.execute("notebook:run-cell"), "the cell was not done");
    return { cell: content.activeCell.node, started, done };
  }

  window.bpBench = {
    async run(source) {
      const { cell, done } = runCell(source);
      await done;
      const error = cell.querySelector('[data-mime-type="application/vnd.jupyter.error"]');
      if (error) throw new Error(error.textContent.trim().split("\n").pop());
    },
    // The time from running a cell to the painted picture; the prediction is skipped at once.
    async first(source) {
      const { cell, started, done } = runCell(source);
      const skip = await until(() => cell.querySelector(".bp-live [data-act=skip]"), "no experiment");
      const appears = now() - started;
      skip.click();
      const root = cell.querySelector(".bp-live");
      const shown = () => root.querySelector("[data-picture]:not([hidden])")?.getClientRects().length;
      await until(shown, "no picture");
      const picture = root.querySelector("[data-picture]:not([hidden])");
      await frame();
      const ms = now() - started;
      await done;
      root.scrollIntoView({ block: "center" });
      this.probe = probe(root, course(root));
      return { ms, appears, kind: picture.dataset.picture };
    },
    async interact(source) {
      const { cell, done } = runCell(source);
      await done;
      await until(() => cell.querySelector("img")?.complete, "no picture");
      this.probe = probe(cell, interact(cell));
    },
    // A fresh kernel, and a notebook without cells.
    async restart() {
      const { sessionContext, content } = panel(), { sharedModel } = content.model;
      sharedModel.deleteCellRange(0, sharedModel.cells.length);
      const { kernel } = sessionContext.session;
      await within(60, kernel.restart(), "no new kernel");
      await until(() => kernel.status === "idle", "no kernel", 60);
    },
  };
})();
