// The composer: files by drop or paste, templates at the cursor, how WhatsApp
// will show it, and the seconds in which a message can be taken back.

// Files stay while the form comes back with a question: the browser forgets them.
const attachedTo = new Map();
const showAttached = (form) => {
  const input = form.elements.archivo, list = $("[data-attached]", form); if (!input || !list) return;
  const files = [...input.files];
  attachedTo.set(form.dataset.draft, files);
  list.hidden = !files.length;
  list.replaceChildren(...files.map((file, i) => {
    const li = document.createElement("li"), b = document.createElement("button");
    li.textContent = file.name + " · " + Math.ceil(file.size / 1000) + " kB ";
    b.type = "button"; b.className = "btn quiet small"; b.textContent = list.dataset.remove; b.setAttribute("aria-label", list.dataset.remove + " " + file.name);
    b.onclick = () => { setFiles(form, files.filter((_, n) => n !== i)); $("textarea", form)?.focus(); };
    li.append(b); return li;
  }));
};
const setFiles = (form, files) => {
  const t = new DataTransfer(); for (const f of files) t.items.add(f);
  form.elements.archivo.files = t.files; showAttached(form);
};
const addFiles = (form, files) => { if (form?.elements.archivo && files.length) { setFiles(form, [...form.elements.archivo.files, ...files]); return true; } };
document.addEventListener("paste", (e) => { const f = e.target.closest?.("form.composer"); if (f && e.clipboardData.files.length && addFiles(f, e.clipboardData.files)) e.preventDefault(); });
document.addEventListener("dragover", (e) => { const f = e.target.closest?.("#case")?.querySelector("form.composer"); if (f?.elements.archivo && e.dataTransfer.types.includes("Files")) { e.preventDefault(); f.classList.add("over"); } });
document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) for (const f of $$("form.over")) f.classList.remove("over"); });
document.addEventListener("drop", (e) => {
  const f = e.target.closest?.("#case")?.querySelector("form.composer"); if (!f || !e.dataTransfer.files.length) return;
  e.preventDefault(); f.classList.remove("over"); addFiles(f, e.dataTransfer.files);
});
document.addEventListener("change", (e) => { if (e.target.name === "archivo") showAttached(e.target.form); });

// A template goes in where the cursor stands; its first open slot is selected.
document.addEventListener("click", (e) => {
  const a = e.target.closest("[data-phrase]"); if (!a) return;
  e.preventDefault();
  const area = $("textarea", a.closest("form")), before = area.value.slice(0, area.selectionStart).trim(), text = (before ? "\n\n" : "") + a.dataset.phrase;
  a.closest("details").open = false;
  area.focus(); area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  const m = /\{[^{}\n]+\}/.exec(area.value); if (m) area.setSelectionRange(m.index, m.index + m[0].length);
  area.dispatchEvent(new Event("input", { bubbles: true }));
});

// *bold* _italic_ ~struck~ ```mono```, as the phone will show them.
const marks = [[/```([^`]+)```/, "code"], [/\*([^*\n]+)\*/, "b"], [/(?<![\p{L}\d])_([^_\n]+)_(?![\p{L}\d])/u, "i"], [/~([^~\n]+)~/, "s"]];
const drawMarks = (text, into) => {
  for (const [expr, tag] of marks) {
    const m = expr.exec(text); if (!m) continue;
    const el = document.createElement(tag);
    drawMarks(text.slice(0, m.index), into); tag === "code" ? el.append(m[1]) : drawMarks(m[1], el);
    into.append(el); drawMarks(text.slice(m.index + m[0].length), into); return;
  }
  into.append(text);
};
const preview = (form) => {
  const box = $("[data-preview]", form), text = $("textarea", form)?.value || ""; if (!box) return;
  box.hidden = !marks.some(([expr]) => expr.test(text));
  const bubble = $(".bubble", box); bubble.replaceChildren(); if (!box.hidden) drawMarks(text.slice(0, 4000), bubble);
};
document.addEventListener("input", (e) => { if (e.target.closest("form.composer")) preview(e.target.form); });

// The time to take it back runs on the server; this only counts along.
const countDown = (form) => {
  if (form.ticking) return;
  const end = Date.now() + 1000 * form.dataset.undo;
  form.ticking = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0 && form.isConnected) { $("[data-left]", form).textContent = left; return; }
    clearInterval(form.ticking);
    const inside = form.contains(document.activeElement); form.remove(); if (inside) $("#case h1")?.focus();
  }, 500);
};
const prepareComposer = (root) => {
  for (const input of $$(".attach input", root)) input.classList.add("sr"); // its list says the same, in our words
  for (const f of $$("form.composer", root)) {
    const files = attachedTo.get(f.dataset.draft);
    if (files?.length && f.elements.archivo && $("[data-focus]", f)) setFiles(f, files);
    preview(f);
  }
  for (const f of $$("[data-undo]", root)) countDown(f);
};
