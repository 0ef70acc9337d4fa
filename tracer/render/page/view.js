// view.js - where rows and lifelines stand; which rows are shown; which step is the present one.
const view = { step: 0, shown: [], place: null, zoom: 1, lit: new Set(), hits: new Set() };
const timeWidth = 92;

function byId(id) { return document.getElementById(id); }

function rowHeight() { return Math.round(26 * view.zoom); }

function laneWidth(line) { return (line.thread ? 250 : 120) * view.zoom; }

function wireWidth() { return 330 * view.zoom; }

// The middle of each lifeline: clients' lanes lie left of their lines, servers' right.
function columns() {
  const xs = [];
  let at = timeWidth;
  let between = false;
  run.lines.forEach(function (line) {
    const lane = laneWidth(line);
    if (line.side === "client") { at += lane; xs.push(at); return; }
    if (!between) { at += wireWidth(); between = true; }
    xs.push(at);
    at += lane;
  });
  return { x: xs, width: between ? at : at + wireWidth() };
}

// As large as shows every lane, within what can be read well.
function fit(width) {
  view.zoom = 1;
  view.zoom = Math.min(Math.max((width - timeWidth) / (columns().width - timeWidth), 0.8), 1.4);
}

// The place of a step among the rows that are shown; -1: it is not.
function placeOf(step) { return view.place[step]; }

function showRows(wanted) {
  view.shown = [];
  view.place = new Int32Array(run.rows.length).fill(-1);
  for (let step = 0; step < run.rows.length; ++step) {
    if (wanted(run.items[run.rows[step][1]])) {
      view.place[step] = view.shown.length;
      view.shown.push(step);
    }
  }
}

// The shown step nearest to `step`.
function nearest(step) {
  if (view.shown.length === 0) { return -1; }
  let low = 0;
  let high = view.shown.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (view.shown[middle] < step) { low = middle + 1; } else { high = middle; }
  }
  return low;
}
