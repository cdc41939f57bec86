// Arrow keys, and the buttons of a presenter, go through the debrief.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const way = { ArrowRight: "next", PageDown: "next", ArrowLeft: "prev", PageUp: "prev" }[event.key];
  const link = way && document.querySelector("a[rel=" + way + "]");
  if (link) { event.preventDefault(); link.click(); }
});
