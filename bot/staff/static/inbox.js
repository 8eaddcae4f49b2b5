// The inbox: who waits, the conversation, and what helps to answer it. What is typed is kept in this tab until the
// server has it; what is sent carries a key, so that sending it again does no harm.

import { keepAtEnd } from "./at_end.js";
import { bellIsOn, turnBell } from "./bell.js";
import { askClosing } from "./closing.js";
import { askColleague } from "./colleagues.js";
import { moodOf, summaryOf } from "./inbox_summary.js";
import { transcript, unsent } from "./inbox_talk.js";
import { Outbox } from "./outbox.js";

const POLL = 2000; // ms
const LISTS_ANEW = 20000; // ms, for the waiting times
const LONG = 10, SOME = 2; // minutes that a customer has waited
const SUGGESTED = 160; // characters shown of a suggestion
const MOST_CHARS = 4000;

export async function show(main, desk, path) {
  const { h, words } = desk;
  const page = h("div", { class: "st-three in" });
  const list = h("section", { class: "st-column in-list", "aria-label": words.waiting });
  const middle = h("section", { class: "st-column in-middle" });
  const side = h("section", { class: "st-column in-side" });
  page.append(list, middle, side);
  main.append(page);

  let lists = { waiting: [], mine: [], queue: { waiting: 0, given: 0 }, silent_after: Infinity }, drawn = "", drawnAt = 0;
  let chosen = path[0] ?? null, held = null, suggested = [], suggestedFor = "";
  let passedOn = null; // the conversation that this agent is handing to a colleague
  let view = null; // the open conversation's elements
  const outbox = new Outbox(desk, { arrived, refused: putBack });

  // ---- lists

  function inOrder() {
    const seen = new Set();
    return [...lists.mine, ...lists.waiting, ...(lists.colleagues ?? [])].filter((c) => !seen.has(c.session) && seen.add(c.session));
  }

  function drawLists(force = false) {
    const now = JSON.stringify([lists, chosen]);
    if (!force && now === drawn && Date.now() - drawnAt < LISTS_ANEW) return;
    drawn = now;
    drawnAt = Date.now();
    const top = list.scrollTop;
    list.replaceChildren(
      heading(words.mine, lists.mine.length, closing(lists.mine)),
      ...(lists.mine.length ? lists.mine.map((c) => item(c, true)) : [h("p", { class: "st-pad st-quiet st-small" }, words.mine_empty)]),
      heading(words.waiting, lists.queue.waiting, bell(), lists.colleagues && closing(lists.waiting)),
      ...(lists.waiting.length ? lists.waiting.map((c) => item(c, false)) : [h("p", { class: "st-pad st-quiet st-small" }, words.waiting_empty)]),
      ...(lists.colleagues ? [
        heading(words.colleagues, lists.colleagues.length, closing(lists.colleagues)),
        ...(lists.colleagues.length ? lists.colleagues.map((c) => item(c, true, c.person)) : [h("p", { class: "st-pad st-quiet st-small" }, words.colleagues_empty)])] : []),
    );
    list.scrollTop = top;
  }

  function bell() {
    const on = bellIsOn();
    const turn = async () => { await turnBell(!on); drawLists(true); desk.toast(words[on ? "bell_now_off" : "bell_now_on"]); };
    return h("button", { type: "button", class: "st-button in-bell", "aria-pressed": String(on), title: words.bell_hint, onclick: turn }, words[on ? "bell_on" : "bell_off"]);
  }

  function heading(text, count, ...more) {
    return h("header", { class: "st-head" }, h("h2", {}, text), h("span", { class: "st-chip st-num" }, String(count)), h("span", { class: "st-space" }), more);
  }

  const silence = (c) => (Date.now() - new Date(c.at)) / 1000; // s since the customer wrote
  const left = (c) => silence(c) > lists.silent_after;

  // A button that closes those of a list who have left; where somebody may be in danger a person looks at each.
  function closing(cases) {
    const gone = cases.filter((c) => left(c) && !c.danger);
    return gone.length > 0 && h("button", { type: "button", class: "st-button in-bell", "data-close-left": true, onclick: () => askClosing(desk, gone, silentFor, refresh) }, words.close_silent.replace("{n}", gone.length));
  }

  function silentFor(c) {
    const minutes = Math.floor(silence(c) / 60);
    return minutes < 120 ? words.silent.replace("{n}", minutes) : words.silent_hours.replace("{n}", Math.floor(minutes / 60));
  }

  function item(c, mine, person = null) {
    const minutes = (Date.now() - new Date(c.since)) / 60000;
    const colour = mine ? "st-quiet" : minutes >= LONG ? "st-bad" : minutes >= SOME ? "st-wait" : "st-quiet";
    return h("button", {
      type: "button", class: `st-item in-item ${mine && (c.unanswered || c.given_by) ? "in-unanswered" : ""} ${c.danger ? "in-danger" : ""}`, "data-session": c.session,
      "aria-current": c.session === chosen && "true", onclick: () => choose(c.session),
    },
    c.danger && h("b", { class: "in-alarm" }, words[`danger_${c.danger}`]),
    c.given_by && !person && h("b", { class: "in-given" }, words.given_by.replace("{name}", c.given_by)),
    h("span", { class: "st-row" },
      h("span", { class: `st-small st-num ${colour}` }, desk.ago(mine ? c.at : c.since)),
      h("span", { class: "st-chip" }, desk.common[`language_${c.language}`] ?? c.language), moodOf(desk, c.mood),
      mine && !person && c.unanswered && h("span", { class: "st-chip st-wait" }, words.your_turn)),
    person && h("span", { class: "st-row st-small" }, h("b", {}, words.has_it.replace("{name}", person).replace("{ago}", desk.ago(c.since)))),
    left(c) && h("span", { class: "st-chip in-left" }, silentFor(c)),
    h("p", {}, c.text || "…"),
    !mine && !c.danger && h("p", { class: "st-small st-quiet" }, words[`reason_${c.reason}`] ?? words.in_queue));
  }

  function move(by) {
    const all = inOrder(), at = all.findIndex((c) => c.session === chosen);
    if (at < 0 && by > 0) return chooseNext();
    const next = all[at < 0 ? all.length - 1 : Math.min(all.length - 1, Math.max(0, at + by))];
    if (next) choose(next.session);
  }

  async function choose(session) {
    if (session === chosen && view) return;
    chosen = session;
    held = null;
    suggested = [];
    suggestedFor = "";
    view = null;
    history.replaceState(null, "", session ? `#/inbox/${session}` : "#/inbox");
    drawLists(true);
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    if (!session) return drawNothing();
    await loadConversation();
  }

  // From a conversation that is in no list: first who may be in danger, then whom one owes an answer, then who waits.
  function chooseNext() {
    const next = lists.waiting.find((c) => c.danger) ?? lists.mine.find((c) => c.unanswered) ?? lists.waiting[0] ?? lists.mine[0];
    if (next) choose(next.session);
  }

  // ---- one conversation

  async function loadConversation() {
    const session = chosen;
    const query = `language=${desk.language}&version=${encodeURIComponent(held?.version ?? "")}`;
    let got;
    try {
      got = await desk.api("GET", `inbox/${session}?${query}`);
    } catch (error) {
      if (error.status === 422 && session === chosen) { desk.toast(error.message); choose(null); }
      return;
    }
    if (session !== chosen || got.same) return;
    held = got;
    drawConversation();
    const last = `${session}/${held.turns.at(-1)?.number}`;
    if (last === suggestedFor) return;
    suggestedFor = last;
    const found = await desk.api("GET", `inbox/${session}/suggestions`).catch(() => ({ suggestions: [] }));
    if (session === chosen) { suggested = found.suggestions; drawSuggestions(); }
  }

  const named = (session) => `#${session.slice(-6)}`;
  const isMine = () => held?.owner === "person" && held.person === desk.me.name;

  function drawNothing() {
    middle.replaceChildren(h("div", { class: "st-empty" }, h("b", {}, words.choose), h("span", {}, words.choose_hint)));
    side.replaceChildren(h("div", { class: "st-empty" }, h("span", {}, words.side_empty)));
  }

  function drawConversation() {
    if (!view) view = build();
    const whose = { bot: words.owner_bot, waiting: words.owner_waiting, person: isMine() ? words.owner_me : words.owner_other.replace("{name}", held.person) };
    view.head.replaceChildren(...[
      h("h2", {}, words.customer, " ", h("span", { class: "st-quiet st-num" }, named(chosen))),
      h("span", { class: `st-chip ${held.owner === "waiting" ? "st-wait" : isMine() ? "st-good" : ""}` }, whose[held.owner]),
      held.closed && h("span", { class: "st-chip" }, words.closed),
      held.csat && h("span", { class: "st-chip" }, `${words.csat} ${held.csat}/5`),
      h("span", { class: "st-space" }),
      desk.me.pages.includes("conversations") && h("a", { class: "st-small st-quiet", href: `#/conversations/${chosen}` }, words.open_log),
      ...actions(),
    ].filter(Boolean));
    view.alarm.hidden = !held.danger;
    view.alarm.textContent = held.danger ? words[`danger_${held.danger}`] : "";
    drawComposer();
    drawTalk();
    view.bar.hidden = isMine();
    view.bar.replaceChildren(...claimBar());
    view.summary.replaceChildren(...summaryOf(desk, held.summary));
    drawSuggestions();
  }

  // Who was writing while a colleague took the conversation keeps what they wrote, and their keys go on going there.
  function drawComposer() {
    const { compose, field, send } = view, mine = isMine(), writes = field.value || document.activeElement === field;
    compose.hidden = !mine && !(writes && held.owner === "person");
    field.readOnly = !mine;
    send.hidden = !mine;
    view.kept.hidden = mine || !field.value;
    if (view.mine && held.owner === "person" && !mine && passedOn !== chosen) desk.toast(words.taken_from_you.replace("{name}", held.person), null, "inbox");
    view.mine = mine;
  }

  function build() {
    const head = h("header", { class: "st-head" });
    const alarm = h("p", { class: "in-alarm", role: "alert", hidden: true });
    const talk = h("div", { class: "st-talk in-talk", tabindex: 0, "aria-label": words.transcript, "aria-live": "polite" });
    const newer = h("button", { type: "button", class: "in-newer", hidden: true }, words.new_message, " ", h("kbd", {}, "End"));
    const field = writing("reply", words.write_reply, (text) => send("reply", text));
    const kept = h("p", { class: "st-small st-wait", hidden: true }, words.draft_kept);
    const sendButton = h("button", { type: "button", class: "st-main-button", onclick: () => submit(field) }, words.send);
    const compose = h("div", { class: "in-compose" }, field, kept,
      h("div", { class: "st-row" }, h("span", { class: "st-small st-quiet in-hint" }, `${words.enter_sends} · ${words.esc_keys}`), h("span", { class: "st-space" }), sendButton));
    const bar = h("div", { class: "in-compose in-bar" });
    const note = writing("note", words.write_note, (text) => send("note", text));
    const summaryBox = h("div", { class: "st-stack" }), proposals = h("div", { class: "st-stack" });
    middle.replaceChildren(h("div", {}, head, alarm), h("div", { class: "in-scroll" }, talk, newer), h("div", {}, compose, bar));
    side.replaceChildren(
      h("header", { class: "st-head" }, h("h2", {}, words.summary)),
      h("div", { class: "st-pad in-sidebody" }, summaryBox,
        h("div", { class: "st-stack" }, h("h3", {}, words.suggestions), proposals),
        h("div", { class: "st-stack" }, h("h3", {}, words.note, " ", h("kbd", {}, "n")), note, h("p", { class: "st-small st-quiet" }, words.note_hint))));
    side.scrollTop = 0;
    return { head, alarm, talk, end: keepAtEnd(talk, newer), seen: "", field, compose, kept, send: sendButton, bar, note, summary: summaryBox, proposals };
  }

  // A field whose text outlives a reload of the page; Enter sends it, Shift and Enter break the line.
  function writing(kind, hint, done) {
    const field = h("textarea", { rows: kind === "reply" ? 3 : 2, placeholder: hint, "aria-label": hint, maxlength: MOST_CHARS });
    field.value = outbox.draft(chosen, kind);
    field.session = chosen;
    field.kind = kind;
    field.done = done;
    field.oninput = () => outbox.keepDraft(field.session, kind, field.value);
    field.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      submit(field);
    };
    return field;
  }

  function submit(field) {
    const text = field.value.trim();
    if (!text || field.readOnly) return;
    field.value = "";
    outbox.keepDraft(field.session, field.kind, "");
    field.done(text);
  }

  function drawTalk() {
    const latest = [held.turns.at(-1)?.number, held.remarks.filter((r) => r.author !== desk.me.name).at(-1)?.id].join("/");
    const kept = new Set(held.remarks.map((r) => r.key));
    const pending = outbox.of(chosen).filter((item) => !kept.has(item.key));
    view.end.change(() => view.talk.replaceChildren(...transcript(desk, held), ...pending.map((item) => unsent(desk, item, outbox.away))), latest !== view.seen);
    view.seen = latest;
  }

  function claimBar() {
    if (held.owner !== "person") {
      const next = !inOrder().some((c) => c.session === chosen) && inOrder().length > 0;
      return [h("span", { class: "st-quiet" }, held.owner === "waiting" ? words.bar_waiting : held.closed ? words.bar_closed : words.bar_bot), h("span", { class: "st-space" }),
        next && h("button", { type: "button", class: "st-button", onclick: chooseNext }, words.key_next, " ", h("kbd", {}, "j")),
        h("button", { type: "button", class: "st-main-button", onclick: () => claim() }, words.claim, " ", h("kbd", {}, "c"))].filter(Boolean);
    }
    return [h("span", { class: "st-quiet" }, words.bar_other.replace("{name}", held.person)), h("span", { class: "st-space" }),
      desk.me.role === "admin" && h("button", { type: "button", class: "st-button", onclick: () => claim(held.person) }, words.take_over)].filter(Boolean);
  }

  function actions() {
    if (!isMine()) return [];
    const act = (kind, key, more = "") => h("button", { type: "button", class: `st-button ${more}`, onclick: () => letGo(kind) }, words[kind], " ", h("kbd", {}, key));
    const passOn = h("button", { type: "button", class: "st-button", onclick: transfer }, words.transfer, " ", h("kbd", {}, "t"));
    return [passOn, act("give_back", "b"), act("close", "e")];
  }

  function drawSuggestions() {
    if (!view) return;
    if (held?.danger) {
      view.proposals.replaceChildren(h("p", { class: "in-first" }, words[held.danger === "crisis" ? "crisis_first" : "danger_first"]));
      return;
    }
    view.proposals.replaceChildren(...(suggested.length ? suggested.map(proposal) : [h("p", { class: "st-small st-quiet" }, words.no_suggestions)]));
  }

  function proposal(s, at) {
    const text = s.text.length > SUGGESTED ? `${s.text.slice(0, SUGGESTED)}…` : s.text;
    return h("button", { type: "button", class: "in-proposal", title: s.text, onclick: () => insert(at) },
      h("span", { class: "st-row st-small" }, at < 3 && h("kbd", {}, String(at + 1)),
        h("b", {}, s.kind === "passage" ? s.title : desk.intent(s.intent)), s.kind === "passage" && h("span", { class: "st-chip" }, words.passage)),
      h("span", { class: "st-small" }, text));
  }

  function insert(at) {
    if (!suggested[at]) return;
    if (!isMine()) return desk.toast(words.claim_first);
    const { field } = view;
    field.value = [field.value.trim(), suggested[at].text].filter(Boolean).join("\n\n").slice(0, MOST_CHARS);
    outbox.keepDraft(field.session, "reply", field.value);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.scrollTop = field.scrollHeight;
  }

  // ---- what a person does

  async function claim(takeFrom = null) {
    if (!chosen || isMine()) return;
    const session = chosen;
    passedOn = null;
    try {
      await desk.api("POST", `inbox/${session}/claim`, { take_from: takeFrom });
    } catch (error) {
      if (error.status) desk.toast(error.status === 409 ? conflict(error.message) : error.message);
    }
    await refresh(); // the keys go on working: r goes to the reply
  }

  // The server says in English who has it; the name is what matters.
  function conflict(message) {
    const name = message.match(/^(\S+) has this conversation/)?.[1];
    return name ? words.bar_other.replace("{name}", name) : words.not_yours;
  }

  function refusal(item, error) {
    if (error.status === 409) return conflict(error.message);
    return item.to && error.status === 422 ? words.colleague_gone.replace("{name}", item.to) : error.message;
  }

  function send(kind, text) {
    outbox.add({ session: chosen, kind, text });
    drawTalk();
    view.end.toEnd();
    outbox.flush().then(() => view && drawTalk());
  }

  async function letGo(kind) {
    if (!isMine()) return desk.toast(words.claim_first);
    const session = chosen;
    if (!await leave({ session, kind })) return;
    desk.toast(words[`done_${kind}`].replace("{customer}", named(session)), { label: words.undo, act: async () => { await choose(session); await claim(); } });
    await refresh(); // what was chosen stays until the agent goes on: keys must not reach another customer
  }

  function transfer() {
    if (!isMine()) return desk.toast(words.claim_first);
    const session = chosen;
    askColleague(desk, async (to, note) => {
      passedOn = session;
      if (note) outbox.add({ session, kind: "note", text: note });
      if (!await leave({ session, kind: "transfer", to })) return;
      desk.toast(words.done_transfer.replace("{name}", to).replace("{customer}", named(session)));
      await refresh();
    }).catch((error) => error.status && desk.toast(error.message));
  }

  // Sends what ends one's having a conversation; returns whether the server has done it.
  async function leave(item) {
    const sent = outbox.add(item);
    await outbox.flush();
    if (outbox.of(item.session).length) drawTalk();
    else return !sent.refused;
  }

  // Who wrote something is told what of it the server has cut down.
  function arrived({ masked }) {
    if (masked?.length) desk.toast(words.masked.replace("{what}", masked.map((kind) => words[`masked_${kind}`]).join(words.and)));
    return refresh();
  }

  // What the server would not take goes back to where it was typed.
  function putBack(item, error) {
    desk.toast(refusal(item, error));
    if (item.text) {
      const draft = [item.text, outbox.draft(item.session, item.kind)].filter(Boolean).join("\n\n");
      outbox.keepDraft(item.session, item.kind, draft);
      const field = item.kind === "note" ? view?.note : view?.field;
      if (field?.session === item.session) field.value = draft;
    }
    refresh();
  }

  async function refresh() {
    if (outbox.waiting && !outbox.flushing) await outbox.flush();
    lists = await desk.api("GET", "inbox");
    desk.badge("inbox", lists.queue.waiting + lists.queue.given);
    drawLists();
    if (chosen) await loadConversation();
    if (view && outbox.of(chosen).length) drawTalk();
  }

  desk.keys({
    j: { label: words.key_next, act: () => move(1) },
    k: { label: words.key_previous, act: () => move(-1) },
    c: { label: words.claim, act: () => claim() },
    End: { label: words.key_end, act: () => view?.end.toEnd() },
    r: { label: words.key_reply, act: () => (isMine() ? view.field.focus() : desk.toast(words.claim_first)) },
    n: { label: words.note, act: () => view?.note.focus() },
    t: { label: words.transfer, act: () => transfer() },
    b: { label: words.give_back, act: () => letGo("give_back") },
    e: { label: words.close, act: () => letGo("close") },
    "1": { label: words.key_suggestion, act: () => insert(0) },
    "2": { label: words.key_suggestion, act: () => insert(1) },
    "3": { label: words.key_suggestion, act: () => insert(2) },
  });
  drawNothing();
  desk.every(POLL, refresh);
  await refresh().catch(() => {});
}
