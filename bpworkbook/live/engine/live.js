// Draws an experiment, a quiz or a picture from the traits of LiveWidget. This is the last of the
// files that widget.py joins to one module: what stands in those before it is at hand here.

function picture(model, root) {
  const frame = model.get("frame");
  root.classList.add("bp-picture");
  root.removeAttribute("role");
  if (!frame.png) {
    const { canvas, show, close } = pictureBox();
    root.append(canvas);
    show(frame);
    return close;
  }
  const src = URL.createObjectURL(new Blob([frame.png], { type: "image/png" }));
  root.append(h("img", { src, alt: frame.alt, "data-picture": "png" }));
  return () => URL.revokeObjectURL(src);
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
