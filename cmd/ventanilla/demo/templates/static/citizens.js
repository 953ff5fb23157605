// Follows what arrives: replaces the live part of the page, unless someone is
// writing in it; then it only says that there is news.
"use strict";
const writing = box => [...box.querySelectorAll("textarea")].some(t => t.value || t === document.activeElement);
let waiting = 0;
async function refresh() {
  waiting = 0;
  const box = document.querySelector("[data-live]");
  if (!box) return;
  if (writing(box)) { document.getElementById("news").hidden = false; return; }
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
  if (!fresh || writing(box)) return;
  for (const d of box.querySelectorAll("details[id]")) {
    const same = fresh.querySelector("#" + CSS.escape(d.id));
    if (same) same.open = d.open;
  }
  if (fresh.innerHTML !== box.innerHTML) box.replaceWith(fresh);
}
if (document.querySelector("[data-live]")) {
  new EventSource("/eventos").onmessage = () => { if (!waiting) waiting = setTimeout(refresh, 250); };
}
