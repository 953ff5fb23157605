// What the checks of every screen ask of a page: each function gives a list of
// faults, one line each, and leaves the page as it was.
window.looks = (() => {
  const name = (e) => (e.tagName + (e.id ? "#" + e.id : "") + (e.className && e.className.baseVal === undefined ? "." + [...e.classList].join(".") : "") + " «" + (e.getAttribute("aria-label") || e.innerText || e.name || "").trim().slice(0, 30) + "»").replace(/\s+/g, " ");
  const first = (list, n = 6) => [...new Set(list)].slice(0, n);
  const style = (e) => getComputedStyle(e);

  // Only for assistive technology: cut to one pixel.
  const hiddenWell = (e) => !!e.closest(".sr, .skip:not(:focus), [inert], [aria-hidden=true]") || [...ancestors(e)].some((a) => style(a).clipPath === "inset(50%)");
  function* ancestors(e) { for (; e && e !== document.documentElement; e = e.parentElement) yield e; }
  const shown = (e) => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: true}) && !hiddenWell(e);

  // The part of a box that is seen: what its ancestors that clip leave of it.
  const seen = (e, box) => {
    let {left, top, right, bottom} = box;
    for (const a of ancestors(e.nodeType === 3 ? e.parentElement : e)) {
      if (a === e || a === document.body || style(a).overflowX === "visible" && style(a).overflowY === "visible") continue;
      const b = a.getBoundingClientRect();
      left = Math.max(left, b.left), top = Math.max(top, b.top), right = Math.min(right, b.right), bottom = Math.min(bottom, b.bottom);
    }
    return right - left > 1 && bottom - top > 1 ? {left, top, right, bottom} : null;
  };
  const floats = (e) => [...ancestors(e)].some((a) => ["fixed", "sticky"].includes(style(a).position) || a.matches("dialog, .menu"));

  const interactive = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=option], audio[controls]";

  // What a finger may meet: a label around a box is a part of its box.
  const target = (e) => {
    const boxes = [e.getBoundingClientRect()];
    if (e.matches("input[type=checkbox], input[type=radio], input[type=file]")) for (const l of e.labels || []) if (shown(l)) boxes.push(l.getBoundingClientRect());
    return {left: Math.min(...boxes.map((b) => b.left)), top: Math.min(...boxes.map((b) => b.top)), right: Math.max(...boxes.map((b) => b.right)), bottom: Math.max(...boxes.map((b) => b.bottom))};
  };
  // In a sentence: an inline element with words of the same line before or after it.
  const inSentence = (e) => {
    if (style(e).display !== "inline") return false;
    let block = e.parentElement;
    while (block && style(block).display === "inline") block = block.parentElement;
    return block && [...block.childNodes].some(function words(n) { return n.nodeType === 3 ? n.data.trim() !== "" : n.nodeType === 1 && n !== e && !n.matches(interactive) && style(n).display === "inline" && [...n.childNodes].some(words); });
  };

  // What is folded is looked at unfolded, too.
  const unfolded = (check) => () => {
    const folds = [...document.querySelectorAll("details:not([open])")];
    folds.forEach((d) => d.open = true);
    try { return check(); } finally { folds.forEach((d) => d.open = false); }
  };

  const checks = {
    // WCAG 2.5.8: 24 by 24 pixels, or alone within a circle of 24, or in a sentence.
    targets() {
      const all = [...document.querySelectorAll(interactive)].filter((e) => shown(e) && e.getBoundingClientRect().width > 0).map((e) => ({e, b: target(e)}));
      const others = (e, o) => o !== e && !o.contains(e) && !e.contains(o) && floats(o) === floats(e); // what floats lies over another place of the page at each scroll
      const small = all.filter(({b}) => b.right - b.left < 23.5 || b.bottom - b.top < 23.5);
      const middle = (b) => [(b.left + b.right) / 2, (b.top + b.bottom) / 2];
      const near = ([x, y], b) => Math.hypot(Math.max(b.left - x, 0, x - b.right), Math.max(b.top - y, 0, y - b.bottom)) < 12;
      return first(small.filter(({e, b}) => !inSentence(e) && all.some((o) => others(e, o.e) && ((c) => near(c, o.b) || small.includes(o) && Math.hypot(c[0] - middle(o.b)[0], c[1] - middle(o.b)[1]) < 24)(middle(b))))
        .map(({e, b}) => { const o = all.find((o) => others(e, o.e) && (near(middle(b), o.b) || Math.hypot(middle(b)[0] - middle(o.b)[0], middle(b)[1] - middle(o.b)[1]) < 24)); return "a small target: " + name(e) + " " + Math.round(b.right - b.left) + "×" + Math.round(b.bottom - b.top) + " beside " + name(o.e); }));
    },

    // Nothing scrolls sideways but what is meant to, and nothing lies over another thing.
    overlaps() {
      const out = [];
      if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) out.push("scrolls sideways: " + document.documentElement.scrollWidth);
      const items = [];
      for (const e of document.querySelectorAll("button, input:not([type=hidden]), select, textarea, .btn")) if (shown(e) && !floats(e) && !e.matches(".row input")) { const b = seen(e, e.getBoundingClientRect()); if (b) items.push({e, b}); }
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let n; (n = walk.nextNode());) {
        const e = n.parentElement;
        if (!n.data.trim() || !shown(e) || floats(e) || e.closest("svg, option, script, style, noscript, iframe")) continue;
        const r = document.createRange();
        r.selectNodeContents(n);
        for (const box of r.getClientRects()) { const b = seen(n, box); if (b) items.push({e, n, b}); }
      }
      for (let i = 0; i < items.length; i++) for (let k = i + 1; k < items.length; k++) {
        const a = items[i], b = items[k];
        if (a.e.contains(b.e) || b.e.contains(a.e)) continue;
        const w = Math.min(a.b.right, b.b.right) - Math.max(a.b.left, b.b.left), h = Math.min(a.b.bottom, b.b.bottom) - Math.max(a.b.top, b.b.top);
        if (w > 2 && h > 5) out.push("lies over another: " + name(a.e) + " and " + name(b.e) + " by " + Math.round(w) + "×" + Math.round(h));
      }
      return first(out);
    },

    // With the colours of the system (forced-colors) backgrounds and shadows are
    // gone: what stays must show the focus, buttons, badges and what is chosen.
    forced() {
      const out = [];
      if (!matchMedia("(forced-colors: active)").matches) return ["the colours are not forced"];
      document.activeElement.blur();
      const edged = (e) => ["", "::before", "::after"].some((p) => { const s = getComputedStyle(e, p || null); return p && s.content === "none" ? false : ["Top", "Bottom", "Left", "Right"].some((d) => s["border" + d + "Style"] !== "none" && parseFloat(s["border" + d + "Width"]) >= 1) || s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1; });
      const kept = (e) => style(e).forcedColorAdjust === "none";
      for (const e of document.querySelectorAll(".btn:not(.quiet), .chip, .count.hot, .banner, .choice, input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file]), select, textarea")) if (shown(e) && !edged(e) && !kept(e) && !e.parentElement.closest(".find, .composer, .with")) out.push("has no edge: " + name(e));
      for (const e of document.querySelectorAll(".dot, .legend b")) if (e.checkVisibility() && e.getBoundingClientRect().width > 0 && !edged(e) && !kept(e) && style(e).backgroundColor !== "rgba(0, 0, 0, 0)") out.push("its colour alone says it: " + name(e));
      const differs = (e, o) => { const a = style(e), b = style(o); return ["borderTopWidth", "borderBottomWidth", "borderLeftWidth", "borderTopStyle", "borderBottomStyle", "borderLeftStyle", "outlineStyle", "outlineWidth", "fontWeight", "textDecorationLine", "borderTopColor", "borderBottomColor", "borderLeftColor", "color"].some((k) => a[k] !== b[k]); };
      for (const e of document.querySelectorAll("[aria-current], [aria-pressed=true], [aria-selected=true]")) {
        const others = [...(e.closest("ul, ol, nav, [role=group], #rows") || e.parentElement).querySelectorAll(e.tagName)].filter((o) => o !== e && !o.hasAttribute("aria-current") && o.getAttribute("aria-pressed") !== "true" && o.className === e.className && shown(o));
        if (shown(e) && others.length && !differs(e, others[0])) out.push("looks like the others: " + name(e));
      }
      const y = scrollY;
      for (const e of document.querySelectorAll(interactive + ", [tabindex='0']")) {
        if (!e.checkVisibility() || e.disabled || e.tabIndex < 0 || e.closest("[inert]")) continue;
        e.focus({preventScroll: true, focusVisible: true});
        if (document.activeElement !== e) continue;
        const hosts = [e, ...[...ancestors(e)].slice(1, 4)];
        if (!hosts.some((h) => { const s = style(h); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1; })) out.push("its focus is not seen: " + name(e));
      }
      document.activeElement.blur();
      scrollTo(0, y);
      return first(out, 8);
    },

    // On paper: nothing to click, nothing cut off, dark on white.
    printed() {
      const out = [];
      if (!matchMedia("print").matches) return ["it is not printed"];
      for (const e of document.querySelectorAll("nav, .rail, footer, .skip, .btn, form, input, textarea, select, #ringing, .acts, .palette, .ribbon, details:not([open]) > summary")) if (e.checkVisibility() && e.getBoundingClientRect().width > 0 && e.getBoundingClientRect().height > 0) out.push("is printed: " + name(e));
      if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) {
        out.push("is wider than the paper: " + document.documentElement.scrollWidth);
        for (const e of document.querySelectorAll("body *")) if (e.checkVisibility() && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1) { out.push("too wide: " + name(e)); break; }
      }
      const probe = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
      const light = (colour) => {
        probe.clearRect(0, 0, 1, 1);
        probe.fillStyle = "#fff";
        probe.fillRect(0, 0, 1, 1);
        probe.fillStyle = colour;
        probe.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...probe.getImageData(0, 0, 1, 1).data].map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      for (const e of document.querySelectorAll("html, body, body *")) {
        if (!e.checkVisibility() || hiddenWell(e)) continue;
        const s = style(e), b = e.getBoundingClientRect();
        if (b.width < 2 || b.height < 2) continue;
        const words = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        if ((b.width > 60 && b.height > 16 || words) && !e.closest("svg, .qr") && light(s.backgroundColor) < 0.6) out.push("is dark: " + name(e));
        if (words && (1.05 / (light(s.color) + 0.05)) < 4.5) out.push("is pale: " + name(e) + " " + s.color);
        if (e.matches("svg, svg *, iframe, audio")) continue;
        if (s.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1 || s.overflowY !== "visible" && e.scrollHeight > e.clientHeight + 1) out.push("is cut off: " + name(e));
      }
      return first(out, 10);
    },
  };
  for (const check of ["targets", "overlaps", "forced"]) checks[check] = unfolded(checks[check]);
  return checks;
})();
true;
