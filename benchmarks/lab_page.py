"""A new notebook in JupyterLab, as far as a benchmark needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

PATIENCE = 90_000
"""Milliseconds to wait for JupyterLab."""

READY = """async () => {
  await window.jupyterapp.restored;
  let panel = null;
  while (!(panel && panel.content && panel.sessionContext)) {
    await new Promise((then) => setTimeout(then, 50));
    panel = window.jupyterapp.shell.currentWidget;
  }
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
}"""
CLOSE = """async () => {
  const { shell, serviceManager } = window.jupyterapp;
  const enough = new Promise((then) => setTimeout(then, 10000));  // a kernel that hangs may stay
  await Promise.race([enough, shell.currentWidget.context.save()]);
  await Promise.race([enough, serviceManager.sessions.shutdownAll()]);
}"""
EMPTY = """{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata":
{"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}}"""


@contextmanager
def open_notebook(browser: Any, lab: tuple[Path, str], name: str, script: str) -> Iterator[Any]:
    """Open a new notebook in a fresh profile; give the page, with ``script`` run in it.

    Parameters
    ----------
    browser : Browser
        From `chromium.running_chromium`.
    lab : (Path, str)
        The workspace, and the address from `servers.running_lab`.
    name : str
        Of the notebook.
    script : str
        JavaScript, run once the kernel is ready.
    """
    workspace, address = lab
    (workspace / name).write_text(EMPTY, encoding="utf-8")
    root, token = address.split("/lab")[0], address.partition("token=")[2]
    profile = browser.new_context(viewport={"width": 1300, "height": 1000})
    try:
        page = profile.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{root}/lab/tree/{quote(name)}?token={token}&reset")
        page.wait_for_function("() => window.jupyterapp")
        page.evaluate(READY)
        page.evaluate(script)
        yield page
        page.evaluate(CLOSE)
    finally:
        profile.close()
