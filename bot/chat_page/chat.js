// The browser's side of the chat page. `element` and `server` come from gr.HTML; `server` has the functions of
// page.py. What a person typed is put in as text; HTML comes from the server only, where it was escaped.
const root = element.querySelector(".fd");
const log = root.querySelector(".fd-log");
const form = root.querySelector(".fd-write");
const field = form.querySelector("textarea");
const spoken = root.querySelector(".fd-spoken");
const KEPT = "frontdesk";
const PATIENCE = 30000; // ms to wait for an answer
const LEAST_TYPING = 260; // ms; a shorter typing sign only flickers
const LONGEST_REVEAL = 850; // ms
const MOST_SENT = 50000; // characters: far fewer are answered with "too long", far more would not get in
const LIVE = 1500; // ms between two looks while people are at work
const SOON = 150; // ms
const IDLE = 15000; // ms, while the bot answers: a person may take over at any time
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const touch = matchMedia("(pointer: coarse)");
const memory = { session: null, language: null };
let words = {};
let busy = false;
let looking = false;
let stale = false; // something has happened that only the server knows of
let nextLook;
let finishReveal = () => {};

try {
  const kept = JSON.parse(localStorage.getItem(KEPT)) || {};
  Object.assign(memory, { session: kept.session, language: kept.language });
} catch { /* no storage in this browser: the conversation lasts as long as the page */ }

function keep(changes) {
  Object.assign(memory, changes);
  try { localStorage.setItem(KEPT, JSON.stringify(memory)); } catch { /* see above */ }
}

function call(name, more) {
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("too late")), PATIENCE));
  const sent = { session: memory.session, language: root.lang || memory.language, ...more };
  return Promise.race([server[name](sent), late]);
}

function make(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

// ---- the page around the conversation

async function open(session, language) {
  const page = await call("open", { session, language, hour: new Date().getHours() });
  keep({ session: page.session });
  words = page.words;
  root.lang = document.documentElement.lang = page.language;
  document.title = words.name;
  for (const e of root.querySelectorAll("[data-w]")) e.textContent = words[e.dataset.w] ?? "";
  for (const e of root.querySelectorAll("[data-label]")) e.setAttribute("aria-label", words[e.dataset.label]);
  for (const e of root.querySelectorAll("[data-tip]")) e.title = words[e.dataset.tip];
  for (const e of root.querySelectorAll("[data-hint]")) e.placeholder = words[e.dataset.hint];
  for (const e of root.querySelectorAll("[data-language]")) {
    e.setAttribute("aria-pressed", e.dataset.language === page.language);
  }
  log.innerHTML = page.html;
  showOwner(page);
  showScore(page.score);
  showTools();
  root.dataset.ready = "true";
  log.scrollTop = log.querySelector(".fd-turn") ? log.scrollHeight : 0;
  lookSoon();
}

function showOwner({ owner, person, may_leave }) {
  const waited = root.dataset.owner === "waiting" && owner === "bot";
  root.dataset.owner = owner;
  const who = { bot: words.assistant, waiting: words.waiting, person: words.colleague.replace("{name}", person) };
  const line = root.querySelector("[data-w=who]");
  if (line.textContent !== who[owner]) line.textContent = who[owner]; // it is read out when it changes
  root.querySelector("[data-w=pace]").textContent = owner === "bot" ? ` · ${words.pace}` : "";
  root.querySelector(".fd-person").hidden = owner !== "bot" || !words.person;
  root.querySelector("[data-leave]").hidden = !may_leave;
  if (waited) stale = true; // a line says that they wait no longer
  if (owner === "person") log.querySelectorAll(".fd-quick").forEach((e) => e.remove());
}

function showScore(html) {
  if (html && !log.querySelector(".fd-score")) log.append(make(html));
}

function showTools() {
  root.querySelector("[data-new]").hidden = !log.querySelector(".fd-turn");
}

function tabIcon() {
  const style = getComputedStyle(root);
  const letter = root.querySelector(".fd-mark").textContent;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9"
    fill="${style.getPropertyValue("--accent")}"/><text x="16" y="23" font-family="system-ui,sans-serif" font-size="19"
    font-weight="600" text-anchor="middle" fill="${style.getPropertyValue("--on-accent")}"></text></svg>`;
  const drawn = make(svg);
  drawn.querySelector("text").textContent = letter;
  const icon = document.querySelector("link[rel=icon]");
  if (icon) icon.href = "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(drawn));
}

// ---- one message and its answer

async function say(text, again = null) {
  text = text.trim();
  if (!text || busy) return;
  busy = true;
  finishReveal();
  log.querySelectorAll(".fd-welcome, .fd-quick, .fd-note, .fd-reasons, .fd-other, .fd-thanks, .fd-score, .fd-why").forEach((e) => e.remove());
  again?.remove();
  const silent = root.dataset.owner === "person"; // they answer when they can: nothing is typing yet
  const pending = asked(text, silent);
  log.append(pending);
  showTools();
  log.scrollTop = log.scrollHeight;
  const began = performance.now();
  try {
    await ready;
    const answer = await call("say", { text: text.slice(0, MOST_SENT) });
    if (!silent) await new Promise((done) => setTimeout(done, LEAST_TYPING - (performance.now() - began)));
    keep({ session: answer.session });
    if (answer.note) return note(pending, answer.note, answer.again && text);
    const turn = make(answer.html);
    pending.replaceWith(turn);
    showOwner(answer);
    if (turn.querySelector(".fd-reply")) reveal(turn);
    showScore(answer.score);
    log.scrollTop = log.scrollHeight;
  } catch {
    note(pending, words.failed ?? "", text);
  } finally {
    busy = false;
    showSend();
    lookSoon();
  }
}

function asked(text, silent) {
  const turn = make(`<article class="fd-turn"><div class="fd-me"><p></p></div>
    <div class="fd-bot"><p class="fd-typing"><i></i><i></i><i></i></p></div></article>`);
  turn.querySelector(".fd-me p").textContent = text;
  if (silent) turn.querySelector(".fd-bot").remove();
  else turn.querySelector(".fd-typing").setAttribute("aria-label", words.typing ?? "");
  return turn;
}

function note(pending, what, again) {
  pending.querySelector(".fd-bot")?.remove();
  const line = make(`<p class="fd-note" role="alert"><span></span></p>`);
  line.firstElementChild.textContent = what;
  if (again) {
    const button = make(`<button type="button"></button>`);
    button.textContent = words.retry;
    button.onclick = () => say(again, pending);
    line.append(button);
  }
  pending.append(line);
  log.scrollTop = log.scrollHeight;
}

function reveal(turn) {
  const reply = turn.querySelector(".fd-reply");
  const text = reply.textContent;
  const chunks = text.match(/[\u2e80-\u9fff\uff00-\uffef“”]{1,3}|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+/g) ?? [];
  const began = performance.now();
  const lasts = calm.matches ? 0 : Math.min(LONGEST_REVEAL, 30 * chunks.length);
  const follow = () => { log.scrollTop = log.scrollHeight; };
  let stays = false; // the reader has scrolled up to read something else
  const looked = () => { stays = log.scrollHeight - log.scrollTop - log.clientHeight > 80; };
  log.addEventListener("wheel", looked, { passive: true });
  log.addEventListener("touchmove", looked, { passive: true });
  turn.classList.add("fd-revealing");
  finishReveal = () => {
    finishReveal = () => {};
    log.removeEventListener("wheel", looked);
    log.removeEventListener("touchmove", looked);
    reply.textContent = text;
    turn.classList.remove("fd-revealing");
    spoken.textContent = text;
    if (!stays) follow();
  };
  const step = () => {
    if (!turn.classList.contains("fd-revealing")) return;
    const share = lasts ? (performance.now() - began) / lasts : 1;
    if (share >= 1) return finishReveal();
    reply.textContent = chunks.slice(0, Math.ceil(share * chunks.length)).join("");
    if (!stays) follow();
    requestAnimationFrame(step);
  };
  step();
}

// ---- what people say and do

function lookSoon() {
  clearTimeout(nextLook);
  if (document.hidden || !log.querySelector("[data-number]")) return;
  nextLook = setTimeout(look, stale ? SOON : root.dataset.owner === "bot" ? IDLE : LIVE);
}

async function look() {
  if (busy || looking || !log.querySelector("[data-number]")) return lookSoon();
  looking = true;
  stale = false;
  const { session } = memory;
  try {
    const news = await call("news", { turn: latest("number"), remark: latest("remark") });
    if (!busy && session === memory.session) showNews(news);
  } catch { /* the next look may get through */ } finally {
    looking = false;
    lookSoon();
  }
}

function latest(name) {
  return Math.max(0, ...[...log.querySelectorAll(`[data-${name}]`)].map((e) => Number(e.dataset[name])));
}

function showNews(news) {
  const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const template = document.createElement("template");
  template.innerHTML = news.html;
  const fresh = [...template.content.children];
  for (const e of fresh) place(e);
  showOwner(news);
  showScore(news.score);
  if (!fresh.length && !news.score) return;
  if (fresh.length) {
    log.querySelectorAll(".fd-quick").forEach((e) => e.remove());
    spoken.textContent = fresh.map((e) => e.innerText || e.textContent).join("\n");
  }
  if (follows) log.scrollTop = log.scrollHeight;
}

// A person's words stand before what the customer wrote after them, even if that was drawn first.
function place(e) {
  const after = Number(e.dataset.after ?? Infinity);
  const later = [...log.querySelectorAll("[data-number]")].find((turn) => Number(turn.dataset.number) > after);
  const end = log.querySelector(".fd-score, .fd-why");
  if (later ?? end) log.insertBefore(e, later ?? end);
  else log.append(e);
}

async function giveScore(button) {
  const asked = button.closest(".fd-score");
  const answer = await call("score", { score: Number(button.dataset.score) });
  if (!answer.html) return asked.remove();
  const next = make(answer.html);
  asked.replaceWith(next);
  next.scrollIntoView({ block: "nearest" });
  if (!next.matches(".fd-why")) return;
  if (!touch.matches) next.querySelector("input").focus();
  next.onsubmit = async (event) => {
    event.preventDefault();
    const kept = await call("comment", { text: next.querySelector("input").value }).catch(() => ({}));
    if (kept.html) next.replaceWith(make(kept.html));
  };
}

document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(nextLook); else look(); });

// ---- what the customer made of an answer

async function rate(turn, more) {
  const number = Number(turn.dataset.number);
  const answer = await call("rate", { number, ...more }).catch(() => ({}));
  if (!answer.html) return;
  for (const thumb of turn.querySelectorAll("[data-thumb]")) {
    thumb.setAttribute("aria-pressed", thumb.dataset.thumb === String(more.helpful));
  }
  showBelow(turn, answer.html);
}

function showBelow(turn, html) {
  turn.querySelectorAll(".fd-reasons, .fd-other, .fd-thanks").forEach((e) => e.remove());
  const below = make(html);
  turn.querySelector(".fd-under").after(below);
  below.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  return below;
}

async function askReason(turn) {
  const answer = await call("ask_reason", {}).catch(() => ({}));
  if (!answer.html) return;
  const other = showBelow(turn, answer.html);
  other.querySelector("input").focus();
  other.onsubmit = (event) => {
    event.preventDefault();
    rate(turn, { helpful: false, reason: "other", detail: other.querySelector("input").value });
  };
}

// ---- clicks and keys

async function leave() {
  showOwner(await call("leave", {}));
  lookSoon();
}

async function startAnew() {
  const before = memory.session;
  if (root.dataset.owner === "waiting") await call("leave", {}).catch(() => {}); // nobody shall look for them there
  await open(null, root.lang);
  const line = make(`<p class="fd-note"><span></span><button type="button"></button></p>`);
  line.firstElementChild.textContent = words.new_started;
  line.lastElementChild.textContent = words.back;
  line.lastElementChild.onclick = () => open(before, root.lang);
  log.prepend(line);
  field.focus();
}

const clicks = {
  "[data-say]": (b) => sayFrom(b.textContent),
  "[data-person]": () => sayFrom(words.person),
  "[data-language]": (b) => { keep({ language: b.dataset.language }); return open(memory.session, b.dataset.language); },
  "[data-leave]": leave,
  "[data-new]": startAnew,
  "[data-score]": giveScore,
  "[data-thumb]": (b) => rate(b.closest(".fd-turn"), { helpful: b.dataset.thumb === "true" }),
  "[data-reason=other]": (b) => askReason(b.closest(".fd-turn")),
  "[data-reason]": (b) => rate(b.closest(".fd-turn"), { helpful: false, reason: b.dataset.reason }),
};

function sayFrom(text) {
  say(text);
  if (!touch.matches) field.focus(); // on a phone that would open the keyboard
}

root.addEventListener("click", async (event) => {
  for (const [selector, act] of Object.entries(clicks)) {
    const button = event.target.closest(selector);
    if (!button) continue;
    if (busy && !selector.match(/thumb|reason|score/)) return; // what is on its way would land in another page
    return Promise.resolve(act(button)).catch(() => {});
  }
});

function showSend() {
  form.querySelector(".fd-send").disabled = busy || !field.value.trim();
}

function fit() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
  showSend();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (busy || !field.value.trim()) return;
  say(field.value);
  field.value = "";
  fit();
});
field.addEventListener("input", fit);
field.addEventListener("keydown", (event) => {
  // while an input method is composing, Enter takes its suggestion
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});

// the keyboard of a phone covers part of the page; keep the composer above it
window.visualViewport?.addEventListener("resize", () => {
  root.style.height = `${visualViewport.height}px`;
  window.scrollTo(0, 0);
});

async function start() {
  for (;;) {
    try {
      await open(memory.session, memory.language);
      break;
    } catch { // the server is away, perhaps for a moment
      await new Promise((done) => setTimeout(done, 3000));
    }
  }
  tabIcon();
  if (!touch.matches) field.focus();
}

const ready = start();
