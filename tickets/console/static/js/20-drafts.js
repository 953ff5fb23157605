// Drafts: a form with data-draft keeps what is typed in this browser at once,
// and at the server a moment later (field "borrador"), until the act was done.
// A sent draft is dropped here only when a page says that it was done.
const draftKey = (form) => "borrador:" + (body.dataset.user || "") + ":" + form.dataset.draft;
const store = {
  get(k) { try { return JSON.parse(localStorage.getItem(k)); } catch { return null; } },
  set(k, v) { try { localStorage.setItem(k, JSON.stringify(v)); } catch { /* full or forbidden: the draft lives in the page alone */ } },
  drop(k) { try { localStorage.removeItem(k); } catch { /* forbidden */ } },
};
const fields = (form) => [...form.elements].filter((el) => el.name && !/^(hidden|password|file|submit|button)$/.test(el.type));
const ticked = (el) => el.type === "radio" || el.type === "checkbox";
const several = (el) => el.type === "checkbox" && el.name.endsWith("people"); // of one name
const keepDraft = (form) => {
  const kept = {};
  for (const el of fields(form)) {
    if (ticked(el)) { if (el.checked !== el.defaultChecked && el.checked) kept[el.name] = several(el) && kept[el.name] ? kept[el.name] + "," + el.value : el.value; }
    else if (el.tagName === "SELECT" ? !el.selectedOptions[0]?.defaultSelected && el.selectedIndex > 0 : el.value !== el.defaultValue) kept[el.name] = el.value;
  }
  Object.keys(kept).length ? store.set(draftKey(form), { at: Date.now(), kept }) : store.drop(draftKey(form));
};

// What the server keeps survives this browser. A save under way when the form
// is sent comes too late there, by the form's number.
const pushDraft = (form) => {
  clearTimeout(form.pushTimer);
  if (!form.elements.borrador || form.dataset.busy) return;
  const sent = new URLSearchParams();
  for (const el of form.elements) if (el.name && !/^(file|password|submit|button)$/.test(el.type) && (!ticked(el) || el.checked)) sent.append(el.name, el.value);
  form.pushed = fetch("/borrador", { method: "POST", body: sent, headers: { "X-Pane": "draft" }, keepalive: sent.toString().length < 60000, redirect: "manual" }).catch(() => { /* the line is cut: this browser has it */ });
};
const typed = (form) => {
  clearTimeout(form.draftTimer); form.draftTimer = setTimeout(keepDraft, 300, form);
  clearTimeout(form.pushTimer); form.pushTimer = setTimeout(pushDraft, 1200, form);
};
addEventListener("pagehide", () => { for (const f of $$("form[data-draft]")) if (f.pushTimer && !f.dataset.busy && dirty(f.parentElement)) pushDraft(f); });

const dropSent = () => {
  if (!$("#flash.good")) return;
  try { for (const k of Object.keys(localStorage)) if (k.startsWith("borrador:") && store.get(k)?.sent) store.drop(k); } catch { /* forbidden */ }
};
const restoreDrafts = (root) => {
  dropSent();
  for (const form of $$("form[data-draft]", root)) {
    const draft = store.get(draftKey(form));
    if (draft?.once && draft.once === form.dataset.done) { store.drop(draftKey(form)); continue; } // it was done, and the answer never seen here
    if (!draft || form.dataset.restored || form.elements.revisado || $("[data-focus]", form) || touched(form)) continue; // the hand was faster
    form.dataset.restored = "1";
    let any = false;
    for (const el of fields(form)) {
      const v = draft.kept?.[el.name];
      if (v === undefined) continue;
      if (several(el)) el.checked ||= v.split(",").includes(el.value);
      else if (ticked(el)) el.checked = el.value === v; else el.value = v;
      any = true;
    }
    if (!any) continue;
    const d = form.closest("details"); if (d) d.open = true;
    if ($(".kept", form)) continue;
    const p = document.createElement("p"); p.className = "help kept"; p.textContent = body.dataset.draftKept; form.append(p);
  }
};
const touched = (form) => fields(form).some((el) => ticked(el) ? el.checked !== el.defaultChecked : el.tagName === "SELECT" ? false : el.value !== el.defaultValue);
const dirty = (root) => $$("form[data-draft]", root).some(touched);

document.addEventListener("input", (e) => { const f = e.target.form; if (f?.dataset.draft) typed(f); });
document.addEventListener("change", (e) => {
  const f = e.target.form;
  if (f?.matches("[data-auto]") && e.target.tagName === "SELECT") f.requestSubmit();
  showDependent(document);
});
document.addEventListener("submit", (e) => {
  const f = e.target;
  if (f.method === "dialog") return;
  if (f.dataset.busy) { e.preventDefault(); e.stopImmediatePropagation(); return; }
  if (f.method === "post") { f.dataset.busy = "1"; setTimeout(() => delete f.dataset.busy, 8000); }
  if (f.dataset.draft) { clearTimeout(f.draftTimer); clearTimeout(f.pushTimer); keepDraft(f); const d = store.get(draftKey(f)); if (d) store.set(draftKey(f), { ...d, sent: true, once: f.elements.once?.value }); }
}, true);

// A part with data-when="name=a|b" is shown while the form's field has one of these values.
const showDependent = (root) => {
  for (const el of $$("[data-when]", root)) {
    const [name, values] = el.dataset.when.split("="), form = el.closest("form");
    const field = form?.elements[name]; if (!field) continue;
    const v = field instanceof RadioNodeList ? field.value : field.type === "checkbox" ? (field.checked ? field.value : "") : field.value;
    el.hidden = !values.split("|").includes(v);
  }
};
