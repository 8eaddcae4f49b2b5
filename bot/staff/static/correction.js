// A verdict on one message of the log: what stands beside the message, and what a reviewer decides it with.

import { panelsOf } from "./review_panels.js";

const KINDS = { 1: "right", 2: "intent", 3: "new_intent", 4: "out_of_scope" };

// Returns what draws both; `page.chosen()` is the turn looked at, and `page.changed()` reads the conversation anew.
export function correctionsOf(desk, page) {
  const { h, api } = desk, words = desk.me.words.review;
  const may = desk.me.pages.includes("review");
  let panel = null, place = null, proposed = {}, sending = false;

  const intent = (id) => (id ? proposed[id]?.[desk.language] ?? desk.intent(id) : words.none);
  const say = (key, values = {}) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words[key] ?? key);
  const panels = panelsOf({ ...desk, words }, { intent, say, toast: desk.toast, give, shut });
  if (may) api("GET", "review/intents").then((found) => { ({ proposed } = found); }, () => {});

  // A verdict in words: what it is, and which intents.
  function named({ kind, intents, title }) {
    const titles = kind === "new_intent" && title ? [title[desk.language] ?? title.en] : intents.map(intent);
    return titles.length ? `${words[kind]}: ${titles.join(" + ")}` : words[kind];
  }

  // What stands below a customer's message: its verdict, and the way to another.
  function beside(turn, choose) {
    const { verdict } = turn, label = verdict ? desk.words.correct_again : desk.words.correct;
    if (!verdict && !may) return null;
    return h("div", { class: "cv-verdict st-row st-small" },
      verdict && h("span", { class: `st-chip ${verdict.kind === "right" ? "st-good" : "st-wait"}`, "data-verdict": verdict.kind }, named(verdict)),
      verdict && h("span", { class: "st-quiet" }, `${verdict.author} · ${desk.ago(verdict.at)}`),
      may && h("button", { type: "button", class: "cv-link", "aria-label": `${label}${desk.language === "zh" ? "：" : ": "}${turn.text.slice(0, 80)}`, onclick: () => { choose(turn); start(); } }, label));
  }

  // The part of the column on the right that decides the turn looked at.
  function section() {
    panel = null;
    if (!may) return null;
    place = h("section", { class: "cv-correct", "aria-label": desk.words.correct_title });
    draw();
    return place;
  }

  function draw() {
    const turn = page.chosen(), mine = turn.verdict?.author === desk.me.name && !turn.verdict.learned;
    place.replaceChildren(...[
      h("h3", {}, desk.words.correct_title),
      h("div", { class: "st-stack st-actions" }, Object.entries(KINDS).filter(([, kind]) => kind !== "right" || turn.readable).map(([key, kind]) => action(key, kind, turn))),
      panel?.element,
      mine && h("button", { type: "button", class: "st-button", onclick: () => undo(turn.verdict.batch) }, h("kbd", {}, "u"), " ", words.undo),
      h("p", { class: "st-quiet st-small" }, desk.words.correct_hint)].filter(Boolean));
  }

  function action(key, kind, turn) {
    const label = kind === "right" ? say("right_as", { intent: intent(turn.reading) }) : words[kind];
    return h("button", { type: "button", class: "st-action", "data-kind": kind, "aria-pressed": String(panel?.kind === kind), onclick: () => act(kind) }, h("kbd", {}, key), h("span", {}, label));
  }

  function start() {
    place?.scrollIntoView({ block: "nearest" });
    place?.querySelector("button")?.focus();
  }

  function act(kind) {
    const turn = page.chosen();
    if (!turn || !may || sending || (kind === "right" && !turn.readable)) return;
    const likely = [turn.reading, ...(turn.intents ?? []).map((guess) => guess.id)].filter((id, at, all) => id && all.indexOf(id) === at);
    if (kind === "intent") return open(panels.intentPanel({ group: { likely }, proposed }));
    if (kind === "new_intent") return open(panels.newPanel());
    give(kind);
  }

  function open(made) {
    panel = made;
    draw();
    panel.element.scrollIntoView({ block: "nearest" });
    panel.focus();
  }

  function shut() {
    const kind = panel?.kind;
    panel = null;
    draw();
    place.querySelector(`[data-kind=${kind}]`)?.focus();
  }

  async function give(kind, more = {}) {
    const turn = page.chosen(), said = kind === "right" ? say("right_as", { intent: intent(turn.reading) }) : named({ kind, intents: [], ...more });
    sending = true;
    try {
      const { batch } = await api("POST", `review/turns/${turn.turn}/verdict`, { kind, ...more, seen: turn.verdict?.batch ?? null });
      desk.toast(desk.words.corrected.replace("{verdict}", said), { label: words.undo, act: () => undo(batch) });
      if (kind === "new_intent") ({ proposed } = await api("GET", "review/intents"));
    } catch (error) {
      if (error.status) desk.toast(error.message);
      if (error.status !== 409) return;
    } finally { sending = false; }
    await page.changed();
  }

  async function undo(batch) {
    try {
      await api("POST", "review/undo", { batch });
      desk.toast(desk.words.correct_undone);
    } catch (error) { if (error.status) desk.toast(error.message); }
    await page.changed();
  }

  const keys = { c: { label: desk.words.correct, act: () => page.chosen() && start() } };
  for (const [key, kind] of Object.entries(KINDS)) keys[key] = { label: words[kind], act: () => act(kind) };
  keys.u = { label: words.undo, act: () => { const { verdict } = page.chosen() ?? {}; if (verdict?.author === desk.me.name && !verdict.learned) undo(verdict.batch); } };

  return { beside, section, keys: may ? keys : {} };
}
