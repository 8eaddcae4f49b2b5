// Topics found in unlabelled dialogues: groups on the left, one's questions and replies in the middle, what to do on
// the right; keys do it all. All questions of a group, and those in none, can be looked through and put elsewhere. What is approved becomes a desk by `python -m training.history accept`.

import { NONE, questionList } from "./topic_questions.js";

const CLASS = { approved: "st-good", rejected: "st-bad", outside: "st-wait", proposed: "" };
const OPTIONS = 40;
const isOpen = (topic) => topic.state === "proposed" && topic.size > 0; // whose questions are all elsewhere, it needs no decision

export async function show(main, desk, path) {
  const { h, api, words } = desk;
  const left = h("div", { class: "st-column st-list" }), middle = h("div", { class: "st-column st-middle", tabindex: "-1" }), right = h("div", { class: "st-column" });
  main.append(h("div", { class: "st-three" }, left, middle, right));
  const say = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const fill = (column, ...parts) => column.replaceChildren(...parts.flat().filter(Boolean));
  const languages = (counts) => Object.entries(counts).sort().map(([l, n]) => h("span", { class: "st-small st-quiet st-num" }, `${desk.common[`language_${l}`] ?? l} ${n}`));

  let drafts = [], draft = null, topics = [], one = null, panel = null, halves = null, busy = false;
  const done = []; // what takes each decision of this page back and says whether it did, the last at the end
  const list = questionList({ desk, say, drawn: () => drawRight() });

  const title = (topic) => topic.title[desk.language] ?? Object.values(topic.title)[0] ?? topic.id;
  const about = (topic) => [...new Set(Object.values(topic.words).flatMap((w) => w.slice(0, 3)))].join(" · ");
  const goes = (into) => topics.find((t) => t.group === into)?.id ?? draft.intents[into]?.[desk.language] ?? into;

  const named = (group) => { const topic = topics.find((t) => t.group === group); return topic ? title(topic) : words.no_group; };

  // ---- what the server says

  async function load(name = "") {
    ({ drafts, draft, topics } = await api("GET", `topics?draft=${encodeURIComponent(name)}`));
    const wanted = topics.find((t) => t.group === path[1]) ?? topics.find(isOpen) ?? topics[0];
    if (wanted) await open(wanted.group); else draw();
  }

  async function reload() {
    ({ drafts, draft, topics } = await api("GET", `topics?draft=${encodeURIComponent(draft.name)}`));
  }

  async function open(group) {
    one = await api("GET", `topics/${encodeURIComponent(draft.name)}/${group}`);
    list.close();
    panel = halves = null;
    draw();
    middle.scrollTop = 0;
    left.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }

  async function send(group, change) {
    if (busy) return null;
    busy = true;
    try {
      const sent = await api("POST", `topics/${encodeURIComponent(draft.name)}/decide`, { group, ...change });
      topics = topics.map((t) => (t.group === group ? sent.topic : t));
      return sent;
    } catch (error) { desk.toast(error.message); return null; } finally { busy = false; }
  }

  async function decide(change, said, onward = false) {
    const group = one.group, sent = await send(group, change);
    if (!sent) return;
    done.push(async () => { const back = await send(group, sent.before); if (back) await open(group); return back; });
    desk.toast(said, { label: words.undo, act: undo });
    const at = topics.findIndex((t) => t.group === group);
    const next = onward && [...topics.slice(at + 1), ...topics.slice(0, at)].find(isOpen);
    await open(next ? next.group : group);
  }

  const to = (state) => {
    const left = state === "approved" ? leftOut() : "";
    return decide({ state }, [say("done", { state: words[state], title: title(one) }), left].filter(Boolean).join(" · "), true);
  };

  // An answer with marks is no answer of the desk yet; one that goes into another intent is not needed.
  function leftOut() {
    const marks = one.into ? null : Object.values(one.answer).join(" ").match(/\[\[[^\]]*\]\]/g);
    return marks ? say("marks_left", { marks: [...new Set(marks)].join(" ") }) : "";
  }

  async function undo() {
    const back = done.pop();
    if (back && await back()) desk.toast(words.undone);
  }

  // ---- questions put elsewhere

  async function showAll(group) {
    if (group === NONE) one = null;
    panel = halves = null;
    await list.open(draft.name, group);
    draw();
    middle.scrollTop = 0;
    middle.focus({ preventScroll: true });
    left.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }

  async function shift(questions, to) {
    try { return await api("POST", `topics/${encodeURIComponent(draft.name)}/move`, { questions, to }); }
    catch (error) { desk.toast(error.message); return null; }
  }

  // What was moved out of a group that is gone since then comes back as a new one.
  async function shiftBack(parts) {
    for (const { to, questions } of parts) {
      const there = to === NONE || topics.some((t) => t.group === to);
      if (!await shift(questions, there ? to : "new")) return false;
    }
    await reload();
    await stay();
    return true;
  }

  async function put(questions, to, said) {
    const sent = await shift(questions, to);
    if (!sent) return;
    await reload();
    done.push(() => shiftBack(sent.back));
    desk.toast(said(sent.to), { label: words.undo, act: undo });
    await stay(sent.to);
  }

  // The page as it was, of what is there still: with its questions where these are shown.
  async function stay(to) {
    const group = list.group ?? one?.group;
    panel = halves = null;
    if (group !== NONE && !topics.some((t) => t.group === group)) return open(to ?? topics[0].group);
    if (group !== NONE) one = await api("GET", `topics/${encodeURIComponent(draft.name)}/${group}`);
    if (list.group) await list.again();
    draw();
  }

  async function lookAtHalves() {
    try { halves = await api("GET", `topics/${encodeURIComponent(draft.name)}/${one.group}/halves`); }
    catch (error) { desk.toast(error.message); return; }
    list.close();
    panel = null;
    draw();
    middle.scrollTop = 0;
    middle.focus({ preventScroll: true });
  }

  const split = () => put(halves.second, "new", (to) => say("was_split", { to: named(to) }));

  function whole() {
    halves = null;
    list.close();
    const next = topics.find(isOpen) ?? topics[0];
    return one || !next ? draw() : open(next.group);
  }

  // ---- left and middle

  function draw() { drawLeft(); drawMiddle(); drawRight(); }

  function drawLeft() {
    const open = topics.filter(isOpen).length;
    fill(left, h("div", { class: "st-head" }, h("h2", {}, words.topics), h("span", { class: "st-small st-quiet st-num", "data-left": open }, draft ? say("left", { open, all: topics.length }) : "")),
      draft ? null : h("p", { class: "to-none st-pad st-quiet" }, words.nothing_hint), drafts.length > 1 ? h("div", { class: "st-pad" }, picker()) : null, draft?.known ? h("p", { class: "st-pad st-small st-quiet" }, say("known", { n: draft.known, all: draft.questions })) : null,
      topics.map(item), draft ? h("div", { class: "st-item", role: "button", "data-group": NONE, "aria-current": String(list.group === NONE), onclick: () => showAll(NONE) },
        h("div", { class: "st-row" }, h("span", { class: "st-words" }, words.in_none), h("span", { style: "flex:1" }), h("span", { class: "st-num st-quiet" }, draft.alone)), h("p", { class: "st-small st-quiet" }, words.in_none_hint)) : null);
  }

  function picker() {
    const select = h("select", { "aria-label": words.draft, onchange: () => load(select.value) }, drafts.map((name) => h("option", { value: name }, name)));
    select.value = draft.name;
    return select;
  }

  function item(topic) {
    return h("div", { class: "st-item", role: "button", "data-group": topic.group, "aria-current": String(topic.group === one?.group), onclick: () => open(topic.group) },
      h("div", { class: "st-row" }, h("span", { class: "st-words" }, title(topic)), h("span", { style: "flex:1" }), h("span", { class: "st-num st-quiet" }, topic.size)),
      h("p", { class: "st-small st-quiet" }, about(topic)),
      topic.state !== "proposed" || topic.into ? h("div", { class: "st-row st-small" }, h("span", { class: `st-chip ${CLASS[topic.state]}` }, words[topic.state]), topic.into ? h("span", { class: "st-quiet" }, say("goes_into", { intent: goes(topic.into) })) : null) : null);
  }

  function drawMiddle() {
    desk.keys(halves ? { ...keys, Enter: { label: words.do_split, act: split } } : keys);
    middle.dataset.group = list.group ?? one?.group ?? "";
    if (list.group) return fill(middle, h("div", { class: "st-head" }, h("h2", {}, list.group === NONE ? words.in_none : title(one)), h("button", { type: "button", class: "st-button st-small", onclick: whole }, words.close_list)), list.element);
    if (halves) return fill(middle, h("div", { class: "st-head" }, h("h2", {}, title(one)), h("span", { class: "st-chip" }, words.split)), halves.parts.map(half), h("div", { class: "st-pad st-row" }, h("button", { type: "button", class: "st-main-button", "data-act": "do-split", onclick: split }, words.do_split), h("button", { type: "button", class: "st-button", onclick: whole }, words.keep_whole)));
    if (!one) return fill(middle, h("div", { class: "st-empty" }, h("b", {}, words.nothing), h("p", {}, words.nothing_hint)));
    fill(middle, h("div", { class: "st-head" }, h("h2", {}, title(one)), h("span", { class: "st-chip st-num" }, say("questions", { n: one.size })), languages(one.languages)),
      h("section", { class: "st-pad st-stack" }, h("div", { class: "st-row" }, h("h3", {}, words.examples), h("span", { style: "flex:1" }), h("button", { type: "button", class: "st-button st-small", "data-act": "all", onclick: () => showAll(one.group) }, say("all_questions", { n: one.size }))), one.examples.map((e) => h("p", { lang: e.language, class: "st-example" }, e.text))),
      h("section", { class: "st-pad st-stack" }, h("h3", {}, words.replies), one.replies.length ? one.replies.map(reply) : h("p", { class: "st-quiet" }, words.no_replies)));
  }

  function half(part, at) {
    return h("section", { class: "st-pad st-stack", "data-part": at }, h("h3", {}, say(at ? "part_new" : "part_stays", { n: part.size })), part.examples.map((e) => h("p", { lang: e.language, class: "st-example" }, e.text)));
  }

  function reply(found) {
    const said = [say("say_so", { n: found.replies }), found.agents ? say("agents", { n: found.agents }) : "", found.solved === null ? "" : say("solved", { share: Math.round(100 * found.solved) }), found.rating ? say("rated", { rating: found.rating }) : ""];
    return h("div", { class: "st-reply" }, h("p", { lang: found.language }, marked(found.template)),
      h("div", { class: "st-row st-small st-quiet" }, said.filter(Boolean).join(" · "), h("span", { style: "flex:1" }), h("button", { type: "button", class: "st-button st-small", onclick: () => take(found) }, words.take)));
  }

  // What a person has to fill in stands out.
  function marked(text) { return text.split(/(\[\[[^\]]*\]\]|\{[^}]*\})/).map((part, at) => (at % 2 ? h("mark", { class: part[0] === "[" ? "st-open" : "" }, part) : part)); }

  async function take(found) { await answer({ ...one.answer, [found.language]: found.template }); }

  async function answer(texts) {
    try {
      one = await api("POST", `topics/${encodeURIComponent(draft.name)}/answer`, { group: one.group, texts });
      panel = null;
      draw();
      desk.toast(words.answer_kept);
    } catch (error) { desk.toast(error.message); }
  }

  // ---- right

  function drawRight() {
    if (list.group) return fill(right, h("div", { class: "st-head" }, h("h3", {}, say("chosen", { n: list.chosen.length }))), h("div", { class: "st-pad st-stack" }, panel?.element,
      h("div", { class: "st-stack st-actions" }, action("x", "choose"), action("m", "move_to"), action("/", "find_questions"), action("u", "undo"), action("Esc", "close_list"))));
    if (!one) return fill(right, h("div", { class: "st-pad st-small st-quiet" }, words.how));
    fill(right, h("div", { class: "st-head" }, h("h3", {}, one.id), h("span", { class: `st-chip ${CLASS[one.state]}` }, words[one.state])),
      h("div", { class: "st-pad st-stack" }, panel?.element,
        h("div", { class: "st-stack st-actions" }, action(1, "approve", one.into ? say("approve_into", { intent: goes(one.into) }) : words.approve), action(2, "rename"), action(3, "merge"), action(4, "reject"), action(5, "outside_do"), action("e", "edit"), action("a", "all", say("all_questions", { n: one.size })), action("s", "split"), action("u", "undo")),
        h("section", { class: "st-stack" }, h("h3", {}, words.answer), draft.languages.map(said), leftOut() ? h("p", { class: "st-small st-wait", "data-marks": "" }, leftOut()) : null),
        one.existing ? h("p", { class: "st-small st-quiet" }, say("like_existing", { intent: goes(one.existing.intent), share: Math.round(100 * one.existing.share) })) : null,
        one.declined ? h("p", { class: "st-small st-quiet" }, say(one.declined.decided === false ? "near_rejected" : `was_${one.declined.state}`, { date: one.declined.draft.slice(0, 10), id: one.declined.id })) : null,
        one.order_numbers ? h("p", { class: "st-small st-quiet" }, say("orders", { share: Math.round(100 * one.order_numbers), numbers: draft.numbers[desk.language] })) : null,
        !topics.some(isOpen) ? h("p", { class: "st-small" }, words.finished, h("code", {}, draft.accept)) : null));
  }

  function said(language) {
    const own = one.answer[language], taken = one.taken[language];
    if (own) return h("p", { lang: language }, marked(own));
    if (taken) return h("p", { lang: language }, marked(taken.text), h("small", { class: "st-quiet" }, ` · ${say("taken", { intent: goes(taken.group) })}`));
    return h("p", { lang: language, class: "st-wait" }, say("no_answer", { language: desk.common[`language_${language}`] ?? language }));
  }

  const acts = {
    approve: () => to("approved"), reject: () => to("rejected"), outside_do: () => to("outside"), rename: () => show_(renamePanel()), merge: () => (one.into ? decide({ into: "" }, words.unmerged) : show_(mergePanel())),
    edit: () => show_(editPanel()), undo,
    all: () => showAll(one.group), split: lookAtHalves, choose: () => list.toggle(), find_questions: () => list.search(), close_list: whole,
    move_to: () => (list.chosen.length ? show_(movePanel()) : desk.toast(words.choose_first)),
  };

  function action(key, name, label) {
    const text = label ?? (name === "merge" && one.into ? words.unmerge : words[name]);
    return h("button", { type: "button", class: "st-action", "data-act": name, "aria-pressed": String(panel?.name === name), onclick: () => acts[name]() }, h("kbd", {}, key), h("span", {}, text));
  }

  function show_(made) { panel = made; drawRight(); made.focus(); }
  function shut() { panel = null; drawRight(); middle.focus({ preventScroll: true }); }
  function keyed(save) {
    return (event) => {
      if (event.key === "Escape") { event.stopPropagation(); event.preventDefault(); shut(); }
      if (event.key === "Enter" && !event.isComposing && (event.target.tagName !== "TEXTAREA" || event.ctrlKey || event.metaKey)) { event.preventDefault(); save(event); }
    };
  }

  function renamePanel() {
    const save = () => decide({ id: id.value.trim(), title: Object.fromEntries(titles.filter(([, f]) => f.value.trim()).map(([l, f]) => [l, f.value.trim()])) }, words.renamed);
    const id = h("input", { value: one.id, maxlength: 41, pattern: "[a-z][a-z0-9_]*", "aria-label": words.id, "data-field": "id", onkeydown: keyed(save) });
    const titles = draft.languages.map((l) => [l, h("input", { value: one.title[l] ?? "", maxlength: 80, lang: l, placeholder: say("title_in", { language: desk.common[`language_${l}`] ?? l }), "data-field": `title-${l}`, onkeydown: keyed(save) })]);
    const element = h("div", { class: "st-panel" }, h("p", { class: "st-small st-quiet" }, words.rename_hint), id, titles.map(([, f]) => f), h("button", { type: "button", class: "st-main-button", onclick: save }, words.save));
    return { name: "rename", element, focus: () => id.select() };
  }

  const places = () => [...Object.keys(draft.intents).map((i) => [i, draft.intents[i][desk.language] ?? i, i]), ...topics.filter((t) => t.group !== one?.group).map((t) => [t.group, title(t), `${t.id} ${about(t)}`])];

  const mergePanel = () => pickPanel("merge", places(), words.merge_hint, (into) => decide({ into, state: "approved" }, say("merged", { intent: goes(into) }), true));

  function movePanel() {
    const questions = list.chosen, n = questions.length;
    const none = list.group === NONE ? [] : [[NONE, words.no_group, ""]];
    return pickPanel("move_to", [["new", words.new_group, ""], ...none, ...places()], words.move_hint, (to) => put(questions, to, (group) => say("was_moved", { n, to: named(group) })));
  }

  function pickPanel(name, all, hint, act) {
    let at = 0, found = [];
    const options = h("div", { class: "st-options", role: "listbox" });
    const find = () => {
      const wanted = field.value.trim().toLowerCase();
      found = all.filter(([, called, more]) => `${called} ${more}`.toLowerCase().includes(wanted)).slice(0, OPTIONS);
      at = Math.min(at, Math.max(0, found.length - 1));
      options.replaceChildren(...found.map(([into, called, more], i) => h("button", { type: "button", class: "st-option", role: "option", tabindex: "-1", "aria-selected": String(i === at), onclick: () => pick(into) }, h("span", {}, called, h("small", {}, more)))));
      options.children[at]?.scrollIntoView({ block: "nearest" });
    };
    const pick = (into) => into && act(into);
    const enter = keyed(() => pick(found[at]?.[0]));
    const field = h("input", { placeholder: words.find, maxlength: 80, "data-field": "into", oninput: () => { at = 0; find(); }, onkeydown: (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); at = Math.max(0, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))); find(); }
      enter(event);
    } });
    find();
    return { name, element: h("div", { class: "st-panel" }, field, options, h("p", { class: "st-small st-quiet" }, hint)), focus: () => field.focus() };
  }

  function editPanel() {
    const save = () => answer(Object.fromEntries(fields.map(([l, f]) => [l, f.value])));
    const fields = draft.languages.map((l) => [l, h("textarea", { maxlength: 1500, lang: l, "aria-label": say("answer_in", { language: desk.common[`language_${l}`] ?? l }), "data-field": `answer-${l}`, onkeydown: keyed(save) })]);
    fields.forEach(([l, f]) => { f.value = one.answer[l] ?? ""; });
    const element = h("div", { class: "st-panel" }, fields.map(([l, f]) => h("label", { class: "st-field st-small" }, say("answer_in", { language: desk.common[`language_${l}`] ?? l }), f)), h("p", { class: "st-small st-quiet" }, words.edit_hint), h("button", { type: "button", class: "st-main-button", onclick: save }, words.save));
    return { name: "edit", element, focus: () => fields[0][1].focus() };
  }

  // ---- keys

  async function move(by) {
    if (list.group) return list.move(by);
    const at = topics.findIndex((t) => t.group === one?.group), next = topics[at + by];
    if (next) await open(next.group);
  }

  const whenOne = (act) => () => one && !list.group && act();
  const whenListed = (act) => () => list.group && act();
  const keys = {
    j: { label: words.move, act: () => move(1) }, k: { act: () => move(-1) }, ArrowDown: { act: () => move(1) }, ArrowUp: { act: () => move(-1) },
    1: { label: words.approve, act: whenOne(acts.approve) }, 2: { label: words.rename, act: whenOne(acts.rename) }, 3: { label: words.merge, act: whenOne(acts.merge) },
    4: { label: words.reject, act: whenOne(acts.reject) }, 5: { label: words.outside_do, act: whenOne(acts.outside_do) },
    e: { label: words.edit, act: whenOne(acts.edit) }, a: { label: words.examples_all, act: whenOne(acts.all) }, n: { label: words.in_none, act: () => draft && showAll(NONE) },
    s: { label: words.split, act: whenOne(acts.split) }, x: { label: words.choose, act: whenListed(acts.choose) }, m: { label: words.move_to, act: whenListed(acts.move_to) },
    "/": { label: words.find_questions, act: whenListed(acts.find_questions) }, u: { label: words.undo, act: undo },
    Escape: { act: () => { if (panel) shut(); else if (list.group || halves) whole(); } },
  };
  await load(path[0] ?? "");
}
