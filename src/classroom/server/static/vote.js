// Votes with the class: shows what is asked and sends one choice, which may be changed
// until the round is closed. What others chose is on the wall, later.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const token = localStorage.getItem("seat");
  if (!token) { location.replace("/"); return; }
  let shown = "";
  let voted = false;
  let waiting = null;
  let asking = false;

  async function ask(method, body) {
    const answer = await fetch("/api/v1/vote", {
      method, cache: "no-store",
      headers: { Authorization: "Bearer " + token, ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    return { status: answer.status, said: await answer.json() };
  }

  const asks = {
    scene: "Look at the wall.",
    first: "What would you say? Choose for yourself.",
    talk: "Talk to your neighbour: which one, and why?",
    second: "Choose again, with what you heard.",
    tally: "Look at the wall: this is how you voted.",
  };

  function draw(view) {
    const now = JSON.stringify(view);
    if (now === shown) return;
    shown = now;
    at("title").textContent = view.open ? view.title : "Satisfactometer";
    at("last").textContent = view.open ? view.last : "";
    at("last").hidden = !view.open || !view.last;
    at("ask").textContent = !view.open ? "There is no vote now." : view.over ? "It is over. Look at the wall." : asks[view.stage];
    if (!view.open && voted) { location.replace("/play"); return; }
    voted = voted || view.open;
    at("leave").hidden = view.open;
    const focused = document.activeElement && document.activeElement.dataset.choice;
    at("choices").replaceChildren(...(view.choices || []).map((words, n) => {
      const made = document.createElement("button");
      made.type = "button";
      made.dataset.choice = String(n);
      made.disabled = !view.round;
      made.setAttribute("aria-pressed", String(view.mine === n));
      const letter = document.createElement("b");
      letter.textContent = String.fromCharCode(65 + n);
      const text = document.createElement("span");
      text.textContent = words;
      made.append(letter, text);
      made.addEventListener("click", () => cast(view, n));
      return made;
    }));
    const back = focused && at("choices").querySelector("button[data-choice=\"" + focused + "\"]:enabled");
    if (back) back.focus();
    at("kept").textContent = view.round ? (view.mine === null ? "" : "Your vote is in. You may change it until the round is closed.") : "";
  }

  async function look() {
    clearTimeout(waiting);
    if (!asking) {
      asking = true;
      try {
        const { status, said } = await ask("GET");
        if (status === 401) { location.replace("/play"); return; }
        if (status !== 200) throw new Error(status);
        at("line").textContent = "";
        draw(said);
      } catch (_) {
        at("line").textContent = "No line to the server; trying again. Nothing is lost.";
      }
      asking = false;
    }
    waiting = setTimeout(look, 1500);
  }

  async function cast(view, choice) {
    try {
      const { status, said } = await ask("POST", { id: view.id, n: view.n, round: view.round, choice });
      if (status === 409) at("line").textContent = said.detail + ".";
    } catch (_) {
      at("line").textContent = "No line to the server; please choose again in a moment.";
    }
    look();
  }

  look();
})();
