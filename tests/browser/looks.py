"""What the page looks like to those who see it dark, large, or with a screen reader."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.browser.shown import Shown

OURS = [[".jp-Notebook .bp-live"], [".jp-OutputArea-output details"]]
"""What our outputs put into the page; the rest is JupyterLab's."""

READABLE = 4.5
"""The least contrast of words, by the Web Content Accessibility Guidelines, level AA."""

OPEN_TABLES = """() => {
  for (const box of document.querySelectorAll('.jp-OutputArea-output details')) box.open = true;
}"""
CONTRAST = """(root) => {
  const canvas = root.querySelector('canvas[data-picture]');
  const linear = (part) => (part <= 10.31 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const ground = light(data);  // of the corner, where nothing is drawn
  const contrast = (color) => {
    const one = light(color);
    return (Math.max(one, ground) + 0.05) / (Math.min(one, ground) + 0.05);
  };
  let seen = 0;
  for (let i = 0; i < data.length; i += 4) seen += contrast(data.subarray(i, i + 3)) >= 4.5;
  const ink = contrast(getComputedStyle(root).color.match(/[\\d.]+/g).map(Number));
  return { ground, ink, seen: seen / (data.length / 4) };
}"""
CUT_OFF = """(root) => {
  const { right } = root.getBoundingClientRect(), page = root.closest('.jp-OutputArea-output');
  const name = (one) => one.dataset.act || one.dataset.picture || one.className || one.tagName;
  const wide = [...root.querySelectorAll(':not(.bp-sr)')].filter((one) =>
    one.getClientRects().length && one.getBoundingClientRect().right > right + 1
    && !one.matches('.bp-stage canvas[tabindex="0"]'));  // it is scrolled
  if (root.scrollWidth > root.clientWidth + 1) wide.push(root);
  if (page.scrollWidth > page.clientWidth + 1) wide.push(page);
  return [...new Set(wide.map(name))];
}"""


@cache
def _axe() -> Any:
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


def axe_problems(page: Any, when: str, **options: Any) -> Iterator[str]:
    """Give what axe-core finds in our outputs."""
    page.evaluate(OPEN_TABLES)
    options |= {"resultTypes": ["violations"]}
    found = _axe().run(page, context={"include": OURS}, options=options)
    for violation in found.response["violations"]:
        for node in violation["nodes"]:
            yield f"axe {when}: {violation['id']}: {violation['help']}: {node['html'][:300]}"


def dark_problems(shown: Shown) -> Iterator[str]:
    """Say where the words of a canvas cannot be read; the theme is dark already."""
    if not shown.root.locator("canvas:visible").count():
        return
    found = shown.handle.evaluate(CONTRAST)
    name = f"{shown.experiment.id} in the dark theme:"
    if found["ground"] > 0.2:
        yield f"{name} the picture stands on a light ground: {found}"
    if found["ink"] < READABLE or found["seen"] < 0.002:
        yield f"{name} the words of the picture cannot be read: {found}"


def narrow_problems(shown: Shown) -> Iterator[str]:
    """Say what is cut off; the page is narrow already."""
    for name in shown.handle.evaluate(CUT_OFF):
        yield f"{shown.experiment.id} on a narrow page: {name} is cut off"
