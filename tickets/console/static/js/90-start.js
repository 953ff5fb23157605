setInterval(tellTimes, 30000);
prepare(document);
$("#flash")?.focus({ preventScroll: false });
live();
