// The hand's help, in files by concern that are served joined as console.js, in one
// scope (assets.go). Every page works without it.

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
