// Joins a class and remembers the seat in this browser, so that a closed tab or a
// dead battery does not lose it.
"use strict";
(() => {
  const form = document.getElementById("join");
  const trouble = document.getElementById("trouble");
  const button = form.querySelector("button");
  if (localStorage.getItem("seat")) document.getElementById("seat").hidden = false;
  const first = document.getElementById("code");
  (first.value ? document.getElementById("name") : first).focus();
  // The answer to a seat code may be lost on its way: whoever asks again with the same
  // token is answered again, and nobody else is.
  const nonce = (code) => {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem("coming"));
    } catch (_) {}
    if (kept && kept.code === code) return kept.nonce;
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const fresh = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    localStorage.setItem("coming", JSON.stringify({ code, nonce: fresh }));
    return fresh;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.textContent = "";
    button.disabled = true;
    const asked = { code: form.code.value, name: form.elements.name.value };
    const code = asked.code.replace(/[\s-]/g, "").toUpperCase();
    if (code.length === 8) asked.nonce = nonce(code);
    try {
      const answer = await fetch("/api/v1/seats", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(asked),
      });
      const said = await answer.json();
      if (answer.ok) {
        localStorage.setItem("seat", said.token);
        localStorage.removeItem("coming");
        location.assign("/play");
        return;
      }
      trouble.textContent = said.kind === "bad-name" ? "That name will not do: " + said.detail + "." : said.detail + ".";
    } catch (_) {
      trouble.textContent = "The server does not answer. Are you on the same network?";
    }
    button.disabled = false;
  });
})();
