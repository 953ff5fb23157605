// The palette (Ctrl+K): every place of the rail, every act that is legal here,
// and what the server finds.
const plain = (s) => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const paletteBox = () => $("#palette");
const hereItems = () => {
  const items = [];
  const add = (el, group) => { const text = el.textContent.trim().replace(/\s+/g, " "); if (text && !items.some((i) => i.text === text)) items.push({ text, group, go: () => el.click() }); };
  const box = paletteBox();
  for (const el of $$("#case [data-act], #case .others .menu button")) add(el, box.dataset.here);
  for (const el of $$("#compose [data-key], [data-undo] button, #case .acts a")) add(el, box.dataset.here);
  for (const el of $$(".rail nav a .word")) items.push({ text: el.textContent.trim(), group: box.dataset.places, go: () => { location.href = el.closest("a").href; } });
  for (const el of $$(".views a")) add(el, $("#list-title")?.textContent || "");
  for (const el of $$(".me .menu a:not(.phone), .me .menu button")) add(el, box.dataset.places);
  return items;
};
let found = [], asked = 0, chosen = 0;
const drawPalette = (remote) => {
  const box = paletteBox(), list = $("ul", box), q = plain($("input", box).value.trim());
  found = hereItems().filter((i) => q.split(/\s+/).every((w) => plain(i.text + " " + i.group).includes(w))).slice(0, q ? 8 : 40);
  for (const a of $$("a", remote || document.createElement("i"))) found.push({ el: a, go: () => { location.href = a.href; } });
  chosen = Math.min(chosen, Math.max(0, found.length - 1));
  list.replaceChildren(...found.map((item, i) => {
    const li = document.createElement("li"); li.id = "pal-" + i; li.setAttribute("role", "option"); li.setAttribute("aria-selected", i === chosen);
    if (item.el) li.append(...item.el.cloneNode(true).childNodes);
    else { const b = document.createElement("span"), g = document.createElement("small"); b.textContent = item.text; g.textContent = item.group; li.append(b, g); }
    return li;
  }));
  $(".none", box).hidden = found.length > 0;
  $("input", box).setAttribute("aria-activedescendant", found.length ? "pal-" + chosen : "");
};
const choose = (i) => {
  chosen = (i + found.length) % Math.max(1, found.length);
  $$("li", paletteBox()).forEach((li, n) => { li.setAttribute("aria-selected", n === chosen); if (n === chosen) li.scrollIntoView({ block: "nearest" }); });
  $("input", paletteBox()).setAttribute("aria-activedescendant", "pal-" + chosen);
};
const openPalette = () => {
  const box = paletteBox(); if (!box || box.open) return;
  box.before = document.activeElement; $("input", box).value = ""; chosen = 0; drawPalette(); box.showModal(); $("input", box).focus();
};
const run = (i) => { const item = found[i], box = paletteBox(); if (!item) return; box.before = null; box.close(); item.go(); };
document.addEventListener("keydown", (e) => {
  const box = paletteBox(); if (!box) return;
  if ((e.ctrlKey || e.metaKey) && !e.shiftKey && e.key.toLowerCase() === "k") { e.preventDefault(); box.open ? box.close() : openPalette(); return; }
  if (!box.open) return;
  if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); choose(chosen + (e.key === "ArrowDown" ? 1 : -1)); }
  else if (e.key === "Enter") { e.preventDefault(); run(chosen); }
});
document.addEventListener("input", (e) => {
  const box = paletteBox(); if (e.target !== box?.querySelector("input")) return;
  const n = ++asked, q = e.target.value.trim(); chosen = 0; drawPalette();
  if (q.length < 2) return;
  setTimeout(async () => {
    if (n !== asked) return;
    const res = await fetch("/paleta?q=" + encodeURIComponent(q), { headers: { "HX-Request": "true", "X-Pane": "palette" } }).catch(() => null);
    if (res?.status !== 200) return;
    const made = document.createElement("template"); made.innerHTML = await res.text();
    if (n === asked && box.open) drawPalette(made.content);
  }, 150);
});
document.addEventListener("click", (e) => {
  if (e.target.closest("[data-palette]")) { const me = e.target.closest("details"); if (me) me.open = false; openPalette(); return; }
  const li = e.target.closest("#palette li"); if (li) run(+li.id.slice(4)); else if (e.target.id === "palette") e.target.close();
});
document.addEventListener("close", (e) => { if (e.target.id === "palette") e.target.before?.focus?.(); }, true);
