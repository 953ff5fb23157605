// Drafts: a form with data-draft keeps what is typed in this browser until the
// act was done. A sent draft is dropped only when the next page says so.
const draftKey = (form) => "borrador:" + (body.dataset.user || "") + ":" + form.dataset.draft;
const store = {
  get(k) { try { return JSON.parse(localStorage.getItem(k)); } catch { return null; } },
  set(k, v) { try { localStorage.setItem(k, JSON.stringify(v)); } catch { /* full or forbidden: the draft lives in the page alone */ } },
  drop(k) { try { localStorage.removeItem(k); } catch { /* forbidden */ } },
};
const fields = (form) => [...form.elements].filter((el) => el.name && !/^(hidden|password|file|submit|button)$/.test(el.type));
const keepDraft = (form) => {
  const kept = {};
  for (const el of fields(form)) {
    if (el.type === "radio" || el.type === "checkbox") { if (el.checked !== el.defaultChecked && el.checked) kept[el.name] = el.value; }
    else if (el.tagName === "SELECT" ? !el.selectedOptions[0]?.defaultSelected && el.selectedIndex > 0 : el.value !== el.defaultValue) kept[el.name] = el.value;
  }
  Object.keys(kept).length ? store.set(draftKey(form), { at: Date.now(), kept }) : store.drop(draftKey(form));
};
const dropSent = () => {
  if (!$("#flash.good")) return;
  try { for (const k of Object.keys(localStorage)) if (k.startsWith("borrador:") && store.get(k)?.sent) store.drop(k); } catch { /* forbidden */ }
};
const restoreDrafts = (root) => {
  dropSent();
  for (const form of $$("form[data-draft]", root)) {
    const draft = store.get(draftKey(form));
    if (!draft || form.dataset.restored) continue;
    form.dataset.restored = "1";
    let any = false;
    for (const el of fields(form)) {
      const v = draft.kept?.[el.name];
      if (v === undefined) continue;
      if (el.type === "radio" || el.type === "checkbox") el.checked = el.value === v; else el.value = v;
      any = true;
    }
    if (!any) continue;
    const d = form.closest("details"); if (d) d.open = true;
    const p = document.createElement("p"); p.className = "help"; p.textContent = body.dataset.draftKept; form.append(p);
  }
};
const dirty = (root) => $$("form[data-draft]", root).some((f) => fields(f).some((el) => el.type === "radio" || el.type === "checkbox" ? el.checked !== el.defaultChecked : el.tagName === "SELECT" ? false : el.value !== el.defaultValue));

document.addEventListener("input", (e) => { const f = e.target.form; if (f?.dataset.draft) { clearTimeout(f.draftTimer); f.draftTimer = setTimeout(keepDraft, 300, f); } });
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
  if (f.dataset.draft) { clearTimeout(f.draftTimer); keepDraft(f); const d = store.get(draftKey(f)); if (d) store.set(draftKey(f), { ...d, sent: true }); }
}, true);

// A part with data-when="name=a|b" is shown while the form's field has one of these values.
const showDependent = (root) => {
  for (const el of $$("[data-when]", root)) {
    const [name, values] = el.dataset.when.split("="), form = el.closest("form");
    const field = form?.elements[name]; if (!field) continue;
    const v = field instanceof RadioNodeList ? field.value : field.type === "checkbox" ? (field.checked ? field.value : "") : field.value;
    el.hidden = !values.split("|").includes(v);
    for (const input of $$("[data-needed]", el)) input.required = !el.hidden;
  }
};
