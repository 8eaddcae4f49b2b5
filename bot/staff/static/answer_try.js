// Tries a message out: what customers would read now, and what they would read once the drafts are published.

// Draws the page where a message is answered by the live release and by the drafts, side by side.
export function drawTry(answers) {
  const { desk, page, middle } = answers, { h, api, words } = desk;
  const field = h("input", { value: page.tried ?? "", placeholder: words.try_placeholder, maxlength: 4000, "aria-label": words.try });
  const found = h("div", { class: "st-pad" }, h("div", { class: "st-empty" }, h("b", {}, words.try), words.try_empty));
  const ask = async (event) => {
    event.preventDefault();
    const text = page.tried = field.value.trim();
    if (!text) return;
    found.setAttribute("aria-busy", "true");
    try {
      const { live, draft } = await api("POST", "answers/try", { text });
      found.replaceChildren(h("div", { class: "an-both" },
        h("section", {}, h("h2", {}, words.try_live, " ", h("span", { class: "st-chip" }, live.release)), tried(live, answers)),
        h("section", {}, h("h2", {}, words.try_draft, " ", h("span", { class: `st-chip ${live.reply === draft.reply ? "" : "st-wait"}` }, live.reply === draft.reply ? words.try_same : words.try_differs)), tried(draft, answers))));
    } catch (error) { if (error.status) desk.toast(error.message); }
    found.removeAttribute("aria-busy");
  };
  middle.replaceChildren(
    h("div", { class: "st-head" }, h("form", { class: "an-try", onsubmit: ask }, field, h("button", { class: "st-main-button" }, words.try_ask, " ", h("kbd", {}, "↵")))), found);
  field.focus();
}

function tried(turn, { desk, open, titleOf }) {
  const { h, words } = desk;
  const percent = (share) => `${Math.round(100 * share)} %`;
  const bar = (share, mark) => h("div", { class: "an-bar" }, h("i", { style: `width:${100 * share}%` }), h("u", { style: `left:${100 * Math.min(mark, 1)}%` }));
  return [
    h("div", { class: "an-shown", lang: turn.language, "data-reply": true }, turn.reply.split("\n\n").map((p) => h("p", {}, p))),
    turn.quick_replies.length > 0 && h("div", { class: "st-row" }, turn.quick_replies.map((q) => h("span", { class: "st-chip" }, q))),
    h("div", { class: "an-box" }, h("h3", {}, words.try_decided),
      h("div", { class: "st-row" }, h("b", {}, words[`route_${turn.route}`] ?? turn.route), h("span", { class: "st-quiet" }, words[`reason_${turn.reason}`] ?? turn.reason)),
      h("p", { class: "st-small st-quiet" }, `${words.try_language}: ${words[`language_${turn.language}`] ?? turn.language}`, turn.slot ? ` · ${words.try_asks}: ${turn.slot}` : "")),
    h("div", { class: "an-box" }, h("h3", {}, words.try_intents.replace("{limit}", percent(turn.accept_at))),
      h("div", { class: "an-rank" }, turn.intents.map((guess) => [h("span", { title: guess.id }, desk.intent(guess.id)), h("span", { class: "st-num" }, percent(guess.confidence)), bar(guess.confidence, turn.accept_at)])),
      h("h3", {}, words.try_in_scope.replace("{limit}", percent(turn.refuse_below))),
      h("div", { class: "an-rank" }, h("span", {}, words.try_in_scope_share), h("span", { class: "st-num" }, percent(turn.in_scope)), bar(turn.in_scope, turn.refuse_below))),
    h("div", { class: "an-box" }, h("h3", {}, words.try_passages),
      turn.sources.length ? turn.sources.map((p) => h("div", { class: "an-passage" },
        h("div", { class: "st-row" }, h("a", { href: `#/answers/${p.kind}/${p.id.split("#")[0]}`, onclick: (event) => { event.preventDefault(); open(`${p.kind}/${p.id.split("#")[0]}`); } }, h("b", {}, p.title)),
          h("span", { class: "st-chip" }, words[p.kind]), h("span", { class: "st-num st-quiet" }, p.score.toFixed(2))),
        h("span", { class: "st-quiet" }, p.kind === "template" ? [titleOf(p.kind, p.id), " ", h("span", { class: "an-id" }, p.id)] : p.text)))
        : h("p", { class: "st-quiet st-small" }, words.try_no_passages)),
  ];
}
