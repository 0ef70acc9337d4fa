// filter.js - by connection, program and kind; search.
function fillChoice(id, values) {
  const select = byId(id);
  ["all"].concat(values).forEach(function (value) {
    const option = document.createElement("option");
    option.textContent = value;
    option.value = value;
    select.appendChild(option);
  });
  select.addEventListener("change", choose);
}

function distinct(key) {
  const values = new Set();
  run.items.forEach(function (item) { if (item[key]) { values.add(item[key]); } });
  return Array.from(values);
}

// A segment belongs to the programs whose hosts it goes between.
function isOfProgram(item, program) {
  if (item.program) { return item.program === program; }
  const hosts = hostsOfProgram.get(program) || new Set();
  return item.kind === "segment" && (hosts.has(run.lines[item.line].host) || hosts.has(run.lines[item.peer].host));
}
const hostsOfProgram = new Map();
run.items.forEach(function (item) {
  if (item.program) {
    if (!hostsOfProgram.has(item.program)) { hostsOfProgram.set(item.program, new Set()); }
    hostsOfProgram.get(item.program).add(run.lines[item.line].host);
  }
});

function choose() {
  const connection = byId("by-connection").value;
  const program = byId("by-program").value;
  const kind = byId("by-kind").value;
  showRows(function (item) {
    return (connection === "all" || String(item.connection) === connection) &&
      (program === "all" || isOfProgram(item, program)) && (kind === "all" || item.kind === kind);
  });
  findLongItems();
  search();
  if (view.shown.length > 0) { go(view.shown[nearest(view.step)]); } else { drawLadder(true); }
}

function showEverything() {
  ["by-connection", "by-program", "by-kind"].forEach(function (id) { byId(id).value = "all"; });
  choose();
}

function search() {
  const wanted = byId("search").value.toLowerCase();
  view.hits = new Set();
  if (wanted) {
    view.shown.forEach(function (step) {
      const item = itemOf(step);
      const text = [textOf(step), item.detail, item.data, item.notes, item.says, item.program].join(" ").toLowerCase();
      if (text.includes(wanted)) { view.hits.add(step); }
    });
  }
  byId("hits").textContent = wanted ? view.hits.size + (view.hits.size === 1 ? " hit" : " hits") : "";
  drawLadder(true);
}

function nextHit() {
  const hits = Array.from(view.hits);
  if (hits.length > 0) {
    const after = hits.find(function (step) { return step > view.step; });
    go(after === undefined ? hits[0] : after);
  }
}
