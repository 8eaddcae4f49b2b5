// The panels beside the verdicts: which intents are meant, a new one's name, a better answer. Each ends with Esc.

const LIKELIEST = 5, OPTIONS = 40;

// Returns what makes each panel, `{ kind, element, focus }`; `page` gives verdicts and shuts what is open.
export function panelsOf(desk, page) {
  const { h, api, words } = desk, { intent, say, toast, give, shut } = page;

  function options(list, render, take) {
    let at = 0, shown = [];
    const set = (found) => { shown = found; at = 0; draw(); };
    const draw = () => {
      list.replaceChildren(...shown.map((one, i) => h("button", { type: "button", class: "st-option", role: "option", tabindex: "-1", "aria-selected": String(i === at), onclick: () => take(one) }, render(one, i))));
      list.children[at]?.scrollIntoView({ block: "nearest" });
    };
    const key = (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { at = Math.max(0, Math.min(shown.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))); draw(); event.preventDefault(); }
    };
    return { set, key, get marked() { return shown[at]; }, get all() { return shown; } };
  }

  function escapes(event) {
    if (event.key === "Escape") { event.stopPropagation(); event.preventDefault(); shut(); }
  }

  function intentPanel({ group, proposed }) {
    const chosen = [];
    const everyone = [...Object.keys(proposed), ...Object.keys(desk.me.intents)];
    const first = group.likely.slice(0, LIKELIEST);
    const list = h("div", { class: "st-options", role: "listbox" }), chips = h("div", { class: "st-row" });
    const titles = (id) => [...Object.values(proposed[id] ?? desk.me.intents[id] ?? {}), id];
    const pick = options(list, (id, at) => [!field.value && !chosen.length && at < first.length ? h("kbd", {}, at + 1) : null, h("span", {}, intent(id), h("small", {}, titles(id).filter((t) => t !== intent(id)).join(" · "))),
      proposed[id] ? h("span", { class: "st-chip" }, words.proposed) : null], add);
    const find = () => {
      const wanted = field.value.trim().toLowerCase();
      const order = [...first, ...everyone.filter((id) => !first.includes(id))].filter((id) => !chosen.includes(id));
      const rank = (id) => Math.min(...titles(id).map((t) => { const where = t.toLowerCase().indexOf(wanted); return where < 0 ? 99 : where && /\w/.test(t[where - 1]) ? 2 : where ? 1 : 0; }));
      const found = wanted ? order.map((id) => [rank(id), id]).filter(([r]) => r < 99).sort((a, b) => a[0] - b[0]).map(([, id]) => id) : order;
      pick.set(found.slice(0, OPTIONS));
      nothing.hidden = found.length > 0;
    };
    function add(id) {
      if (id && chosen.length < 3) chosen.push(id);
      chips.replaceChildren(...chosen.map((c) => h("button", { type: "button", class: "st-chip", tabindex: "-1", onclick: () => { chosen.splice(chosen.indexOf(c), 1); add(); } }, intent(c), " ×")));
      field.value = "";
      find();
      field.focus();
    }
    const save = () => chosen.length && give("intent", { intents: chosen });
    const field = h("input", { placeholder: words.find_intent, maxlength: 80, "data-field": "intent", oninput: find, onkeydown: (event) => {
      pick.key(event);
      escapes(event);
      if (event.isComposing) return;
      const digit = !field.value && !chosen.length && /^[1-5]$/.test(event.key) && first[event.key - 1];
      if (digit) { event.preventDefault(); give("intent", { intents: [digit] }); }
      if (event.key !== "Enter") return;
      event.preventDefault();
      const wanted = field.value.trim() || !chosen.length ? pick.marked : null;
      if (wanted && (event.ctrlKey || event.metaKey || event.shiftKey)) add(wanted);
      else if (wanted) give("intent", { intents: [...chosen, wanted].slice(0, 3) });
      else if (!field.value.trim()) save();
    } });
    const nothing = h("p", { class: "st-small st-quiet", hidden: true }, words.no_match);
    find();
    const element = h("div", { class: "st-panel" }, chips, field, list, nothing, h("p", { class: "st-small st-quiet" }, words.add_hint), h("button", { type: "button", class: "st-main-button", onclick: save }, words.save));
    return { kind: "intent", element, focus: () => field.focus() };
  }

  function newPanel() {
    const save = () => { if (en.value.trim() && zh.value.trim()) give("new_intent", { title: { en: en.value.trim(), zh: zh.value.trim() } }); else (en.value.trim() ? zh : en).focus(); };
    const enter = (event, then) => { escapes(event); if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); then(); } };
    const en = h("input", { placeholder: words.title_en, maxlength: 80, "data-field": "title-en", onkeydown: (e) => enter(e, () => zh.focus()) });
    const zh = h("input", { placeholder: words.title_zh, maxlength: 80, lang: "zh", "data-field": "title-zh", onkeydown: (e) => enter(e, save) });
    const element = h("div", { class: "st-panel" }, en, zh, h("p", { class: "st-small st-quiet" }, words.title_hint), h("button", { type: "button", class: "st-main-button", onclick: save }, words.save));
    return { kind: "new_intent", element, focus: () => en.focus() };
  }

  function answerPanel({ group, about }) {
    const list = h("div", { class: "st-options", role: "listbox" });
    const link = (one) => one && give("answer", { link: one.link });
    const pick = options(list, (one) => h("span", {}, h("span", { class: "st-chip" }, words[one.link.split(":")[0]]), ` ${one.title}`, h("small", {}, one.text)), link);
    let asked = 0;
    const find = async () => {
      const mine = ++asked;
      const { answers } = await api("GET", `review/answers?language=${about.language}&q=${encodeURIComponent((field.value || about.text).slice(0, 200))}`);
      if (mine === asked) pick.set(answers);
    };
    const field = h("input", { placeholder: words.find_answer, maxlength: 200, "data-field": "find-answer", oninput: find, onkeydown: (event) => {
      pick.key(event);
      escapes(event);
      if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); link(pick.marked); }
    } });
    const save = () => (text.value.trim() === about.reply.trim() || !text.value.trim() ? toast(words.unchanged) : give("answer", { answer: text.value.trim(), language: about.language }));
    const text = h("textarea", { maxlength: 4000, "aria-label": words.answer_text, "data-field": "answer", onkeydown: (event) => { escapes(event); if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(); } } });
    text.value = about.reply;
    find();
    const spoken = Object.keys(group.languages).length > 1 ? say("answer_for", { language: desk.common[`language_${about.language}`] ?? about.language }) : null;
    const element = h("div", { class: "st-panel" }, field, list, h("p", { class: "st-small st-quiet" }, words.answer_text), spoken ? h("p", { class: "st-small st-wait" }, spoken) : null, text, h("p", { class: "st-small st-quiet" }, words.answer_hint), h("button", { type: "button", class: "st-main-button", onclick: save }, words.save));
    return { kind: "answer", element, focus: () => field.focus() };
  }

  return { intentPanel, newPanel, answerPanel };
}
