// Who else is here: this page says every fifteen seconds which case it has
// open and whether somebody writes, and is told who else does.
let wrote = 0, at = "", wrotes = false;
const beat = (gone) => {
  const self = gone || at; if (!self || (document.hidden && !gone)) return;
  wrotes = Date.now() - wrote < 12000;
  const said = new URLSearchParams({ escribe: wrotes ? "si" : "" }); if (gone) said.set("sale", "si");
  fetch(self + "/presencia", { method: "POST", body: said, keepalive: true, headers: { "HX-Request": "true", "X-Pane": "presence" } })
    .then((res) => (res.status === 200 && !gone ? res.text() : null))
    .then((html) => { const el = $("#present"); if (html !== null && el && self === at && el.innerHTML !== html) el.innerHTML = html; })
    .catch(() => { /* the line is cut; the next beat tells */ });
};
const arrive = () => {
  const self = $("#case .case-head")?.dataset.self || "";
  if (!htmx || self === at) return;
  if (at) beat(at);
  at = self; wrote = 0; beat();
};
document.addEventListener("input", (e) => { if (!e.target.closest("#case")) return; wrote = Date.now(); if (!wrotes) beat(); });
document.addEventListener("visibilitychange", () => beat());
addEventListener("pagehide", () => { if (at) beat(at); });
setInterval(() => beat(), 15000);
