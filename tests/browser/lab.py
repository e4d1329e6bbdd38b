"""A lesson open in JupyterLab, in a tab of a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 60_000
"""Milliseconds to wait for anything: a busy machine is slow, not wrong."""

VIEWPORT = {"width": 1300, "height": 1000}

OPEN = """async (path) => {
  const app = window.jupyterapp;
  const panel = await app.commands.execute('docmanager:open', { path });
  await panel.context.ready;
  [window.bpTroubles, window.bpCutOff] = [[], {}];
  panel.sessionContext.iopubMessage.connect((_, { header, content }) => {
    if (header.msg_type === 'error') window.bpTroubles.push(content.traceback.join('\\n'));
    if (content.name === 'stderr' && !content.text.startsWith('No such comm'))
      window.bpTroubles.push(content.text);  // JupyterLab asks for widgets before there are any
  });
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  // Cells are put into the page while it rests, and until the last one is there the others move.
  while (panel.content.widgets.some((cell) => !cell.isAttached))
    await new Promise((then) => setTimeout(then, 50));
}"""
WATCH_WORDS = """() => {
  const { prototype } = CanvasRenderingContext2D, { fillText } = prototype;
  window.bpCutOff = {};
  prototype.fillText = function (text, x, y) {
    fillText.call(this, text, x, y);
    const { canvas } = this, root = canvas.isConnected && canvas.closest('.bp-live');
    if (!root || !text || !canvas.clientWidth) return;
    const size = this.measureText(text), turn = this.getTransform();
    const places = [-size.actualBoundingBoxLeft, size.actualBoundingBoxRight].flatMap((dx) =>
      [-size.actualBoundingBoxAscent, size.actualBoundingBoxDescent].map((dy) =>
        turn.transformPoint(new DOMPoint(x + dx, y + dy))));
    const inside = places.every((at) =>
      at.x > -2 && at.y > -2 && at.x < canvas.width + 2 && at.y < canvas.height + 2);
    const where = `${root.dataset.id || 'a picture'}, ${canvas.clientWidth} wide: ${text}`;
    if (!inside) window.bpCutOff[where] = true;
  };
}"""
RUN_ALL = "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
RUN_NEW = """async (source) => {
  const { content } = window.jupyterapp.shell.currentWidget;
  content.model.sharedModel.addCell({ cell_type: 'code', source });
  content.deselectAll();
  content.activeCellIndex = content.model.cells.length - 1;
  await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
CLOSE = """async () => {
  const { context } = window.jupyterapp.shell.currentWidget;
  await context.save();  // else the page would ask whether to leave
  await window.jupyterapp.serviceManager.sessions.shutdownAll();
  await window.jupyterapp.commands.execute('application:close-all');
}"""
THEME = """async (theme) => {
  await window.jupyterapp.commands.execute('apputils:change-theme', { theme });
  const { dataset } = document.body, light = String(!theme.includes('Dark'));
  while (dataset.jpThemeLight !== light || dataset.jpThemeName !== theme)
    await new Promise((then) => setTimeout(then, 50));
}"""


@dataclass
class Notebook:
    """A notebook open in JupyterLab with its kernel ready; the server must be `servers.EXPOSED`."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    """What the page's console was told as errors, and errors that nothing caught."""

    def hear(self, complaint: str) -> None:
        """Keep what the page complains of."""
        self.complaints.append(complaint)

    def run_all(self) -> None:
        """Run all cells and wait until the last one is done."""
        self.page.evaluate(RUN_ALL)

    def run_new(self, source: str) -> Any:
        """Run ``source`` in a new cell at the end, and return the place of its outputs."""
        self.page.evaluate(RUN_NEW, source)
        return self._newest_outputs()

    def start_new(self, source: str) -> Any:
        """Start ``source`` in a new cell at the end without waiting for it; otherwise the same."""
        self.page.evaluate(f"(source) => {{ ({RUN_NEW})(source); }}", source)
        return self._newest_outputs()

    def _newest_outputs(self) -> Any:
        """Return the outputs of the cell that is the last now, also when others follow it."""
        number = self.page.evaluate("jupyterapp.shell.currentWidget.content.model.cells.length - 1")
        cell = self.page.locator(f'.jp-Notebook [data-windowed-list-index="{number}"]')
        return cell.locator(".jp-OutputArea").first

    def troubles(self) -> list[str]:
        """Return tracebacks and warnings, of cells and of what the kernel did without one."""
        return list(self.page.evaluate("window.bpTroubles"))

    def cut_off(self) -> list[str]:
        """Return words that were drawn over the edge of a canvas, now or before."""
        found = self.page.evaluate("Object.keys(window.bpCutOff)")
        return [f"cut off at the edge: {words}" for words in found]

    def set_theme(self, theme: str) -> None:
        """Change JupyterLab's theme: "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate(THEME, theme)


class Tab:
    """A tab of the browser in which notebooks are opened one after the other, motion reduced.

    Starting JupyterLab takes longer than opening a notebook in it, so the tab is kept; after a test
    that failed it is closed, and the next begins with a new one.
    """

    def __init__(self, browser: Any, address: str) -> None:
        self._browser, self._address = browser, address
        self._page: Any = None

    @contextmanager
    def opened(self, path: str, picture: Path) -> Iterator[Notebook]:
        """Open a notebook; its kernel is stopped at the end.

        What the page looks like when something goes wrong is kept as ``picture``.
        """
        page, self._page = self._page or self._started(), None  # another in between gets its own
        notebook = Notebook(page)
        try:
            page.set_viewport_size(VIEWPORT)
            page.evaluate(OPEN, path)
            with heard(page, notebook):
                yield notebook
            page.evaluate(CLOSE)
        except BaseException:
            page.screenshot(path=picture)
            page.context.close()
            raise
        self.close()
        self._page = page

    def close(self) -> None:
        """Close the tab that is kept."""
        if self._page is not None:
            self._page.context.close()
        self._page = None

    def _started(self) -> Any:
        found = re.match(r"(https?://[^/]+).*[?&](token=[^&\s]+)", self._address)
        root, token = found.groups()  # type: ignore[union-attr]
        return started(self._browser, f"{root}/lab?{token}&reset")


def fresh_page(browser: Any, address: str) -> Any:
    """Open an address in a fresh profile that asks for reduced motion."""
    place = urlsplit(address)
    profile = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce")
    origin = f"{place.scheme}://{place.netloc}"
    profile.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
    page = profile.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(f"({WATCH_WORDS})()")
    page.goto(address)
    return page


def started(browser: Any, address: str) -> Any:
    """Open JupyterLab or JupyterLite in a fresh profile."""
    page = fresh_page(browser, address)
    page.wait_for_function("() => window.jupyterapp")
    page.evaluate("() => window.jupyterapp.restored.then(() => null)")
    return page


@contextmanager
def heard(page: Any, notebook: Notebook) -> Iterator[None]:
    """Let a notebook hear what its page complains of, as long as it is open."""

    def on_error(error: Any) -> None:
        notebook.hear(str(error.stack or error))

    def on_said(said: Any) -> None:
        if said.type == "error":
            notebook.hear(said.text)

    page.on("pageerror", on_error)
    page.on("console", on_said)
    try:
        yield
    finally:
        page.remove_listener("pageerror", on_error)
        page.remove_listener("console", on_said)
