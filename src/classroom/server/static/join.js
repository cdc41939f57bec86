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
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.textContent = "";
    button.disabled = true;
    try {
      const answer = await fetch("/api/v1/seats", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ code: form.code.value, name: form.elements.name.value }),
      });
      const said = await answer.json();
      if (answer.ok) {
        localStorage.setItem("seat", said.token);
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
