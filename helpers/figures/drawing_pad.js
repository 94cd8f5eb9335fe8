// The drawing pad of helpers/figures/widgets.py in the browser: draws the strokes, sends them, shows the answer.
// One request is under way at a time, so that a slow kernel never runs behind the pen: the next carries all that was
// drawn in the meantime.

const STEP = 1 / 28; // an arrow key moves the pen by one of the network's pixels
const BUSY_AFTER = 2000; // milliseconds without an answer

const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

function element(parent, tag, className, attributes = {}) {
  const made = document.createElement(tag);
  made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

function render({ model, el }) {
  const text = model.get("labels");
  const pen = { width: model.get("pen"), x: 0.5, y: 0.5, down: false };
  let strokes = model.get("request").strokes ?? [];
  let number = model.get("request").number ?? 0;
  let waiting = false;
  let changed = false;
  let busy;

  // Elsewhere the arrow keys and Delete belong to JupyterLab's cells.
  const root = element(el, "div", "drawing-pad", { role: "group", "aria-label": text.pad, "data-lm-suppress-shortcuts": "true" });
  const left = element(root, "div", "drawing-pad-column");
  const help = `drawing-pad-help-${Math.random().toString(36).slice(2)}`;
  const sheet = element(left, "canvas", "drawing-pad-sheet", {
    tabindex: 0, role: "application", "aria-label": text.sheet, "aria-describedby": help, width: 560, height: 560,
  });
  const clear = element(left, "button", "drawing-pad-clear", { type: "button" });
  clear.textContent = text.clear;
  element(left, "p", "drawing-pad-help", { id: help }).textContent = text.help;

  const middle = element(root, "figure", "drawing-pad-column");
  const seen = element(middle, "canvas", "drawing-pad-seen", { role: "img", "aria-label": text.seen, width: 28, height: 28 });
  element(middle, "figcaption", "drawing-pad-caption").textContent = text.seen;

  const right = element(root, "div", "drawing-pad-column");
  const sentence = element(right, "p", "drawing-pad-sentence", { "aria-live": "polite" });
  const list = element(right, "ol", "drawing-pad-bars", { "aria-label": text.bars });
  const bars = [...Array(10).keys()].map((digit) => {
    const row = element(list, "li", "drawing-pad-row");
    element(row, "span", "drawing-pad-digit").textContent = digit;
    const track = element(row, "span", "drawing-pad-track");
    return { row, bar: element(track, "span", "drawing-pad-bar"), share: element(row, "span", "drawing-pad-share") };
  });

  function draw() {
    const page = sheet.getContext("2d");
    const size = sheet.width;
    page.clearRect(0, 0, size, size);
    page.lineCap = page.lineJoin = "round";
    page.lineWidth = pen.width * size;
    for (const stroke of strokes) {
      page.beginPath();
      page.moveTo(stroke[0][0] * size, stroke[0][1] * size);
      for (const [x, y] of stroke) page.lineTo(x * size, y * size);
      page.stroke();
    }
    if (document.activeElement === sheet && sheet.matches(":focus-visible")) { // where the keyboard's pen is
      page.beginPath();
      page.arc(pen.x * size, pen.y * size, (pen.width * size) / 2 + 4, 0, 2 * Math.PI);
      page.lineWidth = 5;
      page.setLineDash(pen.down ? [] : [8, 8]);
      page.strokeStyle = "#D55E00";
      page.stroke();
      page.strokeStyle = "#000";
      page.setLineDash([]);
    }
  }

  function send() {
    changed = true;
    if (waiting) return;
    waiting = true;
    changed = false;
    number += 1;
    model.set("request", { number, strokes: strokes.map((stroke) => [...stroke]) });
    model.save_changes();
    busy = setTimeout(() => { sentence.textContent = text.busy; }, BUSY_AFTER);
  }

  function show() {
    const answer = model.get("answer");
    sentence.textContent = answer.sentence;
    bars.forEach(({ row, bar, share }, digit) => {
      const value = answer.shares[digit] ?? 0;
      bar.style.width = `${100 * value}%`;
      share.textContent = answer.shares.length ? `${Math.round(100 * value)} %` : "";
      row.classList.toggle("drawing-pad-first", value > 0 && value === Math.max(...answer.shares));
    });
    const page = seen.getContext("2d");
    const picture = page.createImageData(28, 28);
    for (let i = 0; i < 784; i += 1) picture.data.set([...Array(3).fill(answer.picture[i] ?? 0), 255], 4 * i);
    page.putImageData(picture, 0, 0);
  }

  function receive() {
    clearTimeout(busy);
    waiting = false;
    show();
    if (changed) send();
  }

  function penDown(x, y) {
    Object.assign(pen, { x, y, down: true });
    sentence.setAttribute("aria-busy", "true"); // a screen reader waits until the pen is lifted
    strokes.push([[x, y]]);
    draw();
    send();
  }

  function penTo(x, y) {
    pen.x = Math.min(1, Math.max(0, x));
    pen.y = Math.min(1, Math.max(0, y));
    if (pen.down) {
      strokes.at(-1).push([pen.x, pen.y]);
      send();
    }
    draw();
  }

  function penUp() {
    pen.down = false;
    sentence.removeAttribute("aria-busy");
    draw();
  }

  function empty() {
    strokes = [];
    Object.assign(pen, { x: 0.5, y: 0.5 });
    penUp();
    send();
  }

  const place = (event) => {
    const box = sheet.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    sheet.setPointerCapture(event.pointerId);
    penDown(...place(event));
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!event.isPrimary || !sheet.hasPointerCapture(event.pointerId)) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) penTo(...place(each));
  });
  for (const name of ["pointerup", "pointercancel"]) sheet.addEventListener(name, penUp);

  sheet.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in ARROWS) penTo(pen.x + ARROWS[event.key][0], pen.y + ARROWS[event.key][1]);
    else if (event.key === " ") pen.down ? penUp() : penDown(pen.x, pen.y);
    else if (["Delete", "Backspace", "Escape"].includes(event.key)) empty();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  sheet.addEventListener("focus", draw);
  sheet.addEventListener("blur", penUp);
  clear.addEventListener("click", empty);

  model.on("change:answer", receive);
  draw();
  show();
  return () => {
    clearTimeout(busy);
    model.off("change:answer", receive);
  };
}

export default { render };
