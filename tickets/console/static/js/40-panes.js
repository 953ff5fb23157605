// htmx: which row is open, where focus goes, what to prepare in new parts.
const prepare = (root) => { tellTimes(); showStation(); restoreDrafts(root); showDependent(root); prepareComposer(root); arrive(); countMarks(); offerNext(); for (const el of $$("[data-keys-help],[data-palette],[data-live]")) el.hidden = false; };
// The line of the procedure begins where the case stands, where it is longer than the screen.
const showStation = () => { for (const m of $$(".metro")) { const now = $(".now circle", m); if (now) m.scrollLeft = now.cx.baseVal.value - m.clientWidth / 2; } };
// What is scrolled when a case is read: the case, or beside a third pane its thread.
const scroller = () => [$("#case"), $(".case-main")].find((el) => el && el.scrollHeight > el.clientHeight && getComputedStyle(el).overflowY === "auto");
// Somebody else's change: nothing jumps under the hand. Place, focus and what was said last stay.
let stood = null;
document.addEventListener("htmx:beforeSwap", (e) => {
  if (e.target.id !== "case") return;
  const on = document.activeElement?.closest("#case") ? document.activeElement : null;
  stood = e.detail.requestConfig?.headers?.["X-Pane"] !== "live" ? null : { top: scroller()?.scrollTop || 0, flash: $("#case #flash"), inside: !!on, on: on && (on.id ? "#" + CSS.escape(on.id) : on.dataset.act ? `#case [data-act="${on.dataset.act}"]` : on.dataset.next !== undefined ? "[data-next]" : "") };
});
const standAgain = () => {
  const s = scroller(); if (s) s.scrollTop = stood.top;
  if (stood.flash && !$("#case #flash")) $("#case .case-main")?.prepend(stood.flash);
  if (stood.inside) ((stood.on && $(stood.on)) || $("#case h1"))?.focus({ preventScroll: true });
};
// The row of a case that was opened says no more that it is unread, to nobody.
const wasRead = (row) => { row.classList.remove("new"); for (const el of $$(".pip, .pip + .sr", row).reverse()) el.remove(); };
document.addEventListener("htmx:afterSwap", (e) => {
  if (e.target.id === "act") {
    const menu = $(".others[open]"); if (menu) menu.open = false;
    const name = $("#act form")?.getAttribute("action")?.split("/").pop();
    for (const a of $$(".moves a[data-act]")) a.dataset.act === name ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current");
    $("#act [autofocus], #act textarea, #act input:not([type=hidden]), #act select, #act button")?.focus({ preventScroll: true }); $("#act form")?.scrollIntoView({ block: "nearest" });
    handOver();
  }
  if (e.target.id === "compose") { $("#reply-text")?.focus(); handOver(); }
  if (e.target.id !== "case") return;
  const code = $("#case .case-head")?.dataset.code;
  for (const r of rows()) r.dataset.code === code ? r.setAttribute("aria-current", "true") : r.removeAttribute("aria-current");
  const open = $("#rows .row[aria-current]"); if (open) wasRead(open);
  offerNext();
  if (stood) { standAgain(); return; }
  $("#case").scrollTop = 0; if (innerWidth < 768) scrollTo(0, 0);
  ($("#case [data-focus]") || $("#case #flash") || (document.activeElement?.closest("#rows") && e.detail.requestConfig?.triggeringEvent?.detail ? null : $("#case h1")))?.focus({ preventScroll: true });
  const title = $("#case .case-head")?.dataset.title; if (title) document.title = title;
});
// The name that goes with the number of a call is put in, to be put right; what a hand typed stays.
document.addEventListener("htmx:afterSwap", (e) => {
  const name = $("#nombre"); if (e.target.id !== "look" || !name || name.value !== name.dataset.known) return;
  name.value = name.dataset.known = $("#look [data-person]")?.dataset.person || "";
});
// The network was cut or the server is away: nothing that was typed is lost.
const lost = (text) => {
  for (const f of $$("form[data-busy]")) delete f.dataset.busy;
  let toast = $("#toast");
  if (!toast) { toast = document.createElement("p"); toast.id = "toast"; toast.setAttribute("role", "alert"); body.append(toast); }
  toast.textContent = text; clearTimeout(toast.timer); toast.timer = setTimeout(() => toast.remove(), 12000);
};
for (const e of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(e, (ev) => {
  const asked = ev.detail.requestConfig; if (!asked) return;
  if (asked.verb === "post") lost(body.dataset.lost);
  else if (asked.triggeringEvent) lost(body.dataset.unread); // by a hand; what the page asks for by itself comes again
});
document.addEventListener("htmx:load", (e) => prepare(e.target));
window.addEventListener("popstate", () => { if ($("#case") && !location.hash) location.reload(); }); // a jump inside the page, "Ir al contenido", is no step back
