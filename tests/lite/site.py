"""A JupyterLite site with the project in it, and a server that gives it out."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bpworkbook.datasets.bundled import bundled
from tests.lite import distribution

STEPS = [
    (
        "JupyterLite",
        [
            "jupyterlite-core>=0.6,<0.7",
            "jupyterlite-pyodide-kernel>=0.6,<0.7",
            "jupyter-server>=2,<3",
            "jupyterlab-server>=2.27,<3",
            *distribution.WIDGETS,
        ],
    )
]
"""What is installed to build a site."""

KERNEL = "@jupyterlite/pyodide-kernel-extension"


def build(folder: Path, python: Path, project: Path) -> Path:
    """Build a site in an empty folder and return where it is."""
    extensions = python.parent.parent / "share" / "jupyter" / "labextensions"
    iris = bundled("iris.csv")
    if iris is None:
        raise RuntimeError("scikit-learn is not installed; its data sets are needed")
    packages = distribution.make(
        folder / "pyodide",
        python,
        extensions / KERNEL / "static" / "pypi",
        project,
        iris.parent,
    )
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.js",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": packages},
    }
    settings = {"exposeAppInBrowser": True, "litePluginSettings": {f"{KERNEL}:kernel": kernel}}
    config = {"jupyter-lite-schema-version": 0, "jupyter-config-data": settings}
    (folder / "lite").mkdir()
    (folder / "lite" / "jupyter-lite.json").write_text(json.dumps(config), encoding="utf-8")
    site = folder / "site"
    command = [str(python), "-m", "jupyter", "lite", "build", "--no-libarchive"]
    distribution.run([*command, f"--output-dir={site}"], folder / "lite")
    (folder / "pyodide").rename(site / "static" / "pyodide")
    return site


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words: Any) -> None:
        """Say nothing of each request."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a site on a free port of this machine, and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
