// panel.js - what there is to say of the present step.
function listOf(id, texts) {
  const list = byId(id);
  list.textContent = "";
  texts.forEach(function (text) {
    const entry = document.createElement("li");
    entry.textContent = text;
    list.appendChild(entry);
  });
}

function fillPanel() {
  const step = view.step;
  const item = itemOf(step);
  byId("what").textContent = textOf(step);
  byId("says").textContent = item.says || "";
  byId("source").textContent = item.source || "";
  const relations = [];
  (item.causes || []).forEach(function (cause) { relations.push("made by " + nameOf(run.items[cause])); });
  (item.made || []).forEach(function (made) { relations.push("made " + nameOf(run.items[made])); });
  (item.woke || []).forEach(function (woken) { relations.push("woke " + nameOf(run.items[woken])); });
  if (item.slept) { relations.push(item.slept); }
  byId("relations").textContent = relations.join("; ");
  listOf("threads", run.lines.map(function (line, index) {
    const now = latest(threadLog[index], step);
    return line.thread ? lineName(index) + ": " + (now ? now.text : "not seen yet") : "";
  }).filter(Boolean));
  listOf("connections", connectionsAt(step));
  const queues = [];
  queueLog.forEach(function (log, name) {
    const now = latest(log, step);
    if (now) { queues.push(name + ": " + now.text); }
  });
  listOf("queues", queues.slice(-20));
}

function connectionsAt(step) {
  const now = new Map();
  connectionLog.forEach(function (log, key) {
    const entry = latest(log, step);
    if (entry) {
      const parts = key.split("|");
      if (!now.has(parts[0])) { now.set(parts[0], []); }
      now.get(parts[0]).push(parts[1] + " " + entry.text);
    }
  });
  const texts = [];
  now.forEach(function (states, id) { texts.push("connection " + id + ": " + states.join(", ")); });
  return texts.slice(-20);
}

function fillFindings() {
  const list = byId("findings");
  if (run.findings.length === 0) { listOf("findings", ["none"]); return; }
  run.findings.forEach(function (finding) {
    const entry = document.createElement("li");
    const name = document.createElement("span");
    name.className = "severity " + finding.severity;
    name.textContent = finding.severity + ": " + finding.id + ". ";
    entry.appendChild(name);
    entry.appendChild(document.createTextNode(finding.says + " " + finding.advice + " "));
    finding.items.forEach(function (index) {
      const jump = document.createElement("button");
      jump.textContent = run.items[index].kind === "call" ? "call " + run.items[index].id : "#" + run.items[index].id;
      jump.addEventListener("click", function () { showEverything(); go(run.items[index].row); });
      entry.appendChild(jump);
    });
    list.appendChild(entry);
  });
}

// The same, whole, for paper: made when it is asked for.
function fillPrinted() {
  const printed = byId("printed");
  printed.textContent = "";
  view.shown.forEach(function (step) {
    const item = itemOf(step);
    const line = document.createElement("p");
    const says = run.rows[step][0] === rowKind.begins && !(item.endRow > step) || run.rows[step][0] === rowKind.ends ? item.says || "" : "";
    const states = (statesOfRow.get(step) || []).map(function (state) { return state[3]; }).join(", ");
    line.textContent = [step + 1, seconds(run.rows[step][3]), lineName(item.line) + ":", textOf(step), item.data, item.detail, states, says].filter(Boolean).join("  ");
    printed.appendChild(line);
  });
}
