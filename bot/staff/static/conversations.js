// The log: filters and results on the left, the transcript in the middle, why the chosen turn went so on the right.
// #/conversations/<session>/<turn> leads to a turn, #/conversations/f/from=2026-11-02/mood=negative to what fits these
// filters; one may follow the other. Where the address names no filters, those of this tab stay.

import { correctionsOf } from "./correction.js";

const KEPT = "frontdesk-staff-log";
const TYPING = 250; // ms after the last key until it is searched
const PARTS = ["since", "until", "language", "intent", "route", "reason", "confidence", "mood", "thumb", "csat", "release", "owner"];
const CONFIDENCE = ["0–0.3", "0.3–0.5", "0.5–0.7", "0.7–0.9", "0.9–1"];
const NAMES = { since: "from", until: "to" }; // of filters in the address, where they are called otherwise there
const WORDS_SHOWN = 8;
const ERASED = ["turns", "remarks", "feedback", "verdicts", "taught", "audit"]; // of what goes, what people know
const GIVEN_UP = ["not_understood_twice", "slot_not_given_twice"]; // a person was offered, no more

export async function show(main, desk, path) {
  const { h, words, api, time, intent } = desk;
  const choices = await api("GET", "conversations/choices");
  const { session, number, given } = addressed(path);
  let wanted = given ?? JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  let place = session ? turnAddress(session, number) : "#/conversations";
  let hits = [], next = null, asked = 0, open = null, chosen = null, wordsOf = 0;

  const box = h("input", { type: "search", class: "cv-search", placeholder: words.search, title: words.search_hint, "aria-label": words.search, maxlength: 200, value: wanted.words ?? "" });
  const toggle = h("button", { type: "button", class: "st-button", "aria-expanded": "false" }, words.filters);
  const filters = h("div", { class: "cv-filters", hidden: true });
  const count = h("span", { class: "st-quiet st-small st-num", role: "status" });
  const clear = h("button", { type: "button", class: "st-small cv-link", hidden: true }, words.clear);
  const list = h("div", { class: "cv-list", role: "listbox", "aria-label": desk.common.conversations });
  const left = h("section", { class: "st-column cv-left" },
    h("div", { class: "st-head cv-head" }, h("div", { class: "cv-bar" }, box, toggle), filters, h("div", { class: "st-row" }, count, h("span", { class: "st-space" }), clear)), list);
  const middle = h("section", { class: "st-column", "aria-label": words.pick });
  const right = h("aside", { class: "st-column cv-why", "aria-label": words.why });
  main.append(h("div", { class: "st-three" }, left, middle, right));

  const corrections = correctionsOf(desk, { chosen: () => (open ? chosen : null), changed: again });

  // ---- filters

  const option = (value, text, now) => h("option", { value, selected: value === (now ?? "") }, text);
  const inputs = Object.fromEntries(PARTS.map((name) => [name, control(name)]));
  filters.append(...PARTS.map((name) => h("label", { class: "st-small" }, words[name], inputs[name])));

  function control(name) {
    const now = wanted[name] ?? "";
    if (name === "since" || name === "until") return h("input", { type: "date", "data-filter": name, value: now, onchange: changed });
    const known = values(name);
    if (now && !known.some(([value]) => value === now)) known.push([now, now]); // of an address: an intent that is gone, say
    return h("select", { "data-filter": name, onchange: changed }, option("", words.any, now), known.map(([value, text]) => option(value, text, now)));
  }

  function values(name) {
    const named = (list, prefix) => list.map((v) => [v, words[`${prefix}_${v}`] ?? v]);
    switch (name) {
      case "language": return choices.languages.map((l) => [l, desk.common[`language_${l}`] ?? l]);
      case "intent": return [["none", words.no_intent], ...Object.keys(desk.me.intents).map((id) => [id, intent(id)]).sort((a, b) => a[1].localeCompare(b[1], desk.language))];
      case "route": return named(choices.routes, "route");
      case "reason": return Object.keys(words).filter((w) => w.startsWith("reason_")).map((w) => [w.slice(7), words[w]]);
      case "confidence": return CONFIDENCE.map((c) => [c, c]);
      case "mood": return named(["negative", "neutral"], "mood");
      case "thumb": return [["true", words.thumb_up], ["false", words.thumb_down]];
      case "csat": return ["5", "4", "3", "2", "1"].map((n) => [n, `${n} ★`]);
      case "release": return choices.releases.map((r) => [r, r]);
      default: return named(["bot", "waiting", "person"], "owner");
    }
  }

  function changed() {
    wanted = { words: box.value.trim() };
    for (const name of PARTS) wanted[name] = inputs[name].value;
    wanted = Object.fromEntries(Object.entries(wanted).filter(([, v]) => v));
    return search();
  }

  // Keeps what is looked at in this tab and in the address.
  function keep() {
    sessionStorage.setItem(KEPT, JSON.stringify(wanted));
    const page = location.hash.split("/")[1];
    if (page && page !== "conversations") return; // gone on meanwhile
    const filters = Object.entries(wanted).map(([name, value]) => `${NAMES[name] ?? name}=${encodeURIComponent(value)}`);
    history.replaceState(null, "", [place, ...(filters.length ? ["f", ...filters] : [])].join("/"));
  }

  // Returns what is asked of the server: days are the desk's own.
  function query(extra = {}) {
    const { confidence, since, until, ...rest } = wanted;
    const asks = new URLSearchParams({ ...rest, ...extra });
    if (confidence) { const [least, most] = confidence.split("–"); asks.set("least", least); asks.set("most", most); }
    if (since) asks.set(NAMES.since, since);
    if (until) asks.set(NAMES.until, until);
    return asks;
  }

  function showFilters(on) {
    filters.hidden = !on;
    toggle.setAttribute("aria-expanded", String(on));
  }

  // ---- results

  async function search() {
    const mine = ++asked;
    keep();
    const used = PARTS.filter((name) => wanted[name]).length;
    toggle.textContent = used ? `${words.filters} · ${used}` : words.filters;
    clear.hidden = !Object.keys(wanted).length;
    list.setAttribute("aria-busy", "true");
    try {
      const page = await api("GET", `conversations?${query()}`);
      if (mine !== asked) return;
      ({ hits, next } = page);
      drawList();
      list.parentElement.scrollTop = 0;
      const found = await api("GET", `conversations/count?${query()}`);
      if (mine === asked) count.textContent = counted(found);
    } catch (error) {
      if (mine === asked && error.status) { count.textContent = error.message; hits = []; next = null; drawList(); }
    } finally {
      if (mine === asked) list.removeAttribute("aria-busy");
    }
  }

  function counted({ count, more }) {
    const said = more ? words.messages_many : count === 1 ? words.messages_one : words.messages;
    return said.replace("{n}", count.toLocaleString(desk.language));
  }

  async function older() {
    const mine = asked;
    const page = await api("GET", `conversations?${query({ before: next })}`);
    if (mine !== asked) return;
    const known = new Set(hits.map((hit) => hit.session)); // it comes again by an older message
    hits.push(...page.hits.filter((hit) => !known.has(hit.session)));
    next = page.next;
    drawList();
  }

  function drawList() {
    const filtered = Object.keys(wanted).length;
    if (!hits.length) {
      pickOne();
      list.replaceChildren(h("div", { class: "st-empty" }, h("b", {}, filtered ? words.nothing : words.empty), h("p", {}, filtered ? words.nothing_hint : words.empty_hint)));
      return;
    }
    list.replaceChildren(...hits.map(item), next ? h("button", { type: "button", class: "st-item cv-more", onclick: older }, words.more) : h("p", { class: "st-pad st-quiet st-small" }, words.end));
    mark();
  }

  // Nothing is open: what was found last does not stay beside a list that lacks it.
  function pickOne() {
    open = null;
    right.replaceChildren(h("div", { class: "st-empty" }, h("b", {}, words.why), h("p", {}, words.why_hint)));
    middle.replaceChildren(h("div", { class: "st-empty" }, h("b", {}, words.pick), h("p", {}, words.pick_hint),
      h("p", { class: "st-small" }, h("kbd", {}, "/"), ` ${words.key_search}  `, h("kbd", {}, "j"), " ", h("kbd", {}, "k"), ` ${words.key_next}  `, h("kbd", {}, "["), " ", h("kbd", {}, "]"), ` ${words.key_turn_on}`)));
  }

  function item(hit) {
    return h("button", { type: "button", class: "st-item", role: "option", "data-session": hit.session, onclick: () => choose(hit.session, hit.number) },
      h("span", { class: "st-row" },
        h("span", { class: `st-chip ${routeColour(hit.route)}` }, words[`route_${hit.route}`] ?? hit.route),
        moodChip(hit.sentiment),
        hit.thumb !== null && thumbChip(hit.thumb),
        hit.csat !== null && h("span", { class: "st-small st-num", title: words.csat }, `${hit.csat} ★`),
        hit.owner !== "bot" && h("span", { class: `st-chip ${hit.owner === "waiting" ? "st-wait" : ""}` }, words[`owner_${hit.owner}`]),
        h("span", { class: "st-space" }), h("time", { class: "st-quiet st-small", datetime: hit.at, title: desk.ago(hit.at) }, time(hit.at))),
      h("p", { class: "cv-snippet" }, hit.said_by !== "customer" && h("b", {}, `${hit.said_by}: `), hit.pieces.map(([text, found]) => (found ? h("mark", {}, text) : text))),
      h("p", { class: "st-quiet st-small" }, hit.intent ? `${intent(hit.intent)} · ${percent(hit.confidence)}` : words.no_intent));
  }

  function mark() {
    for (const entry of list.querySelectorAll("[data-session]")) entry.setAttribute("aria-selected", String(entry.dataset.session === open?.session));
  }

  // ---- the transcript

  async function choose(session, number) {
    if (open?.session !== session) {
      try {
        open = await api("GET", `conversations/${encodeURIComponent(session)}`);
      } catch (error) {
        if (error.status !== 404) return;
        open = null;
        middle.replaceChildren(h("div", { class: "st-empty" }, h("b", {}, words.not_found)));
        return;
      }
      drawTranscript();
    }
    mark();
    const turn = open.turns.find((t) => t.number === number) ?? open.turns.at(-1);
    if (turn) explain(turn);
  }

  // Reads the conversation anew and stays where one is.
  async function again() {
    const session = open?.session, number = chosen?.number;
    if (!session) return;
    const found = await api("GET", `conversations/${encodeURIComponent(session)}`).catch(() => null);
    if (!found || open?.session !== session) return;
    open = found;
    const from = middle.scrollTop, beside = right.scrollTop;
    drawTranscript();
    explain(open.turns.find((turn) => turn.number === (chosen?.number ?? number)) ?? open.turns.at(-1));
    middle.scrollTop = from;
    right.scrollTop = beside;
  }

  function drawTranscript() {
    const state = open.owner === "person" ? open.person : words[`owner_${open.owner}`];
    const language = open.turns.at(-1)?.language;
    middle.replaceChildren(
      h("div", { class: "st-head" },
        h("h2", { class: "cv-title" }, time(open.started)), h("span", { class: `st-chip ${open.owner === "waiting" ? "st-wait" : ""}` }, state),
        language && h("span", { class: "st-chip" }, desk.common[`language_${language}`] ?? language),
        open.csat !== null && h("span", { class: "st-chip" }, words.stars.replace("{n}", open.csat)),
        h("span", { class: "st-space" }),
        desk.me.role === "admin" && h("button", { type: "button", class: "st-button st-danger", onclick: erase }, words.erase),
        h("button", { type: "button", class: "st-button", onclick: copyLink }, words.copy),
        open.owner !== "person" && desk.me.pages.includes("inbox") && h("button", { type: "button", class: "st-main-button", onclick: takeOver }, words.take_over)),
      h("div", { class: "st-talk" }, said(0), open.turns.map((turn) => [drawTurn(turn), corrections.beside(turn, explain), said(turn.number)])));
  }

  function drawTurn(turn) {
    const thumb = open.feedback.find((f) => f.number === turn.number);
    return h("div", { class: "cv-turn", role: "button", tabindex: 0, "data-turn": turn.number, "aria-label": words.turn.replace("{n}", turn.number), onclick: () => explain(turn),
      onkeydown: (event) => { if (event.key === "Enter" && event.target === event.currentTarget) explain(turn); } },
      h("div", { class: "st-said customer" }, turn.text),
      turn.reply ? h("div", { class: "st-said bot" }, turn.reply) : h("p", { class: "st-event" }, words.silent),
      thumb && h("div", { class: "st-row st-small" }, thumbChip(thumb.helpful), thumb.reason));
  }

  // Returns what people said and did after a turn.
  function said(after) {
    return open.remarks.filter((r) => r.after === after).map((remark) => {
      if (remark.kind === "answered") return h("div", { class: "st-said bot" }, h("span", { class: "st-by" }, `${words.answered_late} · ${time(remark.at)}`), remark.text);
      if (!["reply", "note", "comment"].includes(remark.kind)) return h("p", { class: "st-event" }, (words[remark.kind] ?? remark.kind).replace("{who}", remark.author).replace("{text}", remark.text), ` · ${time(remark.at)}`);
      const by = remark.kind === "note" ? `${words.note} · ${remark.author}` : remark.kind === "comment" ? words.comment : remark.author;
      return h("div", { class: `st-said ${remark.kind === "note" ? "note" : remark.kind === "comment" ? "customer" : "person"}` }, h("span", { class: "st-by" }, `${by} · ${time(remark.at)}`), remark.text);
    });
  }

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(`${location.href.split("#")[0]}${place}`);
      desk.toast(words.copied);
    } catch {
      desk.toast(words.copy_failed);
    }
  }

  async function takeOver() {
    try {
      await api("POST", `inbox/${encodeURIComponent(open.session)}/claim`, {});
      desk.toast(words.taken_over);
      desk.go(`#/inbox/${encodeURIComponent(open.session)}`);
    } catch (error) {
      if (error.status) desk.toast(error.message);
    }
  }

  // Names all that would go, and erases it where that is confirmed.
  async function erase() {
    const session = open.session, address = `erasure/${encodeURIComponent(session)}`;
    const found = await api("GET", address).catch((error) => { if (error.status) desk.toast(error.message); });
    if (!found) return;
    const goes = (name, value) => h("li", {}, words[`erase_${name}`].replace("{n}", value));
    desk.ask(words.erase_title, [
      h("p", {}, words.erase_hint),
      h("ul", { class: "cv-goes" }, ERASED.filter((name) => found.rows[name]).map((name) => goes(name, found.rows[name])),
        found.reports > 0 && goes("reports", found.reports), found.releases.length > 0 && goes("releases", found.releases.join(", "))),
      found.waiting.length > 0 && h("p", { class: "st-wait" }, words.erase_waiting.replace("{n}", found.waiting.join(", "))),
      h("p", { class: "st-small st-quiet" }, words.erase_also),
      h("p", {}, h("a", { class: "cv-link", href: `/staff/api/${address}/export`, download: "" }, words.erase_export)),
    ], words.erase_yes, async () => {
      await api("POST", address, {});
      desk.toast(words.erased);
      place = "#/conversations";
      pickOne();
      search();
    });
  }

  // ---- why

  function explain(turn) {
    chosen = turn;
    place = turnAddress(open.session, turn.number);
    keep();
    for (const e of middle.querySelectorAll("[data-turn]")) e.toggleAttribute("aria-current", Number(e.dataset.turn) === turn.number);
    const effects = h("div", { class: "cv-effects" });
    right.replaceChildren(
      h("div", { class: "st-head" }, h("h2", {}, words.turn.replace("{n}", turn.number)), h("time", { class: "st-quiet st-small", datetime: turn.at }, time(turn.at))),
      h("div", { class: "st-pad st-stack" },
        h("p", { class: "st-row" }, h("span", { class: `st-chip ${routeColour(turn.route)}` }, GIVEN_UP.includes(turn.reason) ? words.route_offered : words[`route_${turn.route}`] ?? turn.route), h("span", {}, words[`reason_${turn.reason}`] ?? turn.reason), moodChip(turn.sentiment)),
        corrections.section(),
        part(words.ranked, turn.accept_at && words.accept_at.replace("{n}", percent(turn.accept_at)), (turn.intents ?? []).length
          ? turn.intents.map((g) => bar(intent(g.id), g.confidence, turn.accept_at, g.id === turn.intent))
          : h("p", { class: "st-quiet" }, words.none_ranked)),
        turn.in_scope !== null && part(words.in_scope, words.refuse_below.replace("{n}", percent(turn.refuse_below)), bar("", turn.in_scope, turn.refuse_below, turn.in_scope >= turn.refuse_below)),
        (turn.intents ?? []).length > 0 && effects,
        (turn.examples ?? []).length > 0 && part(words.examples, "", turn.examples.map((e) => h("p", { class: "cv-line" }, h("span", { class: "st-num st-quiet" }, percent(e.similarity)), h("span", {}, e.text, h("span", { class: "st-by" }, e.intent ? intent(e.intent) : words.out_of_scope))))),
        (turn.passages ?? []).length > 0 && part(words.passages, "", turn.passages.map((p) => h("p", { class: "cv-line" }, h("span", { class: "st-num st-quiet" }, percent(p.score)), h("span", { title: p.text }, [p.title, p.heading].filter(Boolean).join(" · "), p.kind === "template" && h("span", { class: "st-by" }, `${words.approved} · ${p.id}`))))),
        (turn.entities ?? []).length > 0 && part(words.entities, "", h("p", { class: "st-row" }, turn.entities.map((e) => h("span", { class: "st-chip", title: e.type }, e.text)))),
        (turn.masked ?? []).length > 0 && part(words.masked, "", h("p", { class: "st-row" }, turn.masked.map((kind) => h("span", { class: "st-chip" }, words[`masked_${kind}`] ?? kind)))),
        h("p", { class: "st-quiet st-small" }, `${words.made_by} ${turn.release} ${words.in_ms.replace("{n}", Math.round(turn.ms))}`)));
    middle.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }); // now that the column beside it, or below, has its size
    if ((turn.intents ?? []).length) drawWords(turn, effects);
  }

  async function drawWords(turn, place) {
    const mine = ++wordsOf;
    const { release, words: found } = await api("GET", `conversations/${encodeURIComponent(open.session)}/${turn.number}/words`).catch(() => ({ words: null }));
    if (mine !== wordsOf || !found) return;
    const most = Math.max(0.05, ...found.map((w) => Math.abs(w.effect)));
    const note = release === turn.release ? "" : words.words_now.replace("{release}", release);
    place.replaceChildren(part(words.words, note, found.length
      ? h("p", { class: "st-row" }, found.slice(0, WORDS_SHOWN).map((w) => h("span", { class: `st-chip ${w.effect < 0 ? "st-bad" : "st-good"}`, style: `opacity: ${0.45 + 0.55 * Math.abs(w.effect) / most}` }, w.text, h("small", { class: "st-num" }, ` ${w.effect > 0 ? "+" : ""}${w.effect.toFixed(2)}`))))
      : h("p", { class: "st-quiet" }, words.words_none)));
  }

  function part(title, note, ...content) {
    return h("section", {}, h("h3", {}, title, note && h("span", { class: "st-quiet st-small cv-note" }, ` ${note}`)), content);
  }

  function bar(label, value, limit, acted) {
    return h("div", { class: `cv-bar-row ${acted ? "cv-acted" : ""}` }, label && h("span", {}, label), h("span", { class: "st-num" }, percent(value)),
      h("span", { class: "cv-track" }, h("i", { style: `width: ${100 * value}%` }), limit !== null && h("b", { style: `left: ${100 * limit}%` })));
  }

  const percent = (share) => `${Math.round(100 * share)} %`;
  const routeColour = (route) => ({ handoff: "st-wait", refuse: "st-bad", answer: "st-good" })[route] ?? "";
  const thumbChip = (up) => h("span", { class: `st-chip ${up ? "st-good" : "st-bad"}`, title: words.thumb }, words[up ? "thumb_up" : "thumb_down"]);
  const moodChip = (mood) => desk.mood(mood) ? h("span", { class: "st-chip st-bad" }, words.mood_negative) : null;

  // ---- keys

  function step(by) {
    const at = hits.findIndex((hit) => hit.session === open?.session);
    const hit = hits[at < 0 ? 0 : Math.min(hits.length - 1, Math.max(0, at + by))];
    if (!hit) return;
    list.querySelector(`[data-session="${CSS.escape(hit.session)}"]`)?.scrollIntoView({ block: "nearest" });
    choose(hit.session, hit.number);
  }

  function turnBy(by) {
    if (!open || !chosen) return;
    const at = open.turns.findIndex((t) => t.number === chosen.number) + by;
    if (open.turns[at]) explain(open.turns[at]);
  }

  desk.keys({
    "/": { label: words.key_search, act: () => { box.focus(); box.select(); } },
    j: { label: words.key_next, act: () => step(1) },
    k: { label: words.key_previous, act: () => step(-1) },
    Enter: { label: words.key_open, act: (event) => { const entry = event.target.closest?.("button, [role=button]"); if (entry) entry.click(); else if (open) middle.querySelector("[aria-current]")?.focus(); else step(0); } },
    "[": { label: words.key_turn_back, act: () => turnBy(-1) },
    "]": { label: words.key_turn_on, act: () => turnBy(1) },
    ...corrections.keys,
  });

  let timer;
  box.oninput = () => { clearTimeout(timer); timer = setTimeout(changed, TYPING); };
  box.onkeydown = (event) => { if (event.key === "Enter" && !event.isComposing) { clearTimeout(timer); box.blur(); changed().then(() => { if (hits[0]) choose(hits[0].session, hits[0].number); }); } };
  toggle.onclick = () => showFilters(filters.hidden);
  clear.onclick = () => { box.value = ""; for (const name of PARTS) inputs[name].value = ""; changed(); };

  pickOne();
  showFilters(PARTS.some((name) => wanted[name]) && innerWidth > 900);
  search();
  if (session) choose(session, number);
  return () => clearTimeout(timer);
}

// Returns what an address leads to: a conversation and its turn, and what to filter by, undefined where it does not say.
function addressed(path) {
  const alone = path[0] === "f" && (path[1] ?? "=").includes("=");
  const [session, turn, mark, ...parts] = alone ? [undefined, undefined, ...path] : path;
  return { session, number: Number(turn) || 0, given: mark === "f" ? filtersOf(parts) : undefined };
}

function turnAddress(session, number) { return `#/conversations/${encodeURIComponent(session)}/${number}`; }

function filtersOf(parts) {
  const given = Object.fromEntries(parts.map((part) => part.split(/=(.*)/s, 2)));
  const found = Object.fromEntries(["words", ...PARTS].map((name) => [name, given[NAMES[name] ?? name]]));
  for (const name of ["since", "until"]) if (Number.isNaN(Date.parse(`${found[name]}T00:00`))) delete found[name];
  if (!CONFIDENCE.includes(found.confidence)) delete found.confidence;
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value));
}
