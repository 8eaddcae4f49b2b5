// What was said in a conversation, as bubbles, and what was done in it, as lines between them.

// Returns what was said and done, in order; `held` as the server has it.
export function transcript(desk, held) {
  const { words } = desk;
  const parts = [], rest = [...held.remarks], first = held.turns.find((turn) => turn.masked.length);
  for (const turn of held.turns) {
    while (rest.length && rest[0].after < turn.number) parts.push(remark(desk, rest.shift()));
    parts.push(bubble(desk, "customer", desk.when(turn.at), turn.text));
    if (turn === first) parts.push(desk.h("p", { class: "st-event" }, words.hidden));
    if (turn.reply) parts.push(bubble(desk, "bot", [words.bot, turn.intent && desk.intent(turn.intent)].filter(Boolean).join(" · "), turn.reply));
  }
  return [...parts, ...rest.map((r) => remark(desk, r))];
}

function remark(desk, r) {
  const { h, words } = desk;
  if (r.kind === "reply") return bubble(desk, "person", `${r.author} · ${desk.when(r.at)}`, r.text);
  if (r.kind === "answered") return bubble(desk, "bot", `${words.answered_late} · ${desk.when(r.at)}`, r.text);
  if (r.kind === "note") return bubble(desk, "note", `${words.note} · ${r.author} · ${desk.when(r.at)}`, r.text);
  if (r.kind === "comment") return bubble(desk, "customer", `${words.comment} · ${desk.when(r.at)}`, r.text);
  return h("p", { class: "st-event" }, words[`event_${r.kind}`].replace("{name}", r.author).replace("{to}", r.text).replace("{n}", r.text), ` · ${desk.when(r.at)}`);
}

function bubble({ h }, who, by, text) {
  return h("div", { class: `st-said ${who}` }, h("span", { class: "st-by" }, by), text);
}

// Returns what is still on its way to the server.
export function unsent(desk, item, away) {
  const { h, words } = desk, said = away ? words.unsent : words.sending;
  if (!item.text) return h("p", { class: "st-event in-unsent" }, `${words[item.kind]} · ${said}`);
  const shown = bubble(desk, item.kind === "note" ? "note" : "person", said, item.text);
  shown.classList.add("in-unsent");
  return shown;
}
