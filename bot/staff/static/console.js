// The console's frame: signing, navigation, keys, and what every page needs. A page is a module of this folder:
//   export async function show(main, desk, path)   fills `main`; returns a function that ends it, or nothing
// `path` is what follows the page's name in the address: #/conversations/abc/3 → ["abc", "3"].
// What people typed is put in as text, never as HTML: use h().

import { ring } from "./bell.js";

let root, me, words, stop, pageKeys = {}, routes = 0, offline = false, title = "", waits = 0;
const LANGUAGE = "frontdesk-staff-language";
const SLOW = 250; // ms after which a page that is not there yet says that it is loading
const CHOOSES = ".st-item, .an-acts button";
const AGAIN = 4000; // ms between two tries to load a page while the server is away
const TOASTS = 2; // at most, the newest
const COUNT = 10000; // ms between two looks at how many wait

export async function start(element) {
  root = element.querySelector(".st");
  const picker = root.querySelector(".st-language");
  picker.value = localStorage.getItem(LANGUAGE) ?? (navigator.language.startsWith("zh") ? "zh" : "en");
  picker.onchange = () => { localStorage.setItem(LANGUAGE, picker.value); open(); };
  root.querySelector(".st-out").onclick = signOut;
  // On a phone a page shows its list, or what was chosen there.
  root.querySelector(".st-back").onclick = () => root.removeAttribute("data-chosen");
  root.querySelector(".st-main").addEventListener("click", (event) => root.toggleAttribute("data-chosen", root.hasAttribute("data-chosen") || !!event.target.closest(CHOOSES)));
  root.querySelector("[data-keys]").onclick = showKeys;
  addEventListener("hashchange", route);
  addEventListener("keydown", press);
  await open();
  if (me.pages.includes("inbox")) {
    const count = async () => {
      const queue = await api("GET", "inbox/count");
      badge("inbox", queue.waiting + queue.given);
      ring(queue, words);
    };
    count().catch(() => {});
    every(COUNT, count, true); // also while the tab is hidden: that is when one needs to hear of it
  }
}

async function open() {
  const language = root.querySelector(".st-language").value;
  me = await api("GET", `me?language=${language}`);
  words = me.words.console;
  root.lang = document.documentElement.lang = language;
  title = `${me.desk} · ${words.inbox}`;
  showTitle();
  root.querySelector(".st-desk").textContent = me.desk;
  const mine = root.querySelector(".st-me");
  mine.replaceChildren(h("b", {}, me.name), h("span", {}, ` · ${words[`role_${me.role}`]}`));
  mine.title = words.change_password;
  mine.onclick = changePassword;
  root.querySelector(".st-out").textContent = words.sign_out;
  root.querySelector(".st-back").textContent = `‹ ${words.back}`;
  root.querySelector("[data-keys]").title = words.keys;
  root.querySelector(".st-nav").replaceChildren(
    ...me.pages.map((page, at) => h("a", { href: `#/${page}`, "data-page": page, title: `g ${at + 1}`, onclick: () => { if (location.hash === `#/${page}`) route(); } }, words[page],
      h("b", { class: "st-badge", "data-badge": page, hidden: true }))),
  );
  root.dataset.ready = "true";
  await route();
}

async function signOut() {
  await fetch("/staff/sign-out", { method: "POST" });
  location.href = "/staff/sign-in";
}

function changePassword() {
  const field = (label, name, more) => h("label", { class: "st-field" }, label, h("input", { type: "password", maxlength: 256, required: true, name, ...more }));
  ask(words.change_password, [
    field(words.old_password, "old", { autocomplete: "current-password" }), field(words.new_password, "password", { minlength: 10, autocomplete: "new-password" }),
    h("p", { class: "st-small st-quiet" }, words.new_password_hint),
  ], words.change_password, async (form) => {
    try {
      await api("POST", "me/password", { old: form.elements.old.value, password: form.elements.password.value });
    } catch (error) {
      throw error.message.includes("old password is wrong") ? new Error(words.old_wrong) : error;
    }
    me = await api("GET", `me?language=${root.lang}`); // the session began anew, with another token
    toast(words.password_changed);
  });
}

// ---- pages

async function route() {
  const [page, ...path] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (!me.pages.includes(page)) {
    if (page && words[page]) toast(words.no_access, null, null);
    if (me.pages.length && page !== me.pages[0]) location.hash = `#/${me.pages[0]}`;
    return;
  }
  const mine = ++routes, current = () => mine === routes; // a slow page may come after somebody has gone on
  for (const line of root.querySelectorAll(".st-toast[data-of]")) if (line.dataset.of !== page) line.remove();
  stop?.();
  stop = undefined;
  pageKeys = {};
  for (const link of root.querySelectorAll("[data-page]")) {
    const here = link.dataset.page === page;
    if (here) { link.setAttribute("aria-current", "page"); link.scrollIntoView({ block: "nearest", inline: "center" }); }
    else link.removeAttribute("aria-current");
  }
  title = `${words[page]} · ${me.desk}`;
  showTitle();
  const main = root.querySelector(".st-main");
  main.dataset.page = page;
  root.toggleAttribute("data-chosen", path.length > 0);
  const fresh = h("div", { class: `st-page st-${page}` });
  const slow = setTimeout(() => current() && main.replaceChildren(h("div", { class: "st-empty" }, words.loading)), SLOW);
  const module = await load(page).catch(() => null);
  if (!module) {
    clearTimeout(slow);
    if (current()) showAway(main, current);
    return;
  }
  if (!current()) return clearTimeout(slow);
  const timers = [];
  const desk = {
    api, h, toast, go, ago, time, when, mood, me, words: me.words[page] ?? {}, common: words, language: root.lang,
    intent: (id) => me.intents[id]?.[root.lang] ?? me.intents[id]?.en ?? id ?? "–",
    keys: (map) => { if (current()) pageKeys = map; },
    every: (ms, act) => timers.push(every(ms, act)),
    badge, ask,
  };
  let end;
  try { end = await module.show(fresh, desk, path); }
  catch (error) { fresh.replaceChildren(h("div", { class: "st-empty" }, h("b", {}, words.failed), h("p", {}, error.message))); console.error(error); }
  finally { clearTimeout(slow); }
  const close = () => { timers.forEach((t) => t()); end?.(); };
  if (!current()) return close();
  main.replaceChildren(fresh);
  stop = close;
}

// A browser may keep in mind that a module could not be loaded: it is asked for by another address the next time.
const tries = {};
async function load(page) {
  try { return await import(`./${page}.js${tries[page] ? `?${tries[page]}` : ""}`); }
  catch (error) { tries[page] = (tries[page] ?? 0) + 1; throw error; }
}

// What stands in the place of a page that the server did not give; it is tried again until it comes.
function showAway(main, current) {
  main.replaceChildren(h("div", { class: "st-empty", "data-away": true }, h("b", {}, words.not_loaded), h("p", {}, words.offline),
    h("button", { type: "button", class: "st-button", onclick: route }, words.try_again)));
  api("GET", `me?language=${root.lang}`).catch(() => {}); // who is signed out meanwhile is sent to sign in
  stop = every(AGAIN, () => current() && route());
}

export function go(hash) { location.hash = hash; }

// The tab says how many wait, so that it is seen among others.
function showTitle() {
  document.title = `${waits ? `(${waits}) ` : ""}${title}`;
}

function badge(page, count) {
  if (page === "inbox") { waits = count; showTitle(); }
  const mark = root.querySelector(`[data-badge=${page}]`);
  if (!mark) return;
  mark.textContent = count > 99 ? "99+" : count;
  mark.hidden = !count;
}

// Calls `act` again and again, `ms` after it has ended; not while the tab is hidden.
function every(ms, act, always = false) {
  let on = true, timer;
  const next = async () => {
    if (!on) return;
    if (always || !document.hidden) await Promise.resolve(act()).catch(() => {});
    if (on) timer = setTimeout(next, ms);
  };
  timer = setTimeout(next, ms);
  return () => { on = false; clearTimeout(timer); };
}

// ---- the server

// Returns the answer's JSON; throws an Error with the server's own words, `status` (0: no connection) and `answer`.
export async function api(method, path, body) {
  let response;
  try {
    response = await fetch(`/staff/api/${path}`, {
      method,
      headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }), ...(me && { "X-Frontdesk-Token": me.token }) },
      body: body && JSON.stringify(body),
    });
  } catch {
    if (words && !offline) toast(words.offline); // said once, not at every try
    offline = true;
    throw Object.assign(new Error("offline"), { status: 0 });
  }
  offline = false;
  if (response.status === 401) {
    location.href = "/staff/sign-in";
    throw Object.assign(new Error("signed out"), { status: 401 });
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(answer.error ?? response.statusText), { status: response.status, answer });
  return answer;
}

// ---- drawing

// h("button", {class: "x", onclick: f, disabled: true}, "text", node, …) → element
export function h(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) e[name] = value;
    else e.setAttribute(name, value === true ? "" : value);
  }
  e.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return e;
}

// What a page says goes with the page, unless it can be undone.
export function toast(text, undo, page = undo ? null : root.querySelector(".st-main").dataset.page) {
  const line = h("div", { class: "st-toast", "data-of": page }, h("span", {}, text), undo && h("button", { type: "button", onclick: () => { line.remove(); undo.act(); } }, undo.label));
  const lines = root.querySelector(".st-toasts");
  lines.append(line);
  while (lines.children.length > TOASTS) lines.firstElementChild.remove(); // more would lie over what they are about
  setTimeout(() => line.remove(), undo ? 10000 : 5000);
}

// A dialog with fields; `act` gets the form, and what it throws is shown there. Esc and Cancel change nothing.
function ask(title, content, label, act) {
  const problem = h("p", { class: "st-bad", role: "alert", hidden: true });
  const button = h("button", { type: "submit", class: "st-main-button" }, label);
  const form = h("form", { class: "st-stack" }, h("h2", {}, title), content, problem,
    h("div", { class: "st-row" }, button, h("button", { type: "button", class: "st-button", onclick: () => dialog.close() }, words.cancel)));
  const dialog = h("dialog", { class: "st-ask" }, form);
  form.onsubmit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await act(form);
      dialog.close();
    } catch (error) {
      problem.textContent = error.status === 0 ? words.offline : error.message;
      problem.hidden = false;
    }
    button.disabled = false;
  };
  dialog.onclose = () => dialog.remove();
  root.append(dialog);
  dialog.showModal();
}

function ago(moment) {
  const minutes = Math.floor((Date.now() - new Date(moment)) / 60000);
  if (minutes < 1) return words.ago_now;
  if (minutes < 60) return words.ago_minutes.replace("{n}", minutes);
  if (minutes < 1440) return words.ago_hours.replace("{n}", Math.floor(minutes / 60));
  return words.ago_days.replace("{n}", Math.floor(minutes / 1440));
}

// Days and hours are the desk's, wherever the reader is: lists, filters and charts mean the same day.
function time(moment) {
  return new Date(moment).toLocaleString(root.lang, { timeZone: me.zone, month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
}

// The hour is enough for today.
function when(moment) {
  const at = new Date(moment), day = (date) => date.toLocaleDateString("en", { timeZone: me.zone });
  if (day(at) !== day(new Date())) return time(moment);
  return at.toLocaleTimeString(root.lang, { timeZone: me.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

// The mood's name where a customer is unhappy; null else.
function mood(value) {
  if (value >= me.moods.unhappy_below) return null;
  return value <= me.moods.angry_up_to ? "angry" : "unhappy";
}

// ---- keys: a page names them with desk.keys({ j: {label, act}, … }); g and a digit goes to a page, ? shows all

let went = 0;
function press(event) {
  if (!root || root.dataset.ready !== "true" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const dialog = root.querySelector("dialog[open]");
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && typing && !dialog) {
    if (typing.type === "search" && typing.value) { // the browser would empty it without a word to the page
      event.preventDefault();
      typing.value = "";
      typing.dispatchEvent(new Event("input", { bubbles: true }));
    }
    typing.blur();
    return;
  }
  if (typing || dialog) return;
  if (event.key === "g") { went = Date.now(); return; }
  if (/^[1-9]$/.test(event.key) && Date.now() - went < 1500) { const page = me.pages[event.key - 1]; if (page) go(`#/${page}`); went = 0; return; }
  if (event.key === "?") return showKeys();
  const found = pageKeys[event.key];
  if (!found) return;
  event.preventDefault();
  found.act(event);
}

function showKeys() {
  const dialog = h("dialog", { class: "st-keys" }, h("h2", {}, words.keys),
    h("dl", {}, Object.entries({ ...pageKeys, "g 1–9": { label: me.pages.map((p) => words[p]).join(" · ") } })
      .filter(([, k]) => k.label).map(([key, { label }]) => [h("dt", {}, h("kbd", {}, key === " " ? "␣" : key)), h("dd", {}, label)])),
    h("form", { method: "dialog" }, h("button", { class: "st-main-button" }, words.close)));
  dialog.onclose = () => dialog.remove();
  root.append(dialog);
  dialog.showModal();
}
