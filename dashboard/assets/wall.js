/* What moves on a wall. Dash's one clock calls `tick` each second; nothing else runs.
   A lost network or a restarted server keeps the last good scene, with its hour. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.zaindu = (function () {
  "use strict";
  var wall = document.getElementById("wall");
  var settings = wall.dataset;
  var FRESH_S = 20, LONGEST_WAIT_S = 120;
  var scenes = null, etag = null, shape = null;
  var at = 0, shownSince = 0, paused = settings.pause === "1", pinned = settings.pinned;
  var nextFetch = 0, failures = 0, fetching = false, lastState = null, turns = 0;
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  var upright = window.matchMedia("(orientation: portrait)");

  document.addEventListener("keydown", function (event) {
    if (event.key === " ") { paused = !paused; event.preventDefault(); }
    if (event.key === "ArrowRight" && scenes) { at = (at + 1) % scenes.length; show(); }
    if (event.key === "ArrowLeft" && scenes) { at = (at + scenes.length - 1) % scenes.length; show(); }
  });
  field(wall.querySelector(".layer"));

  function field(layer) {
    var scene = Array.prototype.find.call(layer.querySelectorAll(".scene"), function (s) {
      return s.getClientRects().length > 0;
    });
    if (scene) { document.body.style.background = scene.dataset.ground; }
  }

  function fetchScenes(now) {
    fetching = true;
    var headers = etag && shape === wanted() ? { "If-None-Match": etag } : {};
    var asked = wanted();
    var stop = new AbortController();
    var timer = setTimeout(function () { stop.abort(); }, 15000);
    fetch(settings.scenes + "&shape=" + asked, { headers: headers, signal: stop.signal, cache: "no-store" })
      .then(function (answer) {
        if (answer.status === 304) { return null; }
        if (!answer.ok) { throw new Error(String(answer.status)); }
        etag = answer.headers.get("ETag");
        return answer.json();
      })
      .then(function (fresh) {
        failures = 0;
        nextFetch = now + FRESH_S;
        if (fresh) { take(fresh, asked); } else { ages(false); }
      })
      .catch(function () {
        failures += 1;
        nextFetch = now + Math.min(LONGEST_WAIT_S, 5 * Math.pow(2, failures - 1)) * (0.8 + Math.random() * 0.4);
        ages(true);
      })
      .finally(function () { clearTimeout(timer); fetching = false; });
  }

  function wanted() { return upright.matches ? "portrait" : "landscape"; }

  function take(fresh, asked) {
    var before = scenes ? scenes[at].name : null;
    settings.sceneS = fresh.scene_s;
    scenes = fresh.scenes;
    shape = asked;
    var name = pinned || before || wall.querySelector(".scene").dataset.scene;
    var found = scenes.findIndex(function (s) { return s.name === name; });
    at = found < 0 ? 0 : found;
    show();
  }

  /* Without news, an age that stands still would lie: its hour takes its place. */
  function ages(lost) {
    wall.querySelectorAll(".layer.shown .age").forEach(function (age) {
      if (lost) {
        age.dataset.text = age.dataset.text || age.textContent;
        age.textContent = age.dataset.hour;
      } else if (age.dataset.text) {
        age.textContent = age.dataset.text;
        delete age.dataset.text;
      }
    });
  }

  function show() {
    var scene = scenes[at];
    var old = wall.querySelector(".layer.shown");
    var layer = document.createElement("div");
    layer.className = "layer";
    layer.innerHTML = scene.svg;
    var drawn = layer.querySelector(".scene");
    var state = drawn.dataset.state;
    if (state && lastState && state !== lastState) { layer.classList.add("turned"); }
    lastState = state || lastState;
    turns += 1;
    drawn.style.transform = "translate(" + shift(turns) + "," + shift(turns * 3 + 1) + ")";
    /* The page's orientation chose the shape: both rules would hide a late one. */
    drawn.style.display = "block";
    wall.appendChild(layer);
    if (drawn.dataset.nudge && old && old.dataset.name !== scene.name) { tell(drawn.dataset.nudge); }
    var same = old && old.dataset.name === scene.name;
    layer.dataset.name = scene.name;
    shownSince = Date.now();
    if (same || calm.matches) { layer.style.transition = "none"; }
    requestAnimationFrame(function () {
      layer.classList.add("shown");
      document.body.style.background = drawn.dataset.ground;
      if (failures) { ages(true); }
      setTimeout(function () {
        wall.querySelectorAll(".layer").forEach(function (l) { if (l !== layer) { l.remove(); } });
        layer.style.transition = "";
      }, same || calm.matches ? 0 : 450);
    });
  }

  /* At most one unit (a sixth of a rem), so that no pixel glows for years. */
  function shift(n) { return ((Math.floor(n / 40) + 2) % 5 - 2) / 12 + "rem"; }

  function tell(nudge) {
    fetch(settings.shown + "?nudge=" + encodeURIComponent(nudge), { method: "POST" }).catch(function () {});
  }

  function tick() {
    var now = Date.now() / 1000;
    if (!fetching && (now >= nextFetch || (scenes && shape !== wanted()))) { fetchScenes(now); }
    var due = Date.now() - shownSince >= Number(settings.sceneS) * 1000;
    if (scenes && scenes.length > 1 && due && !paused && !pinned) {
      if (shownSince) { at = (at + 1) % scenes.length; }
      show();
    }
    return scenes ? scenes[at].name : "";
  }

  return { tick: tick };
})();
