// What is pressed is not exchanged until it is let go of: a click on two elements, one
// where it began and another where it ended, is none. A finger's click comes a moment
// after it was lifted. A release that the page is not told of shows in the next move.
let release = null, released = Promise.resolve(), lifting = 0;
const pressed = () => !!release;
const letGo = () => released;
const lift = (wait) => { clearTimeout(lifting); lifting = setTimeout(() => { release?.(); release = null; }, wait); };
addEventListener("pointerdown", (e) => { if (e.button) return; clearTimeout(lifting); if (!release) released = new Promise((done) => { release = done; }); }, true);
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => lift(100), true);
addEventListener("pointermove", (e) => { if (release && !e.buttons) lift(100); }, true);
addEventListener("blur", () => lift(0));
