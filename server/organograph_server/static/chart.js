// Zooms a chart by buttons and moves it by dragging; without this script it scrolls.
"use strict";
(() => {
  const frame = document.querySelector(".chart .frame");
  const drawing = frame && frame.querySelector("svg");
  if (!drawing) return;
  const width = drawing.width.baseVal.value, height = drawing.height.baseVal.value;
  let scale = 1;
  const zoom = (to) => {
    scale = Math.min(4, Math.max(0.1, to));
    drawing.setAttribute("width", width * scale);
    drawing.setAttribute("height", height * scale);
  };
  const bar = document.createElement("p");
  bar.className = "controls";
  for (const [name, act] of [
    [frame.dataset.closer, () => zoom(scale * 1.25)],
    [frame.dataset.farther, () => zoom(scale / 1.25)],
    [frame.dataset.fit, () => zoom(frame.clientWidth / width)],
    [frame.dataset.actual, () => zoom(1)],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", act);
    bar.append(button);
  }
  frame.before(bar);
  // What the chart is of stands at the middle of its left side; it is to be seen first.
  const first = drawing.querySelector("g rect");
  if (first) frame.scrollTop += first.getBoundingClientRect().top - frame.getBoundingClientRect().top - frame.clientHeight / 2;
  let from = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && !event.target.closest("a")) {
      from = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop];
      frame.setPointerCapture(event.pointerId);
    }
  });
  frame.addEventListener("pointermove", (event) => {
    if (from) frame.scrollTo(from[0] - event.clientX, from[1] - event.clientY);
  });
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => { from = null; });
})();
