// The hand's help: shortcuts, drafts, relative times, focus, and the one event
// stream of a browser. Every page works without this file.
(() => {
  "use strict";
  const $ = (s, root = document) => root.querySelector(s);
  const $$ = (s, root = document) => [...root.querySelectorAll(s)];
  const body = document.body, htmx = window.htmx;
  const typing = (el) => el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));
  const say = (text) => { const el = $("#said"); if (el) el.textContent = text; };

  // Relative times, every half minute, in the words that the page brought.
  // The server's clock counts (the demo's runs ahead); ours only tells how long the page is open.
  const ahead = body.dataset.now ? +body.dataset.now - Date.now() : 0;
  const tellTimes = () => {
    for (const el of $$("time[data-ago]")) {
      const s = (Date.now() + ahead - Date.parse(el.dateTime)) / 1000;
      if (s < 0 || s >= 86400) continue;
      const [word, n] = s < 60 ? [body.dataset.seconds, s] : s < 3600 ? [body.dataset.minutes, s / 60] : [body.dataset.hours, s / 3600];
      if (word) el.textContent = word.replace("{n}", Math.floor(n));
    }
  };

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

  // Shortcuts. g then a letter goes somewhere; the rest act where they stand.
  const places = { b: "/bandeja", m: "/bandeja?v=mios", r: "/revision", l: "/devoluciones", k: "/conocimiento", s: "/buscar" };
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
    c: () => { const a = $('a[href="/llamada"]'); if (a) location.href = a.href; },
    d: () => openAct("decidir") || openAct("route") || openAct("derive") || openAct("derive_solution") || openAct("coordinate"),
    s: () => openAct("solve"), e: () => openAct("estimate"),
    "/": () => { const f = $("[data-key='/']"); f ? f.focus() : (location.href = "/buscar"); },
    "?": () => $("#keys")?.showModal(),
  };
  document.addEventListener("keydown", (e) => {
    const el = document.activeElement;
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && el?.form) { e.preventDefault(); el.form.requestSubmit(); return; }
    if (e.key === "Escape" && !$("dialog[open]")) {
      if (typing(el)) { el.blur(); return; }
      const d = el?.closest?.("details[open]"); if (d) { d.open = false; d.querySelector("summary").focus(); return; }
      if ($("#act form")) { $("#act [data-cancel]").click(); return; }
      const back = $("#case .back"); if (back) { back.click(); }
      return;
    }
    if (typing(el) || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
    if (goes && Date.now() - goes < 1500) { goes = 0; if (places[e.key]) { e.preventDefault(); location.href = places[e.key]; return; } }
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
      e.preventDefault(); const row = $("#rows .row[aria-current]"); $("#case").replaceChildren(); row?.removeAttribute("aria-current"); row?.focus();
      history.pushState(null, "", $("#list").dataset.refresh || "/bandeja");
    }
  });

  // htmx: which row is open, where focus goes, what to prepare in new parts.
  const prepare = (root) => { tellTimes(); restoreDrafts(root); showDependent(root); for (const el of $$("[data-keys-help],[data-live]")) el.hidden = false; };
  document.addEventListener("htmx:afterSwap", (e) => {
    if (e.target.id === "act") {
      const menu = $(".others[open]"); if (menu) menu.open = false;
      const name = $("#act form")?.getAttribute("action")?.split("/").pop();
      for (const a of $$(".moves a[data-act]")) a.dataset.act === name ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current");
      $("#act [autofocus], #act textarea, #act input:not([type=hidden]), #act select, #act button")?.focus({ preventScroll: true }); $("#act form")?.scrollIntoView({ block: "nearest" });
    }
    if (e.target.id === "compose") $("#reply-text")?.focus();
    if (e.target.id !== "case") return;
    const code = $("#case .case-head")?.dataset.code;
    for (const r of rows()) r.dataset.code === code ? r.setAttribute("aria-current", "true") : r.removeAttribute("aria-current");
    const open = $("#rows .row[aria-current]"); open?.classList.remove("new");
    $("#case").scrollTop = 0; if (innerWidth < 768) scrollTo(0, 0);
    ($("#case #flash") || (document.activeElement?.closest("#rows") ? null : $("#case h1")))?.focus({ preventScroll: true });
    const title = $("#case .case-head")?.dataset.title; if (title) document.title = title;
  });
  // The network was cut or the server is away: nothing that was typed is lost.
  const lost = () => {
    for (const f of $$("form[data-busy]")) delete f.dataset.busy;
    let toast = $("#toast");
    if (!toast) { toast = document.createElement("p"); toast.id = "toast"; toast.setAttribute("role", "alert"); body.append(toast); }
    toast.textContent = body.dataset.lost; clearTimeout(toast.timer); toast.timer = setTimeout(() => toast.remove(), 12000);
  };
  for (const e of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(e, (ev) => { if (ev.detail.requestConfig?.verb === "post") lost(); });
  document.addEventListener("htmx:load", (e) => prepare(e.target));
  window.addEventListener("popstate", () => { if ($("#case")) location.reload(); });

  // Live: one stream per browser. Tabs compete for a lock; who holds it listens
  // and tells the others. Without locks (plain HTTP off loopback) the tab in
  // view listens alone.
  const kinds = new Map(); let timer = 0, last = +body.dataset.seq || 0;
  const heard = (change) => {
    if (change.seq && change.seq <= last) return;
    last = Math.max(last, change.seq || 0); kinds.set(change.ticket || "", change.seq || Infinity); clearTimeout(timer); timer = setTimeout(refresh, 350);
  };
  const refresh = async () => {
    if (!htmx) return;
    const changed = new Map(kinds); kinds.clear();
    htmx.ajax("GET", "/pulso", { target: "#said", swap: "none" });
    const list = $("#list[data-refresh]");
    if (list) {
      const focus = document.activeElement?.id, before = new Map(rows().map((r) => [r.id, r.textContent]));
      await htmx.ajax("GET", list.dataset.refresh, { target: "#rows", swap: "innerHTML", headers: { "X-Pane": "rows" } });
      const open = $("#case .case-head")?.dataset.code;
      for (const r of rows()) { if (before.size && before.get(r.id) !== r.textContent) r.classList.add("arrived"); if (r.dataset.code === open) r.setAttribute("aria-current", "true"); }
      if (focus?.startsWith("row-")) document.getElementById(focus)?.focus();
    }
    const page = $("[data-live-part]"); 
    if (page && !dirty(page)) htmx.ajax("GET", location.pathname + location.search, { target: page, select: "#" + page.id, swap: "outerHTML" });
    const head = $("#case .case-head");
    if (head && changed.get(head.dataset.id) > +head.dataset.seq) { // not what it shows already: one's own act
      if (busy()) tellNews(); else htmx.ajax("GET", head.dataset.self, { target: "#case", swap: "innerHTML", headers: { "X-Pane": "live" } });
    }
  };
  const busy = () => dirty($("#case")) || $("#act form") || $("#case .htmx-request") || typing(document.activeElement);
  const tellNews = () => { const news = $("#case-news"); if (news) news.hidden = false; say(body.dataset.news); };
  // On a slow line a form may have been opened, or another case, since the fresh one was asked for.
  document.addEventListener("htmx:beforeSwap", (e) => {
    if (e.detail.requestConfig?.headers?.["X-Pane"] !== "live") return;
    if ($("#case .case-head")?.dataset.self !== e.detail.requestConfig.path) e.detail.shouldSwap = false;
    else if (busy()) { e.detail.shouldSwap = false; tellNews(); }
  });
  // The weather and the counters, each minute, for whoever looks.
  setInterval(() => { if (htmx && body.dataset.seq !== undefined && !document.hidden) htmx.ajax("GET", "/pulso", { target: "#said", swap: "none" }); }, 60000);
  const listen = (tell) => {
    const es = new EventSource("/eventos?desde=" + last);
    es.addEventListener("change", (e) => tell(JSON.parse(e.data)));
    return es;
  };
  const live = () => {
    if (body.dataset.seq === undefined || !htmx || !window.EventSource) return;
    if (navigator.locks && window.BroadcastChannel) {
      const channel = new BroadcastChannel("ventanilla");
      channel.onmessage = (e) => heard(e.data);
      navigator.locks.request("ventanilla-eventos", () => new Promise(() => listen((c) => { channel.postMessage(c); heard(c); })));
      return;
    }
    let es = null;
    const follow = () => { if (document.hidden) { es?.close(); es = null; } else es ??= listen(heard); };
    document.addEventListener("visibilitychange", follow); follow();
  };

  setInterval(tellTimes, 30000);
  prepare(document);
  $("#flash")?.focus({ preventScroll: false });
  live();
})();
