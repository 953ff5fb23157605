// Live: one stream per browser. Tabs compete for a lock; who holds it listens
// and tells the others. Without locks (plain HTTP off loopback) the tab in
// view listens alone.
// A change shows soon, and under a constant stream of them the screen asks again
// at intervals: it never waits for a pause that does not come. Fifty desks hear of
// it in the same instant, so each waits its own little while.
const soonest = 100, scatter = 400, gap = 600;
const kinds = new Map(); let timer = 0, refreshed = 0, last = +body.dataset.seq || 0;
const heard = (change) => {
  if (change.seq && change.seq <= last) return;
  last = Math.max(last, change.seq || 0);
  if (change.kind === "presence") { if ($("#case .case-head")?.dataset.id === change.ticket) beat(); return; }
  kinds.set(change.ticket || "", change.seq || Infinity); soon();
};
const soon = () => {
  timer ||= setTimeout(() => { timer = 0; refreshed = Date.now(); refresh(); }, Math.max(soonest + scatter * Math.random(), refreshed + gap - Date.now()));
};
const refresh = async () => {
  if (!htmx) return;
  await letGo();
  const changed = new Map(kinds); kinds.clear();
  if (!changed.size) return; // another one waited, too
  htmx.ajax("GET", "/pulso", { target: "#said", swap: "none" });
  const list = $("#list[data-refresh]");
  if (list) await freshRows(list.dataset.refresh);
  const page = $("[data-live-part]"); 
  if (page && !dirty(page)) htmx.ajax("GET", location.pathname + location.search, { target: page, select: "#" + page.id, swap: "outerHTML" });
  const head = $("#case .case-head");
  if (head && changed.get(head.dataset.id) > +head.dataset.seq) { // not what it shows already: one's own act
    if (busy()) tellNews(); else htmx.ajax("GET", head.dataset.live, { target: "#case", swap: "innerHTML", headers: { "X-Pane": "live" } });
  }
};
const busy = () => dirty($("#case")) || $("#act form") || $("#case .htmx-request") || typing(document.activeElement);
const tellNews = () => { const news = $("#case-news"); if (news) news.hidden = false; say(body.dataset.news); };
// On a slow line a form may have been opened, or another case, since the fresh one was refreshed for.
document.addEventListener("htmx:beforeSwap", (e) => {
  if (e.detail.requestConfig?.headers?.["X-Pane"] !== "live") return;
  if ($("#case .case-head")?.dataset.live !== e.detail.requestConfig.path) e.detail.shouldSwap = false;
  else if (busy()) { e.detail.shouldSwap = false; tellNews(); }
});
// Nor is anything put under a hand that came down while it was on its way: it is asked for again.
document.addEventListener("htmx:beforeSwap", (e) => {
  if (!pressed() || !e.detail.shouldSwap || e.detail.requestConfig.triggeringEvent) return;
  e.detail.shouldSwap = false;
  kinds.set(e.target.id === "case" ? $("#case .case-head").dataset.id : "", last); soon();
});
// Each minute, for whoever looks: the weather and the counters, and the rows, whose age and company change by themselves.
setInterval(() => {
  if (!htmx || body.dataset.seq === undefined || document.hidden) return;
  htmx.ajax("GET", "/pulso", { target: "#said", swap: "none" });
  const list = $("#list[data-refresh]"); if (list) freshRows(list.dataset.refresh);
}, 60000);
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
