// control.js - keys, buttons, the slider, the address; and the beginning of it all.
let playing = null;

// Makes `step` the present one, and brings it into sight.
function go(step) {
  view.step = step;
  const index = run.rows[step][1];
  light(index);
  const place = placeOf(step);
  const box = byId("ladder");
  const top = place * rowHeight();
  const head = byId("heads").offsetHeight;
  if (top < box.scrollTop || top + 2 * rowHeight() + head > box.scrollTop + box.clientHeight) {
    box.scrollTop = Math.max(0, top - box.clientHeight / 2);
  }
  byId("slider").value = place + 1;
  byId("slider").max = view.shown.length;
  byId("slider").setAttribute("aria-valuetext", "Step " + (step + 1) + ": " + textOf(step));
  byId("position").textContent = "step " + (step + 1) + " of " + run.rows.length + ", " + seconds(run.rows[step][3]) + " s";
  box.setAttribute("aria-activedescendant", "row" + step);
  drawLadder(true);
  fillPanel();
  history.replaceState(null, "", "#step=" + (step + 1));
}

// What made it, what it made, whom it woke and by whom it was woken.
function light(index) {
  const item = run.items[index];
  view.lit = new Set([index].concat(makersOf[index], item.made || [], item.woke || []));
}

function move(by) {
  const place = Math.min(Math.max(placeOf(view.step) + by, 0), view.shown.length - 1);
  if (place >= 0 && view.shown.length > 0) { go(view.shown[place]); }
}

function play() {
  if (playing) { clearInterval(playing); playing = null; } else {
    playing = setInterval(function () {
      if (placeOf(view.step) + 1 >= view.shown.length) { play(); } else { move(1); }
    }, 900);
  }
  byId("play").textContent = playing ? "Pause" : "Play";
  byId("play").setAttribute("aria-pressed", playing ? "true" : "false");
}

function zoom(by) {
  view.zoom = Math.min(Math.max(view.zoom * by, 0.5), 2.5);
  drawHeads();
  if (view.shown.length > 0) { go(view.step); }
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function fromAddress() {
  const match = /^#step=(\d+)$/.exec(location.hash);
  return match ? Math.min(Math.max(Number(match[1]) - 1, 0), run.rows.length - 1) : 0;
}

const keys = {
  ArrowRight: function () { move(1); }, ArrowDown: function () { move(1); },
  ArrowLeft: function () { move(-1); }, ArrowUp: function () { move(-1); },
  PageDown: function () { move(10); }, PageUp: function () { move(-10); },
  Home: function () { move(-run.rows.length); }, End: function () { move(run.rows.length); },
  " ": play, "+": function () { zoom(1.2); }, "-": function () { zoom(1 / 1.2); },
  n: nextHit, "/": function () { byId("search").focus(); }, t: function () { byId("theme").click(); },
};

function onKey(event) {
  const at = event.target.tagName;
  if (event.ctrlKey || event.altKey || event.metaKey || at === "SELECT" || at === "INPUT" || (at === "BUTTON" && event.key === " ")) {
    if (event.target.id === "search" && event.key === "Enter") { nextHit(); }
    if (event.target.id === "search" && event.key === "Escape") { byId("ladder").focus(); }
    return;
  }
  if (keys[event.key]) { keys[event.key](); event.preventDefault(); }
}

// Dragging moves the sheet, as the wheel does.
function pan(box) {
  let from = null;
  box.addEventListener("pointerdown", function (event) { from = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop }; });
  window.addEventListener("pointerup", function () { from = null; });
  box.addEventListener("pointermove", function (event) {
    if (from && event.buttons === 1) {
      box.scrollLeft = from.left - (event.clientX - from.x);
      box.scrollTop = from.top - (event.clientY - from.y);
    }
  });
  box.addEventListener("wheel", function (event) {
    if (event.ctrlKey) { zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1); event.preventDefault(); }
  }, { passive: false });
}

// The step under the pointer; -1: none.
function stepAt(event) {
  const row = event.target.closest(".row");
  return row ? Number(row.id.slice(3)) : -1;
}

function start() {
  const root = document.documentElement;
  root.dataset.theme = isDark() ? "dark" : "light";
  byId("title").textContent = run.title || "sockstep";
  run.connectionCount = distinct("connection").length;
  fillChoice("by-connection", distinct("connection"));
  fillChoice("by-program", distinct("program"));
  fillChoice("by-kind", distinct("kind"));
  fillFindings();
  fit(byId("ladder").clientWidth);
  drawHeads();
  view.step = fromAddress();
  const box = byId("ladder");
  choose();
  byId("first").onclick = keys.Home;
  byId("last").onclick = keys.End;
  byId("back").onclick = keys.ArrowLeft;
  byId("forward").onclick = keys.ArrowRight;
  byId("play").onclick = play;
  byId("larger").onclick = keys["+"];
  byId("smaller").onclick = keys["-"];
  byId("theme").onclick = function () { root.dataset.theme = isDark() ? "light" : "dark"; };
  byId("next-hit").onclick = nextHit;
  byId("search").oninput = search;
  byId("slider").oninput = function () { go(view.shown[Number(byId("slider").value) - 1]); };
  box.addEventListener("scroll", function () { requestAnimationFrame(function () { drawLadder(false); }); });
  box.addEventListener("click", function (event) { const step = stepAt(event); if (step >= 0) { go(step); } });
  box.addEventListener("mouseover", function (event) {
    const step = stepAt(event);
    const index = step < 0 ? -1 : run.rows[step][1];
    if (index >= 0 && view.hovered !== index) { view.hovered = index; light(index); drawLadder(true); }
  });
  box.addEventListener("mouseleave", function () { view.hovered = -1; light(run.rows[view.step][1]); drawLadder(true); });
  pan(box);
  window.addEventListener("resize", function () { drawLadder(true); });
  window.addEventListener("hashchange", function () { showEverything(); go(fromAddress()); });
  window.addEventListener("beforeprint", fillPrinted);
  window.addEventListener("keydown", onKey);
}
start();
