// Keeps the part of a page that changes fresh: an event says that something is new,
// and the part is asked for again. What somebody is typing in or pressing is left
// alone, and who stands on a button still stands on it.
"use strict";
(() => {
  const live = document.getElementById("live");
  const line = document.getElementById("line");
  let again = false;
  let busy = false;
  let shown = null;
  let held = 0;
  let leaves = 0;

  const typing = () => {
    const at = document.activeElement;
    return live.contains(at) && ["INPUT", "SELECT", "TEXTAREA"].includes(at.tagName);
  };
  const waits = () => typing() || Date.now() < Math.max(held, leaves);

  // A button that is swapped between down and up is never clicked, and a form that is
  // swapped is not sent: nothing moves then, but not for ever.
  function hold(ms) {
    held = Date.now() + ms;
    setTimeout(() => { if (again) refresh(); }, ms + 20);
  }

  // What tells a control from the others, here and in what comes.
  const key = (e) => [e.tagName, e.id, e.name, e.value, e.getAttribute("href"), e.form && e.form.getAttribute("action"), e.tagName === "SUMMARY" && e.parentElement.id].join("|");

  function swap(text) {
    const at = document.activeElement;
    const focused = live.contains(at) ? at : null;
    const around = focused && focused.closest("details");
    const open = [...live.querySelectorAll("details[open]")].map((d) => d.id);
    live.innerHTML = text;
    open.forEach((id) => { const d = document.getElementById(id); if (d) d.open = true; });
    if (!focused) return;
    const same = [...live.querySelectorAll(focused.tagName)].find((e) => key(e) === key(focused));
    const near = around && document.getElementById(around.id);
    const back = same || (near && near.querySelector("summary"));
    if (back) back.focus({ preventScroll: true });
  }

  async function refresh() {
    again = true;
    if (busy || waits()) return;
    busy = true;
    again = false;
    try {
      const answer = await fetch(live.dataset.live, { cache: "no-store" });
      // There is nothing to show here any more; the whole page says what there is now.
      if (answer.status === 205) { location.reload(); return; }
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      if (waits()) again = true;
      else if (text !== shown) { swap(text); shown = text; }
      line.textContent = "";
    } catch (_) {
      line.textContent = "The line to the server is broken; trying again.";
    }
    busy = false;
    if (again) setTimeout(() => { if (again) refresh(); }, 300);
  }

  const button = (event) => event.key === " " || event.key === "Enter";
  live.addEventListener("pointerdown", () => hold(10000));
  live.addEventListener("keydown", (event) => { if (button(event)) hold(10000); });
  live.addEventListener("submit", () => { leaves = Date.now() + 10000; });
  // A click comes after the finger has left, on phones a moment later.
  const release = () => { if (Date.now() < held) hold(300); };
  addEventListener("pointerup", release);
  addEventListener("pointercancel", release);
  addEventListener("keyup", (event) => { if (button(event)) release(); });
  live.addEventListener("focusout", () => setTimeout(() => { if (again) refresh(); }, 50));
  addEventListener("pageshow", (event) => { if (event.persisted) { held = leaves = 0; refresh(); } });
  // A stream ends now and then and is opened again: only what does not open is broken.
  function listen() {
    const events = new EventSource(live.dataset.events);
    events.onmessage = refresh;
    events.onerror = () => setTimeout(() => {
      if (events.readyState === EventSource.OPEN) return;
      line.textContent = "The line to the server is broken; trying again.";
      // A browser gives up by itself where the answer was a no.
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    }, 2000);
  }
  listen();
  // Who is here changes without anybody doing anything.
  setInterval(refresh, 15000);
  // And time passes.
  setInterval(() => { if (live.querySelector(".time, .walltime")) refresh(); }, 5000);
})();
