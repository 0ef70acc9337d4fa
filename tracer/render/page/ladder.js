// ladder.js - draws the rows that can be seen, and nothing else.
const svgNames = "http://www.w3.org/2000/svg";
let grid = null;
let drawn = { from: -1, to: -1 };
let longItems = [];  // items that reach further than a screen, by their first place

function yOfPlace(place) { return (place + 0.5) * rowHeight(); }

// A step that is not shown stands where the next one does.
function yOf(step) {
  const place = placeOf(step);
  return yOfPlace(place >= 0 ? place : nearest(step));
}

function svgElement(name, attributes) {
  const element = document.createElementNS(svgNames, name);
  for (const key in attributes) { element.setAttribute(key, attributes[key]); }
  return element;
}

function drawLine(svg, x1, y1, x2, y2, classes, head) {
  svg.appendChild(svgElement("line", { x1: x1, y1: y1, x2: x2, y2: y2, class: classes, "stroke-width": 1.6 }));
  if (!head) { return; }
  const angle = Math.atan2(y2 - y1, x2 - x1);
  [0.45, -0.45].forEach(function (turn) {
    svg.appendChild(svgElement("line", { x1: x2, y1: y2, x2: x2 - 9 * Math.cos(angle + turn), y2: y2 - 9 * Math.sin(angle + turn), class: classes.replace("repeat", "repeat-head"), "stroke-width": 1.6, stroke: "currentColor" }));
  });
}

function drawCross(svg, x, y) {
  drawLine(svg, x - 6, y - 6, x + 6, y + 6, "alarm", false);
  drawLine(svg, x - 6, y + 6, x + 6, y - 6, "alarm", false);
}

function drawSegment(svg, item, index) {
  const from = grid.x[item.line];
  const to = grid.x[item.peer];
  const side = run.lines[item.line].side;
  const classes = (item.alarming ? "alarm" : item.repeats ? "repeat" : side) + (view.lit.has(index) ? " lit" : "");
  const below = rowHeight() * 0.35;
  (item.ends || []).forEach(function (end) {
    const lost = end.what === "lost";
    const x = from + (to - from) * (lost ? 0.6 : 1);
    const y = yOf(end.row) + (end.row === item.row ? below : 0);
    drawLine(svg, from, yOf(item.row) + below, x, y, classes, !end.what);
    if (end.what) { drawCross(svg, x, y); }
  });
  if (!item.ends) { drawLine(svg, from, yOf(item.row) + below, from + (to - from) / 4, yOf(item.row) + below + 4, classes, false); }
  (item.causes || []).forEach(function (cause) {
    const call = run.items[cause];
    if (view.lit.has(index) && call.line !== item.line) { drawLine(svg, grid.x[call.line], yOf(call.row), from, yOf(item.row) + below, "cause lit", true); }
  });
  (item.woke || []).forEach(function (woken) {
    const call = run.items[woken];
    const arrival = (item.ends || []).find(function (end) { return !end.what; });
    if (!arrival) { return; }
    const bend = run.lines[call.line].side === "client" ? 14 : -14;
    drawLine(svg, to + (call.line === item.peer ? bend : 0), yOf(arrival.row), grid.x[call.line] + Math.sign(bend) * 5, yOf(call.endRow || call.row), "wake" + (view.lit.has(index) || view.lit.has(woken) ? " lit" : ""), true);
  });
}

function drawCall(svg, item) {
  const x = grid.x[item.line];
  const from = item.beganBefore ? 0 : yOf(item.row);
  const to = item.goesOn ? view.shown.length * rowHeight() : yOf(item.endRow || item.row);
  const asleep = item.blocked || item.goesOn;
  svg.appendChild(svgElement("rect", { x: x - 4, y: from - 2, width: 8, height: Math.max(to - from, 5), class: asleep ? "bar" : "tick" }));
}

function addText(row, text, left, width, right, classes) {
  if (!text) { return; }
  const span = document.createElement("span");
  span.textContent = text;
  span.className = classes || "";
  span.title = text;
  span.style.maxWidth = width + "px";
  if (right) { span.style.right = "calc(100% - " + left + "px)"; } else { span.style.left = left + "px"; }
  row.appendChild(span);
}

function addLaneText(row, line, text, classes, offset) {
  const left = run.lines[line].side === "client";
  const x = grid.x[line];
  addText(row, text, left ? x - 9 - (offset || 0) : x + 9 + (offset || 0), laneWidth(run.lines[line]) - 14, left, classes);
}

function fillRow(row, step) {
  const what = run.rows[step];
  const item = run.items[what[1]];
  addText(row, seconds(what[3]), 4, timeWidth - 8, false, "time");
  if (item.kind === "frame") { addText(row, item.text, timeWidth, grid.width - timeWidth, false, "alarm"); }
  else if (item.kind === "segment" && what[0] === rowKind.begins) {
    const rightwards = grid.x[item.peer] > grid.x[item.line];
    const parts = [run.connectionCount > 1 ? "[" + item.connection + "] " + item.text : item.text, item.data, item.detail, item.notes];
    addText(row, parts.filter(Boolean).join("  "), grid.x[item.line] + (rightwards ? 12 : -12), wireWidth() - 24, !rightwards, item.notes ? "note" : item.alarming ? "alarm" : "");
  } else if (item.kind !== "segment") { addLaneText(row, item.line, textOf(step) + (what[0] === rowKind.ends && item.slept ? "  " + item.slept : ""), item.alarming ? "alarm" : ""); }
  (statesOfRow.get(step) || []).forEach(function (state) {
    if (item.kind === "segment") { addLaneText(row, state[1], (run.connectionCount > 1 ? state[2] + ": " : "") + state[3], "state"); }
  });
}

function makeRow(place) {
  const step = view.shown[place];
  const row = document.createElement("div");
  const index = run.rows[step][1];
  row.className = "row" + (step === view.step ? " chosen" : view.lit.has(index) ? " lit" : "") + (view.hits.has(step) ? " hit" : "");
  row.id = "row" + step;
  row.style.top = place * rowHeight() + "px";
  row.style.height = rowHeight() + "px";
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", step === view.step ? "true" : "false");
  row.setAttribute("aria-posinset", place + 1);
  row.setAttribute("aria-setsize", view.shown.length);
  row.setAttribute("aria-label", "Step " + (step + 1) + ", " + lineName(run.items[index].line) + ": " + textOf(step));
  fillRow(row, step);
  return row;
}

function crosses(item, from, to) {
  let last = item.endRow || item.row;
  (item.ends || []).forEach(function (end) { last = Math.max(last, end.row); });
  (item.woke || []).forEach(function (woken) { last = Math.max(last, run.items[woken].endRow || run.items[woken].row); });
  return item.row <= to && (item.goesOn || last >= from);
}

// Items of the rows in sight, and those that began above and reach into them.
function itemsInSight(first, last) {
  const inSight = new Set();
  for (let place = first; place <= last; ++place) { inSight.add(run.rows[view.shown[place]][1]); }
  longItems.forEach(function (index) {
    if (crosses(run.items[index], view.shown[first], view.shown[last]) && placeOf(run.items[index].row) >= 0) { inSight.add(index); }
  });
  return inSight;
}

function findLongItems() {
  longItems = [];
  run.items.forEach(function (item, index) {
    if (item.goesOn || item.beganBefore || crosses(item, item.row + 2, Infinity) && item.row < Infinity) { longItems.push(index); }
  });
}

function drawLadder(force) {
  const box = byId("ladder");
  const height = rowHeight();
  const count = view.shown.length;
  const first = Math.max(0, Math.floor(box.scrollTop / height) - 12);
  const last = Math.min(count - 1, Math.ceil((box.scrollTop + box.clientHeight) / height) + 12);
  if (!force && first >= drawn.from && last <= drawn.to && drawn.to - drawn.from < last - first + 24) { return; }
  drawn = { from: first, to: last };
  grid = columns();
  const sheet = byId("sheet");
  sheet.style.height = count * height + "px";
  sheet.style.width = grid.width + "px";
  sheet.style.fontSize = 14 * view.zoom + "px";
  sheet.textContent = "";
  if (count === 0) { sheet.textContent = "Nothing fits what is chosen above."; return; }
  const svg = svgElement("svg", { width: grid.width, height: count * height, "aria-hidden": "true", color: "var(--faint)" });
  grid.x.forEach(function (x) { drawLine(svg, x, first * height, x, (last + 1) * height, "lifeline", false); });
  itemsInSight(first, last).forEach(function (index) {
    const item = run.items[index];
    if (item.kind === "segment") { drawSegment(svg, item, index); } else if (item.kind === "call") { drawCall(svg, item); }
  });
  for (let place = first; place <= last; ++place) { sheet.appendChild(makeRow(place)); }
  sheet.appendChild(svg);
}

function drawHeads() {
  grid = columns();
  const heads = byId("heads");
  heads.textContent = "";
  heads.style.height = "2.7em";
  heads.style.width = grid.width + "px";
  run.lines.forEach(function (line, index) {
    const head = document.createElement("div");
    head.style.left = grid.x[index] + "px";
    head.style.maxWidth = (line.thread ? 240 : 220) * view.zoom + "px";
    head.textContent = line.host;
    const name = document.createElement("span");
    name.textContent = line.name;
    head.appendChild(name);
    heads.appendChild(head);
  });
}
