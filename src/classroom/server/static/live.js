// Keeps the part of a page that changes fresh: an event says that something is new,
// and the part is asked for again. What somebody is typing in is left alone.
"use strict";
(() => {
  const live = document.getElementById("live");
  const line = document.getElementById("line");
  let again = 0;
  let busy = false;
  const typing = () => {
    const at = document.activeElement;
    return live.contains(at) && ["INPUT", "SELECT", "TEXTAREA"].includes(at.tagName);
  };
  async function refresh() {
    if (busy) { again = 1; return; }
    if (typing()) { again = 1; return; }
    busy = true;
    try {
      const answer = await fetch(live.dataset.live, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      const focused = document.activeElement && live.contains(document.activeElement) ? document.activeElement : null;
      const focusId = focused && (focused.id || (focused.closest("details") || {}).id);
      const open = [...live.querySelectorAll("details[open]")].map((d) => d.id);
      live.innerHTML = text;
      open.forEach((id) => { const d = document.getElementById(id); if (d) d.open = true; });
      const back = focusId && document.getElementById(focusId);
      if (back) (back.querySelector("summary") || back).focus();
      line.textContent = "";
    } catch (_) {
      line.textContent = "The line to the server is broken; trying again.";
    }
    busy = false;
    if (again) { again = 0; setTimeout(refresh, 300); }
  }
  live.addEventListener("focusout", () => setTimeout(() => { if (again) { again = 0; refresh(); } }, 50));
  const events = new EventSource(live.dataset.events);
  events.onmessage = refresh;
  events.onerror = () => { line.textContent = "The line to the server is broken; trying again."; };
  // Who is here changes without anybody doing anything.
  setInterval(refresh, 15000);
  // And time passes.
  setInterval(() => { if (live.querySelector(".time, .walltime")) refresh(); }, 5000);
})();
