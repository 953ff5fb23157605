// Shortcuts. g then a letter goes somewhere; the rest act where they stand.
let goes = 0;
const rows = () => $$("#rows .row, [data-rows] a[data-row]");
const move = (by) => {
  const list = rows(); if (!list.length) return;
  let i = list.indexOf(document.activeElement);
  if (i < 0) i = list.findIndex((r) => r.hasAttribute("aria-current")); 
  list[Math.max(0, Math.min(list.length - 1, i < 0 ? 0 : i + by))].focus();
};
const openAct = (name) => {
  const a = $(`a[data-act="${name}"]`); if (!a) return false;
  a.click(); return true;
};
const hand = {
  j: () => move(1), k: () => move(-1),
  r: () => $("#reply-text")?.focus() ?? $("[data-key=r]")?.click(),
  n: () => $("[data-key=n]")?.click(),
  x: () => mark(), ".": () => openNext(),
  u: () => $("[data-undo]")?.requestSubmit(),
  c: () => { const a = $('a[href="/llamada"]'); if (a) location.href = a.href; },
  d: () => openAct("decidir") || openAct("route") || openAct("derive") || openAct("derive_solution") || openAct("coordinate"),
  s: () => openAct("solve"), e: () => openAct("estimate"),
  "/": () => { const f = $("[data-key='/']"); f ? f.focus() : (location.href = "/buscar"); },
  "?": () => $("#keys")?.showModal(),
};
// What is typed while a form is on its way is meant for it, not for the shortcuts.
let early = null;
const opens = (e) => ["compose", "act"].includes(e.detail.target?.id);
document.addEventListener("htmx:beforeRequest", (e) => { if (opens(e)) early = ""; });
document.addEventListener("htmx:afterRequest", (e) => { if (opens(e)) early = null; });
const handOver = () => {
  const el = document.activeElement, text = early; early = null;
  if (!text || !["textarea", "text"].includes(el?.type)) return; // an input that names no type is a text, too
  el.setRangeText(text, el.selectionStart, el.selectionEnd, "end");
  el.dispatchEvent(new Event("input", { bubbles: true }));
};
document.addEventListener("keydown", (e) => {
  const el = document.activeElement;
  if (early !== null && !typing(el) && !e.ctrlKey && !e.metaKey && !e.altKey) {
    if (e.key.length === 1) { early += e.key; e.preventDefault(); return; }
    if (e.key === "Backspace") { early = early.slice(0, -1); e.preventDefault(); return; }
  }
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && el?.form) { e.preventDefault(); el.form.requestSubmit(); return; }
  if (e.key === "Enter" && el?.matches("input") && el.form && $("[name=filtrar]", el.form)) { // the browser would press the form's first button
    e.preventDefault(); (el.matches(".staff .find input") ? el.nextElementSibling : $(".submit .primary", el.form)).click(); return;
  }
  if (e.key === "Escape" && !$("dialog[open]")) {
    if (typing(el)) { el.blur(); return; }
    const d = el?.closest?.("details[open]"); if (d) { d.open = false; d.querySelector("summary").focus(); return; }
    if ($("#act form")) { $("#act [data-cancel]").click(); return; }
    const back = $("#case .back"); if (back) { back.click(); }
    return;
  }
  const leaf = { PageDown: 1, PageUp: -1 }[e.key]; // the head of a case is not scrolled itself beside a third pane
  if (leaf && el?.closest(".case-head")) { const s = scroller(); if (s?.matches(".case-main")) { e.preventDefault(); s.scrollBy(0, leaf * s.clientHeight * 0.85); } return; }
  if (typing(el) || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
  if (goes && Date.now() - goes < 1500) { goes = 0; const to = $(`.rail nav [data-go="${CSS.escape(e.key)}"]`); if (to) { e.preventDefault(); location.href = to.href; return; } }
  if (e.key === "g") { goes = Date.now(); return; }
  if (hand[e.key]) { e.preventDefault(); hand[e.key](); }
});
document.addEventListener("click", (e) => {
  const t = e.target.closest("[data-login],[data-keys-help],[data-print],[data-cancel],a.back");
  if (!t) return;
  if (t.dataset.login !== undefined) { $("#login").value = t.dataset.login; const p = $("#password"); p.value = t.dataset.password || ""; p.value ? p.form.requestSubmit() : p.focus(); }
  else if (t.dataset.keysHelp !== undefined) $("#keys")?.showModal();
  else if (t.dataset.cancel !== undefined && $("#act form")) { e.preventDefault(); const a = $(".moves a[aria-current]"); a?.removeAttribute("aria-current"); $("#act").replaceChildren(); (a || $(".moves a"))?.focus(); }
  else if (t.dataset.print !== undefined) window.print();
  else if (t.matches("a.back") && $("#list") && $("#case")) {
    e.preventDefault(); const row = $("#rows .row[aria-current]"); $("#case").replaceChildren(); $(".desk").classList.remove("open"); row?.removeAttribute("aria-current"); row?.focus();
    history.pushState(null, "", $("#list").dataset.refresh || "/bandeja");
  }
});
