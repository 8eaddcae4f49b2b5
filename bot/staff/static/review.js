// The review queue: groups on the left, the messages of one in the middle, verdicts on the right; keys do it all.
// The group shown and the next one are claimed, so that nobody else gets them; a verdict shows the next at once.

import { panelsOf } from "./review_panels.js";
import { tonight } from "./review_tonight.js";

const RENEW = 45000, REFRESH = 10000;
const KINDS = { 1: "right", 2: "intent", 3: "new_intent", 4: "out_of_scope", 5: "answer" };

const sending = new Set(); // verdicts on their way: what is counted next waits for them

export async function show(main, desk, path) {
  const { h, api, words } = desk;
  if (path[0] === "tonight") return tonight(main, desk, sending);

  const left = h("div", { class: "st-column st-list" }), middle = h("div", { class: "st-column st-middle", tabindex: "-1" }), right = h("div", { class: "st-column" });
  main.append(h("div", { class: "st-three" }, left, middle, right));
  const say = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => typeof values[name] === "number" ? values[name].toLocaleString(desk.language) : values[name] ?? "");
  const count = (n) => (n === 1 ? words.message : say("messages", { n }));

  let queue = { groups: [], left: { messages: 0, groups: 0, waiting: 0 }, done: {}, unhappy_weight: 0 };
  let group = null, ahead = null, passed = [], proposed = {}, ended = false, busy = false;
  let opened = 0; // how often somebody has chosen a group
  let cursor = 0, panel = null, selected = new Set(), unfolded = new Map();
  const judged = new Set(); // groups whose verdict is on its way: the server would still give them out
  const given = []; // promises of the batches given on this page, the last at the end

  const intent = (id) => (id ? proposed[id]?.[desk.language] ?? desk.intent(id) : words.none);
  const named = (kind, { intents = [], title } = {}) => { // a verdict in words: what it is, and which intents
    const titles = title && kind === "new_intent" ? [title[desk.language]] : intents.map(intent);
    return titles.length ? `${words[kind]}: ${titles.join(" + ")}` : words[kind];
  };

  const toast = (text, undoing) => { document.querySelectorAll(".st-toasts > *").forEach((t) => t.remove()); desk.toast(text, undoing); }; // only the last can be undone at a glance
  const panels = panelsOf(desk, { intent, say, toast, give, shut });
  const fill = (column, ...parts) => column.replaceChildren(...parts.flat().filter(Boolean));

  // ---- what the server says

  async function refresh() {
    queue = await api("GET", "review/queue");
    if (ended) return;
    drawLeft();
    drawProgress();
    if (!group && !busy && queue.left.groups) await next();
  }

  async function fetchNext(without) {
    return (await api("POST", "review/next", { groups: [...without, ...judged] })).group;
  }

  async function next() {
    if (busy) return;
    busy = true;
    const before = opened;
    try {
      const found = ahead;
      ahead = null;
      let fetched = found ? await found : await fetchNext(passed);
      if (!fetched && found) fetched = await fetchNext(passed);
      if (!fetched && passed.length) { passed = []; fetched = await fetchNext([]); }
      if (before !== opened) { // somebody has chosen another one meanwhile: that stays
        if (fetched && fetched.id !== group?.id) api("POST", "review/release", { groups: [fetched.id] }).catch(() => {});
        return;
      }
      group = fetched;
    } catch (error) {
      if (before === opened) group = null;
      if (error.status) toast(error.message);
    } finally { busy = false; }
    if (ended) return letGo();
    fresh();
    if (group) prefetch();
  }

  function prefetch() {
    const here = group.id; // and not one whose verdict is still on its way
    ahead = Promise.allSettled(given).then(() => fetchNext([here, ...passed])).catch(() => null);
  }

  async function open(id) {
    const before = group?.id;
    opened += 1;
    try {
      group = (await api("POST", "review/open", { group: id })).group;
    } catch (error) { toast(error.message); return refresh(); }
    // What was held besides goes back, so that the next one is again the first of the list.
    const back = [before, (await ahead)?.id].filter((held) => held && held !== id);
    ahead = null;
    fresh();
    if (back.length) await api("POST", "review/release", { groups: back }).catch(() => {});
    if (group?.id === id) prefetch();
  }

  async function renew() {
    const held = [group?.id, (await ahead)?.id].filter(Boolean);
    if (!held.length) return;
    const { groups } = await api("POST", "review/renew", { groups: held });
    if (group && !groups.includes(group.id)) { toast(words.lapsed); group = null; await next(); }
  }

  async function letGo() {
    const held = [group?.id, (await ahead)?.id].filter(Boolean);
    if (held.length) api("POST", "review/release", { groups: held }).catch(() => {});
  }

  // ---- verdicts

  const messages = () => group?.messages ?? [];
  const scope = () => (selected.size ? messages().filter((m) => selected.has(m.turn)) : messages());
  const size = () => (selected.size ? selected.size : group?.open ?? 0);

  async function give(kind, more = {}) {
    if (!group) return;
    // An answer is in one language: messages in another wait for theirs.
    const chosen = selected.size ? scope().filter((m) => !more.language || m.language === more.language) : null;
    const number = chosen ? chosen.length : more.language ? group.languages[more.language] : group.open, some = number < group.open;
    const field = right.querySelector(".st-note"), note = field?.value ?? "";
    if (field) field.value = "";
    const body = { group: group.id, kind, note, ...(chosen && some && { turns: chosen.map((m) => m.turn) }), ...more };
    const from = group.id, said = kind === "right" ? rightLabel() : named(kind, more);
    const sent = api("POST", "review/verdict", body);
    given.push(sent);
    sending.add(sent);
    sent.catch(() => {}).finally(() => sending.delete(sent));
    if (!some) {
      judged.add(from);
      sent.catch(() => {}).finally(() => judged.delete(from));
    }
    sent.then((batch) => {
      toast(say("saved", { kind: said, messages: count(batch.messages) }), { label: words.undo, act: () => undo(sent) });
      if (kind === "new_intent") loadProposed();
      refresh().catch(() => {});
    }, (error) => {
      given.splice(given.indexOf(sent), 1);
      toast(error.message);
      if (error.status !== 409) open(from); else refresh().catch(() => {});
    });
    panel = null;
    if (some && more.language) {
      await sent.catch(() => {});
      await open(from);
    } else if (some) {
      group.messages = group.messages.filter((m) => !selected.has(m.turn));
      group.open -= number;
      selected = new Set();
      cursor = Math.min(cursor, group.messages.length - 1);
      if (!group.messages.length) { await sent.catch(() => {}); return open(from); }
      fresh(true);
    } else {
      group = null;
      drawMiddle();
      await next();
    }
  }

  async function undo(which) {
    const sent = which ?? given.at(-1);
    if (!sent && which) return;
    try {
      const batch = sent ? (await sent).batch : null;
      const undone = await api("POST", "review/undo", batch ? { batch } : {});
      if (sent) given.splice(given.indexOf(sent), 1);
      toast(say(undone.group ? "undone" : "undone_later", { messages: count(undone.messages) }));
      if (undone.group) await open(undone.group);
      await refresh();
    } catch (error) { toast(error.message); }
  }

  async function loadProposed() { proposed = (await api("GET", "review/intents")).proposed; }

  // ---- left

  function drawLeft() {
    const { left: n } = queue;
    fill(left, 
      h("div", { class: "st-head" }, h("h2", {}, words.queue), h("span", { class: "st-small st-quiet st-num", "data-left": n.messages }, n.messages ? say("left", n) : "")),
      n.waiting ? h("div", { class: "st-item st-small st-quiet" }, say("waiting", { n: n.waiting })) : null,
      ...queue.groups.map(item),
    );
  }

  function item(one) {
    const mine = !one.user || one.user === desk.me.name;
    return h("div", { class: "st-item", role: "button", "data-group": one.id, "aria-current": String(one.id === group?.id), onclick: () => mine && open(one.id) },
      h("div", { class: "st-row" }, h("span", { class: "st-words" }, one.words.slice(0, 3).join(" · ") || one.text), h("span", { class: "st-space", style: "flex:1" }), h("span", { class: "st-num st-quiet" }, one.open)),
      h("p", { class: "st-small st-quiet" }, one.text ?? ""),
      h("div", { class: "st-row st-small" }, mood(one.mood), h("span", { class: "st-chip" }, intent(likeliest(one.readings))),
        Object.keys(one.languages).sort().map((l) => h("span", { class: "st-quiet" }, desk.common[`language_${l}`] ?? l)),
        one.decided ? h("span", { class: "st-chip" }, say("decided", { n: one.decided })) : null,
        mine ? null : h("span", { class: "st-wait" }, say("taken", { user: one.user }))));
  }

  const likeliest = (counts) => Object.entries(counts).sort((a, b) => b[1] - a[1])[0]?.[0];
  const mood = (value) => (desk.mood(value) ? h("span", { class: "st-chip st-bad" }, words.mood_bad) : null);

  // ---- middle

  function fresh(kept = false) {
    if (!kept) { cursor = 0; panel = null; selected = new Set(); unfolded = new Map(); }
    drawLeft();
    drawMiddle();
    drawRight();
    if (!kept) middle.scrollTop = 0;
  }

  function drawMiddle() {
    if (!group) {
      const empty = !queue.left.messages;
      const title = busy ? words.loading : empty ? words.nothing : words.all_taken;
      fill(middle, h("div", { class: "st-empty" }, h("b", {}, title), h("p", {}, empty && !busy ? words.nothing_hint : "")));
      return;
    }
    middle.dataset.group = group.id;
    fill(middle, 
      h("div", { class: "st-head" }, h("h2", {}, group.words.join(" · ") || group.text), h("span", { class: "st-chip st-num" }, count(group.open)),
        Object.entries(group.languages).sort().map(([l, n]) => h("span", { class: "st-small st-quiet st-num" }, `${desk.common[`language_${l}`] ?? l} ${n}`))),
      ...messages().map(message),
      messages().length < group.open ? h("div", { class: "st-pad st-row st-small st-quiet" }, say("shown", { n: messages().length, all: group.open }), h("button", { type: "button", class: "st-button", onclick: more }, words.more)) : null,
    );
  }

  function message(one, at) {
    const open = unfolded.get(one.turn);
    const guess = one.likely.find((l) => l.id === one.reading);
    return h("div", { class: `st-message${open ? " st-unfolded" : ""}`, "data-turn": one.turn, "aria-current": String(at === cursor), "aria-selected": String(selected.has(one.turn)),
      onclick: (event) => { if (event.target.closest("a, input")) return; cursor = at; unfold(one); } },
      h("input", { type: "checkbox", checked: selected.has(one.turn), tabindex: "-1", "aria-label": words.toggle, onchange: () => toggle(at) }),
      h("div", {},
        h("div", { class: "st-text", lang: one.language }, one.text),
        h("div", { class: "st-row st-small" }, one.reasons.map((r) => h("span", { class: `st-chip${["thumbs_down", "repeated", "low_csat", "handed_over"].includes(r) ? " st-bad" : ""}` }, words[`reason_${r}`] ?? r)), mood(one.mood),
          h("span", { class: "st-quiet" }, say("read_as", { intent: intent(one.reading) }), guess ? ` ${Math.round(100 * guess.confidence)} %` : ""), h("span", { class: "st-quiet" }, desk.ago(one.at))),
        h("div", { class: "st-reply st-small", lang: one.language }, one.reply ? `${words.replied}: ${one.reply}` : words.said_nothing),
        one.decided ? h("div", { class: "st-small st-wait", "data-decided": true }, say("same_words", { verdict: named(one.decided.kind, one.decided), user: one.decided.author, ago: desk.ago(one.decided.at) })) : null,
        one.complaint ? h("div", { class: "st-small st-bad" }, say("complaint", { text: one.complaint })) : null,
        open && around(one, open)));
  }

  function around(one, turns) {
    return h("div", { class: "st-around" },
      h("div", { class: "st-talk st-small" }, turns.flatMap((t) => [
        h("div", { class: `st-said customer${t.here ? " st-here" : ""}` }, t.text), t.reply ? h("div", { class: "st-said bot" }, t.reply) : null])),
      h("div", { class: "st-pad" }, h("a", { class: "st-button", href: `#/conversations/${encodeURIComponent(one.session)}/${one.number}` }, words.conversation)));
  }

  async function unfold(one) {
    if (!one) return;
    if (unfolded.delete(one.turn)) return redraw();
    unfolded.set(one.turn, (await api("GET", `review/turns/${one.turn}/around`)).turns);
    redraw();
  }

  async function more() {
    const { messages: rest } = await api("GET", `review/groups/${group.id}/messages?after=${messages().length}`);
    const known = new Set(messages().map((m) => m.turn));
    group.messages.push(...rest.filter((m) => !known.has(m.turn)));
    drawMiddle();
  }

  function move(by) {
    if (!messages().length) return;
    cursor = Math.max(0, Math.min(messages().length - 1, cursor + by));
    redraw();
    middle.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
    if (cursor === messages().length - 1 && messages().length < group.open) more();
  }

  function toggle(at) {
    const one = messages()[at];
    if (!one) return;
    cursor = at;
    if (!selected.delete(one.turn)) selected.add(one.turn);
    redraw();
    drawRight();
  }

  function toggleAll() {
    selected = selected.size === messages().length ? new Set() : new Set(messages().map((m) => m.turn));
    redraw();
    drawRight();
  }

  function redraw() { const at = middle.scrollTop; drawMiddle(); middle.scrollTop = at; }

  // ---- right

  function drawRight() {
    const note = right.querySelector(".st-note")?.value ?? "";
    if (!group) { fill(right, h("div", { class: "st-pad st-stack" }, progress())); return; }
    const n = size();
    const applies = group.open === 1 ? words.applies_one : selected.size ? (n === 1 ? words.applies_selected : say("applies_some", { n })) : say("applies_all", { n });
    fill(right, h("div", { class: "st-head" }, h("h3", { "data-applies": n }, applies)),
      h("div", { class: "st-pad st-stack" },
        panel?.element,
        h("div", { class: "st-stack st-actions" }, Object.entries(KINDS).map(([key, kind]) => action(key, kind, kind === "right" ? rightLabel() : words[kind])), action("s", "skip", words.skip), action("u", "undo", words.undo)),
        h("input", { class: "st-note", placeholder: words.note, maxlength: 500, value: note, onkeydown: (e) => { if (e.key === "Enter") e.target.blur(); } }),
        why(), progress()));
  }

  function rightLabel() {
    const read = new Set(scope().map((m) => m.reading ?? ""));
    return read.size === 1 ? say("right_as", { intent: intent([...read][0]) }) : words.right_each;
  }

  function action(key, kind, label) {
    return h("button", { type: "button", class: "st-action", "data-kind": kind, "aria-pressed": String(panel?.kind === kind), onclick: () => act(kind) }, h("kbd", {}, key), h("span", {}, label));
  }

  function act(kind) {
    if (kind === "undo") return undo();
    if (!group) return;
    if (kind === "intent") return show_(panels.intentPanel({ group, proposed }));
    if (kind === "new_intent") return show_(panels.newPanel());
    if (kind === "answer") return show_(panels.answerPanel({ group, about: selected.size ? scope()[0] : messages()[cursor] ?? messages()[0] }));
    return give(kind);
  }

  function show_(made) {
    panel = made;
    drawRight();
    made.focus();
  }

  function shut() { panel = null; drawRight(); middle.focus({ preventScroll: true }); }

  function why() {
    const wrong = Math.max(group.uncertainty, 0.02), unhappy = 1 + queue.unhappy_weight * group.dissatisfaction;
    const part = (value, label) => [h("b", {}, value), h("span", { class: "st-small st-quiet" }, label)];
    return h("section", { class: "st-stack" }, h("h3", {}, words.why),
      h("div", { class: "st-sum" }, part(`∜${group.open}`, words.why_messages), "×", part(`${Math.round(100 * wrong)} %`, words.why_wrong), "×", part(unhappy.toFixed(1), words.why_unhappy), "=", h("b", {}, (group.open ** 0.25 * wrong * unhappy).toFixed(2))),
      h("p", { class: "st-small st-quiet" }, say("why_note", { most: 1 + queue.unhappy_weight })));
  }

  function progress() {
    const done = Object.entries(queue.done).sort((a, b) => b[1] - a[1]);
    return h("section", { class: "st-stack", "data-progress": true }, h("h3", {}, words.today),
      done.length ? h("div", { class: "st-row" }, done.map(([name, n]) => h("span", { class: "st-chip" }, `${name} ${n}`))) : h("p", { class: "st-small st-quiet" }, words.today_none),
      h("a", { class: "st-small", href: "#/review/tonight" }, words.tonight, " ", h("kbd", {}, "t")));
  }

  function drawProgress() { right.querySelector("[data-progress]")?.replaceWith(progress()); }

  // ---- keys

  const keys = {
    j: { label: words.move, act: () => move(1) }, k: { act: () => move(-1) }, ArrowDown: { act: () => move(1) }, ArrowUp: { act: () => move(-1) },
    x: { label: words.toggle, act: () => toggle(cursor) }, a: { label: words.all, act: toggleAll }, Enter: { label: words.open, act: () => unfold(messages()[cursor]) },
    s: { label: words.skip, act: () => act("skip") }, 0: { act: () => act("skip") }, u: { label: words.undo, act: () => undo() },
    n: { label: words.later, act: later }, e: { label: words.note_key, act: () => right.querySelector(".st-note")?.focus() },
    t: { label: words.tonight, act: () => desk.go("#/review/tonight") }, Escape: { act: () => panel && shut() },
  };
  for (const [key, kind] of Object.entries(KINDS)) keys[key] = { label: words[kind], act: () => act(kind) };
  desk.keys(keys);

  async function later() {
    if (!group || busy) return;
    passed.push(group.id);
    api("POST", "review/release", { groups: [group.id] }).catch(() => {});
    await next();
  }

  await Promise.all([refresh_(), loadProposed()]);
  desk.every(REFRESH, refresh);
  desk.every(RENEW, renew);
  return () => { ended = true; letGo(); };

  async function refresh_() {
    queue = await api("GET", "review/queue");
    drawLeft();
    drawMiddle();
    drawRight();
    const wanted = Number(path[0]);
    if (wanted) { await open(wanted); if (group) return; }
    await next();
  }
}
