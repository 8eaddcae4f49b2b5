// All questions of a group, or those in no group: searched, looked through and chosen, so that they can be put elsewhere.

export const NONE = "none"; // what stands for a group where a question is in none
const WAIT = 250; // ms after the last letter until it is looked for

export function questionList({ desk, say, drawn }) {
  const { h, api, words } = desk;
  let place = null, found = [], total = 0, cursor = 0, timer = 0, asked = 0;
  const chosen = new Set(); // numbers

  const field = h("input", { type: "search", maxlength: 80, placeholder: words.find_questions, "data-field": "find-questions", oninput: () => { clearTimeout(timer); timer = setTimeout(() => load(0), WAIT); } });
  const rows = h("div", { class: "to-questions" });
  const foot = h("div", { class: "st-pad st-row st-small st-quiet" });
  const element = h("section", {}, h("div", { class: "st-pad" }, field), rows, foot);

  async function open(draft, group) {
    place = { draft, group };
    field.value = "";
    chosen.clear();
    cursor = 0;
    await load(0);
  }

  async function load(start) {
    if (!place) return;
    const mine = ++asked; // an answer may come after that to a later question
    try {
      const sent = await api("GET", `topics/${encodeURIComponent(place.draft)}/${place.group}/questions?find=${encodeURIComponent(field.value)}&start=${start}`);
      if (mine !== asked) return;
      found = start ? [...found, ...sent.questions] : sent.questions;
      total = sent.total;
      cursor = Math.max(0, Math.min(cursor, found.length - 1));
      draw();
    } catch (error) { desk.toast(error.message); }
  }

  function draw() {
    rows.replaceChildren(...found.map(row));
    foot.replaceChildren(...(total ? [h("span", { class: "st-num" }, say("shown", { n: found.length, all: total })), found.length < total && h("button", { type: "button", class: "st-button", onclick: () => load(found.length) }, words.more)].filter(Boolean) : [words.no_questions]));
    drawn();
  }

  function row(question, at) {
    return h("label", { class: "to-question", "data-question": question.number, "aria-current": String(at === cursor) },
      h("input", { type: "checkbox", tabindex: "-1", checked: chosen.has(question.number), onchange: () => toggle(at) }), h("span", { lang: question.language }, question.text));
  }

  function toggle(at = cursor) {
    const number = found[at]?.number;
    if (number === undefined) return;
    if (!chosen.delete(number)) chosen.add(number);
    cursor = at;
    draw();
  }

  async function move(by) {
    if (by > 0 && cursor === found.length - 1 && found.length < total) await load(found.length);
    cursor = Math.max(0, Math.min(found.length - 1, cursor + by));
    draw();
    rows.children[cursor]?.scrollIntoView({ block: "nearest" });
  }

  return {
    element, open, toggle, move, close: () => { place = null; }, again: () => { chosen.clear(); return load(0); }, search: () => field.focus(),
    get group() { return place?.group; },
    get chosen() { return chosen.size ? [...chosen] : []; },
  };
}
