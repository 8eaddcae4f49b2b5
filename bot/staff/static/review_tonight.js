// What has been taught so far: counts, and the latest verdicts. Those on their way (`sending`) are waited for.
export async function tonight(main, desk, sending) {
  const { h, api, words } = desk;
  await Promise.allSettled(sending);
  const found = await api("GET", "review/tonight");
  const count = (n) => (n === 1 ? words.message : words.messages.replace("{n}", n));
  const intent = (id) => found.proposed[id]?.[desk.language] ?? desk.intent(id);
  const total = Object.values(found.kinds).reduce((sum, n) => sum + n, 0);
  const most = Math.max(1, ...found.intents.map(([, n]) => n));
  desk.keys({ t: { label: words.back, act: () => desk.go("#/review") }, Escape: { act: () => desk.go("#/review") } });
  const labels = (e) => (e.kind === "out_of_scope" || (e.labels && !e.labels.length) ? [words.none] : (e.labels ?? []).map(intent));
  main.append(h("div", { class: "st-tonight" },
    h("div", { class: "st-column" }, h("div", { class: "st-head" }, h("h2", {}, words.tonight), h("span", { class: "st-chip st-num", "data-total": total }, count(total)), total ? h("span", { class: "st-small st-quiet" }, words.next_night) : null, h("span", { style: "flex:1" }), h("a", { class: "st-small st-quiet", href: "#/review" }, words.back, " ", h("kbd", {}, "t"))),
      total ? h("table", {}, h("tbody", {}, found.latest.map((e) => h("tr", {}, h("td", { lang: e.language }, e.text, e.answer || e.link ? h("div", { class: "st-small st-quiet" }, e.answer ?? e.link) : null, e.note ? h("div", { class: "st-small st-wait" }, e.note) : null),
        h("td", {}, h("span", { class: "st-small st-quiet" }, words[e.kind]), h("div", {}, labels(e).map((l) => h("span", { class: "st-chip" }, l)))), h("td", { class: "st-small st-quiet" }, e.author, h("div", {}, desk.ago(e.at)))))))
        : h("div", { class: "st-empty" }, h("p", {}, words.tonight_none))),
    h("div", { class: "st-column" }, h("div", { class: "st-head" }, h("h3", {}, words.by_kind)),
      h("table", {}, h("tbody", {}, Object.entries(found.kinds).map(([kind, n]) => h("tr", {}, h("td", {}, words[kind]), h("td", { class: "st-num" }, n))))),
      h("div", { class: "st-head" }, h("h3", {}, words.by_intent)),
      h("table", {}, h("tbody", {}, found.intents.map(([id, n]) => h("tr", {}, h("td", {}, intent(id), id.startsWith("new:") ? h("span", { class: "st-chip st-wait" }, words.proposed) : null, h("div", { class: "st-bar", style: `width:${Math.round((100 * n) / most)}%` })), h("td", { class: "st-num" }, n))))))));
}
