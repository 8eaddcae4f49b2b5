// Asks to whom a conversation is to be passed on: who else works here, how much each has, and a word for them.

const MOST_CHARS = 4000;

// `done(name, note)` is called once somebody is chosen; returns false where there is nobody to choose.
export async function askColleague(desk, done) {
  const { h, words } = desk;
  const { colleagues } = await desk.api("GET", "colleagues");
  if (!colleagues.length) { desk.toast(words.no_colleagues); return false; }
  const who = h("select", { "data-field": "to", autofocus: true },
    colleagues.map((c) => h("option", { value: c.name }, `${c.name} · ${words.has.replace("{n}", c.has)}`)));
  const note = h("textarea", { rows: 2, maxlength: MOST_CHARS, "data-field": "note" });
  const labelled = (text, field) => h("label", { class: "st-field" }, text, field);
  desk.ask(words.transfer_title, [labelled(words.colleague, who), labelled(words.transfer_note, note), h("p", { class: "st-small st-quiet" }, words.note_hint)],
    words.transfer, () => { done(who.value, note.value.trim()); });
  return true;
}
