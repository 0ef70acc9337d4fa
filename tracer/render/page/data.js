// data.js - the run as it was embedded, and what can be asked of it at any step. Steps count rows from 0.
const run = JSON.parse(document.getElementById("data").textContent);
run.lines = run.lines || [];
run.items = run.items || [];
run.rows = run.rows || [];

const rowKind = { begins: 0, ends: 1, arrowEnds: 2 };
const makersOf = run.items.map(function (item) { return (item.causes || []).slice(); });
const statesOfRow = new Map();
const threadLog = run.lines.map(function () { return []; });
const connectionLog = new Map();
const queueLog = new Map();

function itemOf(step) { return run.items[run.rows[step][1]]; }

function seconds(value) { return value.toFixed(6); }

function nameOf(item) {
  if (item.kind === "call") { return "(" + item.id + ") " + item.text; }
  return item.text;
}

// What stands in a row, in words; for the ladder, the search and the screen reader.
function textOf(step) {
  const row = run.rows[step];
  const item = run.items[row[1]];
  if (row[0] === rowKind.ends) { return "(" + item.id + ") " + (item.endText || item.text); }
  if (row[0] === rowKind.arrowEnds) {
    const end = item.ends[row[2]];
    if (end.what === "lost") { return "#" + item.id + " is lost on the wire"; }
    if (end.what === "damaged") { return "#" + item.id + " arrives damaged and is dropped"; }
    return "#" + item.id + (end.again ? " arrives a second time" : " arrives");
  }
  return nameOf(item);
}

function lineName(index) {
  const line = run.lines[index];
  return line.name ? line.host + " " + line.name : line.host;
}

// The last entry of a log, whose steps ascend, that is not after `step`.
function latest(log, step) {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (log[middle].step <= step) { low = middle + 1; } else { high = middle; }
  }
  return low === 0 ? null : log[low - 1];
}

function note(map, key, entry) {
  if (!map.has(key)) { map.set(key, []); }
  map.get(key).push(entry);
}

function readRows() {
  run.rows.forEach(function (row, step) {
    const item = run.items[row[1]];
    if (item.kind === "call") {
      const asleep = row[0] === rowKind.begins && item.endRow > step;
      const what = asleep ? (item.blocked ? "asleep in " : "in ") : "running; last: ";
      threadLog[item.line].push({ step: step, text: what + (row[0] === rowKind.ends ? item.endText : item.text) });
      const ended = row[0] === rowKind.ends || !(item.endRow > step);
      if (item.queues && ended) { note(queueLog, lineName(item.line) + " " + item.queues.split(":")[0], { step: step, text: item.queues.split(": ")[1] + ", call " + item.id }); }
    } else if (item.kind === "process" && run.lines[item.line].thread) {
      threadLog[item.line].push({ step: step, text: item.text });
    }
  });
  run.states.forEach(function (state) {
    if (!statesOfRow.has(state[0])) { statesOfRow.set(state[0], []); }
    statesOfRow.get(state[0]).push(state);
    if (state[2] !== 0) { note(connectionLog, state[2] + "|" + run.lines[state[1]].side, { step: state[0], text: state[3] }); }
  });
  run.items.forEach(function (item, index) {
    (item.woke || []).forEach(function (woken) { makersOf[woken].push(index); });
  });
  run.items.forEach(function (item, index) {
    (item.causes || []).forEach(function (cause) {
      const made = run.items[cause].made || (run.items[cause].made = []);
      made.push(index);
    });
  });
}
readRows();
