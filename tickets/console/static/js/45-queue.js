// Marked cases, and the next one after an act.
const marked = () => $$("#rows .pick input:checked");
const countMarks = () => { const el = $("[data-marked]"); if (el) el.textContent = marked().length; };
const mark = () => {
  const row = document.activeElement?.closest(".pickable") || $("#rows .row[aria-current]")?.closest(".pickable"), box = row && $(".pick input", row);
  if (box) { box.checked = !box.checked; countMarks(); say(marked().length + " " + ($(".bulk b")?.lastChild.textContent.trim() || "")); }
};
document.addEventListener("change", (e) => { if (e.target.closest(".pick")) countMarks(); });
document.addEventListener("reset", () => setTimeout(countMarks));
// The row below the open one; from the last one on, from the top again.
const nextRow = () => {
  const list = rows(), i = list.findIndex((r) => r.hasAttribute("aria-current"));
  return list[i >= 0 ? i + 1 : list.length] || list.find((r) => r.dataset.code !== $("#case .case-head")?.dataset.code);
};
// What was done offers the next case, from the moment that it takes the focus: the first Tab goes there.
const offerNext = () => { const a = $("[data-next]"); if (a) a.hidden = !nextRow(); };
const openNext = () => { const r = nextRow(); if (r) { r.focus(); r.click(); } };
document.addEventListener("click", (e) => { if (e.target.closest("[data-next]")) { e.preventDefault(); openNext(); } });

// What the list shows now. While the hand is on it nothing moves: rows change
// where they are, and a button tells how many wait to be shown.
const freshRows = async (address, force) => {
  const res = await fetch(address, { headers: { "HX-Request": "true", "X-Pane": "rows" } }).catch(() => null);
  if (res?.status !== 200) return;
  const made = document.createElement("template"); made.innerHTML = await res.text();
  if (!force) await letGo(); // under a pressed row nothing is exchanged
  const box = $("#rows"); if (!box) return;
  const shown = new Map($$(".row", box).map((r) => [r.id, r])), open = $("#case .case-head")?.dataset.code, picks = new Set(marked().map((p) => p.value));
  const news = $$(".row", made.content), focus = document.activeElement?.id;
  for (const r of news) {
    const old = shown.get(r.id);
    if (shown.size && old?.textContent !== r.textContent) r.classList.add("arrived");
    if (r.dataset.code === open) r.setAttribute("aria-current", "true");
    const pick = $(".pick input", r.parentElement); if (pick && picks.has(pick.value)) pick.checked = true;
  }
  const handOn = box.matches(":hover") || box.contains(document.activeElement) || picks.size;
  const fresh = $("#fresh"), waiting = news.filter((r) => !shown.has(r.id)).length;
  if (handOn && !force && shown.size) {
    for (const r of news) { const old = shown.get(r.id); if (old && old.outerHTML !== r.outerHTML && !old.classList.contains("htmx-request")) { const p = r.parentElement; old.parentElement.replaceWith(p); htmx.process(p); } }
    if (fresh) { fresh.hidden = !waiting; fresh.textContent = fresh.dataset.words.replace("{n}", waiting); }
  } else {
    box.replaceChildren(made.content); htmx.process(box); if (fresh) fresh.hidden = true;
  }
  if (focus?.startsWith("row-")) document.getElementById(focus)?.focus({ preventScroll: true });
  tellTimes(); countMarks();
};
document.addEventListener("click", (e) => { if (e.target.id === "fresh") { freshRows($("#list").dataset.refresh, true).then(() => rows()[0]?.focus()); } });
