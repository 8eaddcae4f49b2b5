// What a person must know of a conversation at a glance.

// Returns what is known of a conversation; `s` as the server sums it up.
export function summaryOf(desk, s) {
  const { h, words } = desk;
  const line = (name, ...value) => h("div", { class: "in-line" }, h("dt", { class: "st-quiet st-small" }, name), h("dd", {}, ...value));
  const known = s.known.filter((k) => !(s.order && k.type === "order_number"));
  const chips = (values) => h("span", { class: "st-row in-chips" }, values);
  return [h("dl", { class: "st-stack in-summary" },
    line(words.wants, s.wants.length ? chips(s.wants.slice(0, 5).map((i) => h("span", { class: "st-chip" }, desk.intent(i)))) : words.unclear),
    s.order && line(words.order, h("b", {}, `${s.order.number} · ${s.order.status}`),
      h("p", { class: "st-small" }, s.order.items),
      h("p", { class: "st-small st-quiet" }, orderFacts(words, s.order))),
    known.length > 0 && line(words.known, known.map((k) => h("p", {}, h("span", { class: "st-quiet" }, `${words[k.type.startsWith("unfit_") ? "known_unfit" : `known_${k.type}`] ?? k.type.replaceAll("_", " ")} `), k.value))),
    line(words.mood, moodOf(desk, s.mood) || words.mood_neutral, " · ", desk.common[`language_${s.language}`] ?? s.language),
    s.tried.length > 0 && line(words.tried, s.tried.map((t) => h("p", { class: "st-small" },
      t.intent && `${desk.intent(t.intent)}: `, h("span", { class: ["refuse", "clarify"].includes(t.route) ? "st-bad" : "st-quiet" },
        words[`reason_${t.reason}`] ?? words[`route_${t.route}`] ?? t.route)))),
    s.misses > 0 && line(words.misses, h("span", { class: "st-bad st-num" }, String(s.misses))))];
}

function orderFacts(words, order) {
  return ["placed", "eta", "delivered", "carrier", "tracking", "total", "refund_amount"]
    .filter((name) => order[name]).map((name) => `${words[`order_${name}`]} ${order[name]}`).join(" · ");
}

// Returns the mark of an unhappy customer; null of others.
export function moodOf({ h, words, mood }, value) {
  const name = mood(value);
  return name && h("span", { class: "st-chip st-bad" }, words[`mood_${name}`]);
}
