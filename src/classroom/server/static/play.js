// Play, stepped by the server: shows what it says, sends what was chosen. Everything
// that matters is kept there; a reload goes on at the same turn.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const line = at("line");
  // A seat's link carries its token behind the #, which no server is sent.
  if (/^#[0-9a-f]{64}$/.test(location.hash)) {
    localStorage.setItem("seat", location.hash.slice(1));
    history.replaceState(null, "", "/play");
  }
  // A link opened where this page is open already changes nothing but what is behind the #.
  addEventListener("hashchange", () => location.reload());
  const token = localStorage.getItem("seat");
  if (!token) { location.replace("/"); return; }
  let run = null;
  let shown = 0;
  let waiting = null;
  let left = null;
  let asked = 0;

  async function ask(method, path, body) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
      try {
        const answer = await fetch(path, {
          method, cache: "no-store",
          headers: { Authorization: "Bearer " + token, ...(body ? { "Content-Type": "application/json" } : {}) },
          body: body ? JSON.stringify(body) : undefined,
        });
        if (answer.status === 429 || answer.status >= 500) throw new Error("busy");
        line.textContent = "";
        const html = (answer.headers.get("content-type") || "").startsWith("text/html");
        return { ok: answer.ok, said: html ? await answer.text() : await answer.json() };
      } catch (_) {
        line.textContent = "No line to the server; trying again. Nothing is lost.";
        await new Promise((done) => setTimeout(done, wait));
      }
    }
  }

  function element(kind, text, name) {
    const made = document.createElement(kind);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  function show(which) {
    at("wait").hidden = which !== "wait";
    at("stage").hidden = which !== "stage";
  }

  async function lobby() {
    clearTimeout(waiting);
    const { ok, said } = await ask("GET", "/api/v1/me");
    if (!ok) {
      // Whoever was removed may be let in again, and comes back with what this browser has.
      if (said.kind === "no-seat") waiting = setTimeout(lobby, 10000);
      else localStorage.removeItem("seat");
      show("wait");
      at("waithead").textContent = "No seat";
      at("tasks").replaceChildren();
      at("begin").hidden = true;
      at("scoredby").textContent = "";
      at("waittext").textContent = said.detail + ".";
      const link = element("a", "Join a class");
      link.href = "/";
      at("waittext").append(" ", link);
      return;
    }
    at("title").textContent = said.class.title;
    at("scoredby").textContent = said.class.scored_by || "";
    at("who").textContent = said.wall === said.name ? said.name : said.name + " · on the wall: " + said.wall;
    clock(said.class.state === "closed" ? null : said.time);
    const up = said.time && said.time.left_ms === 0;
    if (said.vote) { location.replace("/vote"); return; }
    show("wait");
    const open = said.tasks.filter((task) => task.state !== "handed-in");
    const state = said.class.state;
    const heads = { lobby: "You are in", paused: "A break", closed: "The class is over" };
    const texts = {
      lobby: "Your instructor begins the class. This page will show it; you need not do anything.",
      paused: "Your instructor has paused the class. Nothing is lost.",
      closed: "Here is what happened, and why.",
    };
    at("waithead").textContent = heads[state] || (!open.length ? "All played" : up ? "Your time is up" : "Ready when you are");
    at("waittext").textContent = texts[state] || (open.length && !up ? "" : "Thank you. The debrief opens when your instructor ends the class.");
    const list = at("tasks");
    list.replaceChildren(...said.tasks.map((task) => {
      const done = task.receipt ? "handed in, receipt " + task.receipt : task.state === "begun" ? "begun" : state === "closed" || up ? "not played" : "to be played";
      const again = said.tasks.some((other) => other.scenario === task.scenario && other.attempt !== task.attempt);
      return element("li", task.title + (again ? ", attempt " + task.attempt : "") + ": " + done);
    }));
    const begin = at("begin");
    begin.hidden = state !== "running" || !open.length || up;
    begin.textContent = open.some((task) => task.state === "begun") ? "Go on" : "Begin: " + (open[0] || {}).title;
    if (state === "closed") {
      if (!at("debriefs").childElementCount) {
        for (const task of said.tasks.filter((task) => task.receipt)) {
          const got = await ask("GET", "/api/v1/attempts/" + task.id + "/debrief");
          if (!got.ok) continue;
          const holder = document.createElement("div");
          holder.innerHTML = got.said;
          at("debriefs").append(holder);
        }
      }
    } else {
      at("debriefs").replaceChildren();
    }
    waiting = setTimeout(lobby, state === "closed" ? 20000 : 3000);
  }

  // What is left of one's time. It changes once a minute, so that nobody watches
  // seconds; the last minutes are said to screen readers too.
  function clock(time) {
    const words = !time ? "" : time.runs ? time.words : time.left_ms ? time.words + "; it stands still" : time.words;
    at("time").textContent = words;
    const minutes = time ? Math.ceil(time.left_ms / 60000) : null;
    if (time && left !== null && minutes < left && (minutes === 5 || minutes <= 1)) at("timesaid").textContent = words;
    left = minutes;
  }

  // While somebody reads and thinks, this says that they are still there; and it shows
  // a pause, more time, or the end.
  async function look() {
    const now = ++asked;
    try {
      const answer = await fetch("/api/v1/time", { cache: "no-store", headers: { Authorization: "Bearer " + token } });
      if (now === asked && !at("stage").hidden) {
        if (answer.ok) {
          const said = await answer.json();
          clock(said.time);
          line.textContent = "";
          const over = run && run.floor === "ended";
          if (!over && (said.state !== "running" || (said.time && said.time.left_ms === 0))) lobby();
        } else if (answer.status === 401 || answer.status === 410) {
          lobby();
        }
      }
    } catch (_) {
      if (!at("stage").hidden) line.textContent = "No line to the server. Your time stands still; nothing is lost.";
    }
  }
  setInterval(() => { if (!at("stage").hidden) look(); }, 5000);

  function stance() {
    const held = (name) => document.querySelector("input[name=" + name + "]:checked").value;
    return { voice: held("voice"), face: held("face") };
  }

  async function act(what) {
    for (const button of at("choices").querySelectorAll("button")) button.disabled = true;
    at("briefing").open = false;
    const { ok, said } = await ask("POST", "/api/v1/runs/" + run.id + "/turns", { n: run.n + 1, ...what, ...stance() });
    if (ok) { draw(said); return; }
    if (said.kind === "other-turn") { start(); return; }
    lobby();
  }

  function button(text, what, key) {
    const made = element("button", text);
    made.type = "button";
    if (key) made.dataset.key = key;
    made.addEventListener("click", () => act(what));
    return made;
  }

  function draw(view) {
    if (!run || run.id !== view.id) {
      at("talk").replaceChildren();
      shown = 0;
      at("brief").textContent = view.brief;
      at("briefing").open = view.n === 0;
      document.querySelector("input[name=voice][value=" + view.voice + "]").checked = true;
      document.querySelector("input[name=face][value=" + view.face + "]").checked = true;
    }
    run = view;
    clock(view.time);
    show("stage");
    at("title").textContent = view.title;
    at("facelegend").textContent = view.phone ? "Smile in the voice" : "Face";
    const talk = at("talk");
    for (const [who, text] of view.lines.slice(shown)) {
      const lead = who === "them" ? view.who + ": " : who === "you" ? "You: " : "";
      talk.append(element("p", lead + text, who));
    }
    shown = view.lines.length;
    // At the end there is no more to choose, and room for the whole last scene.
    at("stage").classList.toggle("over", view.floor === "ended");
    talk.scrollTop = talk.scrollHeight;
    at("picture").innerHTML = view.picture;
    at("picture").classList.toggle("call", view.phone);
    at("seen").textContent = view.floor === "ended" ? "" : view.seen;
    const choices = at("choices");
    if (view.floor === "customer") {
      const row = element("div", "", "row");
      row.append(button("Listen", { do: "listen" }, " "), button("Listen and nod", { do: "encourage" }, "n"), button("Cut in", { do: "cut-in" }, "c"));
      choices.replaceChildren(row);
    } else if (view.floor === "trainee") {
      choices.replaceChildren(
        ...view.choices.map((text, n) => button((n + 1) + "  " + text, { do: "say", choice: n }, String(n + 1))),
        button("Say nothing", { do: "pause" }, "p"),
      );
    } else {
      choices.replaceChildren(element("p", view.receipt ? "Handed in, receipt " + view.receipt + "." : "Handed in."));
      const on = element("button", "Go on", "main");
      on.type = "button";
      on.addEventListener("click", () => { run = null; lobby(); });
      choices.append(on);
      on.scrollIntoView({ block: "nearest" });
    }
    const wrong = at("wrong");
    wrong.hidden = !view.decision;
    if (wrong.dataset.turn !== view.id + view.decision) {
      wrong.dataset.turn = view.id + view.decision;
      wrong.open = false;
      wrong.querySelector("form").reset();
      wrong.querySelector("[role=status]").textContent = "";
    }
    at("wronglabel").textContent = view.floor === "trainee" ? "I disagree with these choices, because" : "I disagree with the last choice, because";
    const first = choices.querySelector("button");
    if (first) first.focus({ preventScroll: true });
  }

  // "I disagree, because": one a decision, the last words count, none take it back.
  async function disagree(form, attempt, turn) {
    const state = form.querySelector("[role=status]");
    const why = form.elements.why.value;
    state.textContent = "";
    const { ok, said } = await ask("POST", "/api/v1/attempts/" + attempt + "/disagreements", { turn, why });
    state.textContent = !ok ? said.detail + "." : said.why ? "It is with your instructor. It changes no score by itself." : "Taken back.";
  }

  at("wrong").querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    disagree(event.target, run.id, run.decision);
  });
  at("debriefs").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    disagree(form, form.dataset.attempt, Number(form.dataset.turn));
  });

  async function start() {
    clearTimeout(waiting);
    const { ok, said } = await ask("POST", "/api/v1/runs");
    if (ok) draw(said); else lobby();
  }

  at("begin").addEventListener("click", start);
  document.addEventListener("keydown", (event) => {
    if (at("stage").hidden || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.tagName === "TEXTAREA") return;
    if (event.key === " ") return;
    const key = event.key.toLowerCase();
    const hold = { q: ["voice", "soft"], w: ["voice", "even"], e: ["voice", "raised"], a: ["face", "warm"], s: ["face", "neutral"], d: ["face", "concerned"] }[key];
    if (hold) { document.querySelector("input[name=" + hold[0] + "][value=" + hold[1] + "]").checked = true; return; }
    const found = at("choices").querySelector("button[data-key=\"" + CSS.escape(key) + "\"]:enabled");
    if (found) { event.preventDefault(); found.click(); }
  });
  lobby();
})();
