// The Answers page: #/answers/template/<id>, #/answers/article/<id>, #/answers/try, #/answers/publish

import { conditions } from "./answer_conditions.js";
import { drawHistory } from "./answer_history.js";
import { drawPublish } from "./answer_publish.js";
import { drawTry } from "./answer_try.js";
import { diffOf } from "./diff.js";

const unsaved = new Map(); // "template/x" → {content, base}: what was typed stays until it is saved or put aside
let sought = "", filter = "all";

export async function show(main, desk, path) {
  const { h, api, words, common } = desk;
  const page = { data: null, at: "", one: null, text: null, checks: 0, found: new Set(), searches: 0 };
  const list = h("div", { class: "an-list", role: "listbox" });
  const search = h("input", { type: "search", placeholder: `${words.search}  /`, value: sought, "aria-label": words.search });
  const filters = h("div", { class: "an-filter" });
  const publish = h("button", { class: "st-button", onclick: () => open("publish") });
  const left = h("section", { class: "st-column" },
    h("div", { class: "st-head an-top" }, search, filters,
      h("div", { class: "an-acts" },
        h("button", { class: "st-button", onclick: () => open("try"), title: words.try }, words.try_short, " ", h("kbd", {}, "t")),
        publish,
        h("button", { class: "st-button", onclick: create, title: words.new_hint }, words.new, " ", h("kbd", {}, "n")))),
    list);
  const middle = h("section", { class: "st-column an-middle" });
  const right = h("section", { class: "st-column an-right" });
  const frame = h("div", { class: "st-three" }, left, middle, right);
  main.append(frame);
  const answers = { desk, page, middle, right, open, load, titleOf, changed, restore, retire }; // what the parts of the page work with

  search.oninput = () => { sought = search.value; drawList(); clearTimeout(page.searching); page.searching = setTimeout(find, 150); };
  const guard = (event) => { if (unsaved.size) event.preventDefault(); };
  addEventListener("beforeunload", guard);
  desk.keys({
    "/": { label: words.search, act: () => search.focus() },
    j: { label: words.key_next, act: () => step(1) },
    k: { label: words.key_previous, act: () => step(-1) },
    e: { label: words.key_edit, act: () => middle.querySelector("textarea")?.focus() },
    s: { label: words.save, act: save },
    n: { label: words.new, act: create },
    t: { label: words.try, act: () => open("try") },
    p: { label: words.publish, act: () => open("publish") },
  });
  await load();
  await open((path[0] === "article" || path[0] === "template" || path.length === 1) && path.join("/") || `${page.data.items[0].kind}/${page.data.items[0].id}`);
  return () => removeEventListener("beforeunload", guard);

  async function load() {
    page.data = await api("GET", `answers?language=${desk.language}`);
    const last = (item) => (item.kind === "article" ? 2 : item.intents[0] === "system" ? 1 : 0);
    page.data.items.sort((a, b) => last(a) - last(b));
    publish.replaceChildren(words.publish, ` (${page.data.pending.length}) `, h("kbd", {}, "p"));
    desk.badge("answers", page.data.pending.length);
    drawList();
    if (sought.trim()) await find();
  }

  // The server finds what customers read: facts filled in, in either script.
  async function find() {
    const mine = ++page.searches, wanted = sought.trim();
    const { found } = wanted ? await api("GET", `answers/search?q=${encodeURIComponent(wanted.slice(0, 200))}`) : { found: [] };
    if (mine !== page.searches) return;
    page.found = new Set(found);
    drawList();
  }

  async function open(at) {
    page.at = at;
    history.replaceState(null, "", `#/answers/${at.split("/").map(encodeURIComponent).join("/")}`);
    page.one = null;
    right.hidden = at === "try" || at === "publish";
    frame.className = right.hidden ? "st-two" : "st-three";
    drawList();
    if (at === "try") return drawTry(answers);
    if (at === "publish") return drawPublish(answers);
    try {
      page.one = await api("GET", `answers/${at.split("/").map(encodeURIComponent).join("/")}`);
    } catch (error) {
      if (unsaved.has(at)) return begin(at, unsaved.get(at).content); // it was begun and not saved yet
      middle.replaceChildren(h("div", { class: "st-empty" }, h("b", {}, words.not_there), error.message));
      return right.replaceChildren();
    }
    if (page.at !== at) return;
    drawOne();
    drawHistory(answers);
    if (!page.shown) setTimeout(() => list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "center" }), 50);
    page.shown = true;
  }

  // ---- the list

  function visible() {
    const wanted = sought.trim().toLowerCase();
    const known = new Set(page.data.items.map((item) => `${item.kind}/${item.id}`));
    const begun = [...unsaved].filter(([at]) => !known.has(at)).map(([at, { content }]) => {
      const [kind, ...id] = at.split("/");
      return { kind, id: id.join("/"), intents: content.intents ?? [id[0].split(".")[0]], texts: {}, state: "new" };
    });
    return [...begun, ...page.data.items].filter((item) =>
      (filter === "all" || (filter === "changed" ? item.state !== "live" && item.state !== "gone" : item.kind === filter))
      && (item.state !== "gone" || wanted)
      && (!wanted || page.found.has(`${item.kind}/${item.id}`) || [item.id, item.applies, ...Object.values(item.texts), ...item.intents.map(desk.intent)].join("\n").toLowerCase().includes(wanted)));
  }

  function drawList() {
    filters.replaceChildren(...["all", "template", "article", "changed"].map((name) =>
      h("button", { "aria-pressed": String(filter === name), onclick: () => { filter = name; drawList(); } }, words[`filter_${name}`])));
    const items = visible(), rows = [];
    let group;
    for (const item of items) {
      const name = groupOf(item);
      if (name !== group) rows.push(h("h3", { class: "an-group" }, group = name));
      const at = `${item.kind}/${item.id}`;
      rows.push(h("a", { class: "st-item", href: `#/answers/${at}`, role: "option", "data-at": at, "aria-selected": String(at === page.at),
        onclick: (event) => { event.preventDefault(); open(at); } },
        h("div", {}, h("b", {}, nameOf(item)), h("span", { class: "an-id", title: item.id }, item.kind === "article" ? "" : item.id.slice(item.id.indexOf(".") + 1)),
          unsaved.has(at) ? h("span", { class: "st-chip st-wait" }, words.unsaved) : item.state !== "live" && chip(item.state)),
        h("p", { class: "st-quiet st-small" }, item.kind === "article" ? item.intents.map(desk.intent).join(", ") : item.texts[desk.language] ?? "")));
    }
    if (!rows.length) rows.push(h("div", { class: "st-empty" }, filter === "changed" && !sought ? words.nothing_changed : words.nothing_found));
    const scrolled = left.scrollTop;
    list.replaceChildren(...rows);
    left.scrollTop = scrolled;
  }

  function groupOf(item) {
    if (item.kind === "article") return words.filter_article;
    return item.intents[0] === "system" ? words.system : desk.intent(item.intents[0]);
  }

  // When a template applies, or an article's title; the id where nothing says more.
  function nameOf(item) { return (item.kind === "article" ? item.texts[desk.language] : item.applies) || item.id; }

  function titleOf(kind, id) {
    const item = page.data.items.find((known) => known.kind === kind && known.id === id) ?? { kind, id, texts: {}, intents: [id.split(".")[0]] };
    return kind === "article" ? nameOf(item) : item.applies ? `${groupOf(item)} · ${item.applies}` : groupOf(item);
  }

  function chip(state) {
    const kind = { draft: "st-wait", new: "st-wait", rolled_back: "st-wait", retired: "st-wait", invalid: "st-bad", live: "st-good" }[state] ?? "";
    return h("span", { class: `st-chip ${kind}` }, words[`state_${state}`]);
  }

  function step(by) {
    const all = visible().map((item) => `${item.kind}/${item.id}`);
    const next = all[Math.min(Math.max(all.indexOf(page.at) + by, 0), all.length - 1)];
    if (!next || next === page.at) return;
    open(next);
    list.querySelector(`[data-at="${CSS.escape(next)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  // ---- one answer, languages side by side

  function drawOne() {
    const one = page.one, kept = unsaved.get(page.at);
    page.text = structuredClone(kept?.content ?? one.content);
    page.base = kept?.base ?? one.version;
    page.sides = {};
    const saveButton = h("button", { class: "st-main-button", onclick: save, "data-save": true }, words.save, " ", h("kbd", {}, "s"));
    page.saveButton = saveButton;
    middle.replaceChildren(
      h("div", { class: "st-head" },
        h("div", { class: "an-title" },
          h("h2", { title: titleOf(one.kind, one.id) }, titleOf(one.kind, one.id)),
          h("p", { class: "st-quiet st-small" }, one.kind === "article" ? `${words.article} · ` : "", h("span", { class: "an-id" }, one.id))),
        chip(one.state),
        h("button", { class: "st-button", onclick: putAside, "data-aside": true }, words.put_aside), saveButton),
      h("div", { class: "st-pad st-stack" },
        page.conflict = h("div", {}),
        one.retired && h("p", { class: "st-wait" }, words.retired_hint),
        h("div", { class: "an-sides" }, page.data.known.languages.map(side)),
        one.kind === "template" ? [conditions(answers), nextButtons()] : intentsOf(),
        page.general = h("div", { class: "st-stack" })),
    );
    drawChecks(one);
    changed(Boolean(kept)); // what was typed before has not been checked on this visit
  }

  function side(language) {
    const article = page.one.kind === "article";
    const text = page.text.texts[language] ?? (article ? { title: "", body: "" } : "");
    page.text.texts[language] = text;
    const field = h("textarea", { "aria-label": words[`language_${language}`] ?? language, lang: language, spellcheck: "true" });
    field.value = article ? text.body : text;
    field.rows = article ? 14 : 8;
    const title = article && h("input", { value: text.title, "aria-label": words.title, placeholder: words.title });
    const count = h("span", { class: "st-num" });
    const counted = () => { count.textContent = field.value.length; };
    const typed = () => {
      page.text.texts[language] = article ? { title: title.value, body: field.value } : field.value;
      counted();
      changed();
    };
    field.oninput = typed;
    if (title) title.oninput = typed;
    counted();
    const wrong = h("div", {}), shown = h("div", { class: "an-shown", lang: language });
    page.sides[language] = { wrong, shown };
    return h("div", { class: "an-side" },
      h("label", {}, words[`language_${language}`] ?? language, count),
      title, field, insert(field, language), wrong,
      h("label", {}, words.preview), shown);
  }

  function insert(field, language) {
    const known = page.data.known, article = page.one.kind === "article";
    const options = (names, say) => names.map((name) => h("option", { value: name }, say(name)));
    return h("select", { class: "an-small", "aria-label": words.insert, onchange: (event) => {
      const name = event.target.value;
      event.target.value = "";
      if (!name) return;
      field.focus();
      field.setRangeText(`{${name}}`, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input"));
    } },
    h("option", { value: "" }, words.insert),
    h("optgroup", { label: words.facts }, options(Object.keys(known.facts).map((f) => `fact.${f}`), (name) => `${known.facts[name.slice(5)][language]}  ·  ${name}`)),
    !article && h("optgroup", { label: words.per_customer }, options([...known.order_fields, ...known.slots, "product", "country", "city", "method", "snippet"], (name) => words[`value_${name.replace(".", "_")}`] ?? name)));
  }

  function nextButtons() { return picker("next", words.next_buttons, words.add_button); }
  function intentsOf() { return picker("intents", words.article_intents, words.add_intent); }

  function picker(name, title, add) {
    const box = h("section", { class: "an-box" });
    const draw = () => box.replaceChildren(h("h3", {}, title), h("div", { class: "an-when" },
      page.text[name].map((id, at) => h("button", { class: "an-pick", title: words.remove, onclick: () => { page.text[name].splice(at, 1); draw(); changed(); } }, desk.intent(id), " ×")),
      h("select", { class: "an-small", "aria-label": add, onchange: (event) => { page.text[name].push(event.target.value); draw(); changed(); } },
        h("option", { value: "" }, add),
        Object.keys(desk.me.intents).filter((id) => !page.text[name].includes(id)).map((id) => h("option", { value: id }, desk.intent(id))))));
    draw();
    return box;
  }

  function changed(check = true) {
    const isNew = page.one.isNew || JSON.stringify(page.text) !== JSON.stringify(filled(page.one.content)) || page.one.retired;
    const wasUnsaved = unsaved.has(page.at);
    const dirty = page.one.isNew || JSON.stringify(page.text) !== JSON.stringify(filled(page.one.content));
    if (dirty) unsaved.set(page.at, { content: structuredClone(page.text), base: page.base });
    else unsaved.delete(page.at);
    page.saveButton.disabled = !isNew;
    middle.querySelector("[data-aside]").hidden = !dirty;
    if (wasUnsaved !== dirty) drawList();
    if (check) { clearTimeout(page.timer); page.timer = setTimeout(recheck, 250); }
  }

  function filled(content) { // every language has a place in the editor, if an empty one
    const article = page.one.kind === "article", texts = { ...content.texts };
    for (const language of page.data.known.languages) texts[language] ??= article ? { title: "", body: "" } : "";
    return { ...content, texts };
  }

  async function recheck() {
    const number = ++page.checks, at = page.at, [kind, ...id] = at.split("/");
    const found = await api("POST", "answers/check", { kind, id: id.join("/"), content: page.text });
    if (number === page.checks && at === page.at && page.one) drawChecks(found);
  }

  function drawChecks({ problems, preview }) {
    for (const [language, { wrong, shown }] of Object.entries(page.sides)) {
      wrong.replaceChildren(...problems.filter((p) => p.where === language).map(said));
      shown.replaceChildren(...(preview[language] ?? []).map((paragraph) => h("p", {}, paragraph.map((part) =>
        part.kind ? h("span", { class: `an-${part.kind}`, title: part.name }, part.text) : part.text))));
    }
    page.general.replaceChildren(...problems.filter((p) => !(p.where in page.sides)).map(said));
  }

  function said(problem) {
    const text = words[`problem_${problem.code}`];
    return h("p", { class: `an-wrong ${problem.hint ? "an-hint" : ""}` }, text ? text.replace("{found}", problem.found) : problem.message);
  }

  async function save() {
    if (!page.one || page.saveButton.disabled) return;
    const [kind, ...id] = page.at.split("/");
    clearTimeout(page.timer);
    try {
      const version = await api("POST", `answers/${kind}/${encodeURIComponent(id.join("/"))}`, { content: page.text, base: page.one.isNew ? null : page.base });
      unsaved.delete(page.at);
      await load();
      await open(page.at);
      desk.toast(words.saved, version.version > 1 || page.one.of_files ? { label: words.undo, act: () => restore(version.base, version.version) } : undefined);
    } catch (error) {
      if (error.status === 422 && error.answer?.problems) { drawChecks({ problems: error.answer.problems, preview: (await peek()).preview }); desk.toast(words.not_saved); }
      else if (error.status === 409 && error.answer?.theirs) drawConflict(error.answer);
      else if (error.status) desk.toast(error.message);
    }
  }

  function peek() {
    const [kind, ...id] = page.at.split("/");
    return api("POST", "answers/check", { kind, id: id.join("/"), content: page.text });
  }

  function drawConflict({ theirs, content, lines }) {
    page.conflict.replaceChildren(h("div", { class: "an-conflict", role: "alert" },
      h("b", {}, words.conflict.replace("{name}", theirs.author).replace("{version}", theirs.version)),
      diffOf(desk, words, lines),
      h("p", { class: "st-small" }, words.conflict_hint),
      h("div", { class: "st-row" },
        h("button", { class: "st-button", onclick: () => { unsaved.delete(page.at); open(page.at); load(); } }, words.take_theirs),
        h("button", { class: "st-button", onclick: () => { page.base = theirs.version; page.conflict.replaceChildren(); save(); } }, words.save_mine))));
    page.conflict.scrollIntoView({ block: "nearest" });
  }

  function putAside() {
    unsaved.delete(page.at);
    if (page.one.isNew) { load(); open(`${page.data.items[0].kind}/${page.data.items[0].id}`); } else open(page.at);
  }

  // ---- history, use

  async function restore(number, base) {
    const [kind, ...id] = page.at.split("/");
    try {
      await api("POST", `answers/${kind}/${encodeURIComponent(id.join("/"))}/restore`, { version: number, base });
    } catch (error) { if (error.status) desk.toast(error.message); return; }
    unsaved.delete(page.at);
    await load();
    await open(page.at);
    desk.toast(words.brought_back);
  }

  async function retire() {
    const one = page.one, at = page.at;
    try {
      const version = await api("POST", `answers/${one.kind}/${encodeURIComponent(one.id)}`, { content: null, base: one.version });
      unsaved.delete(at);
      await load();
      await open(at);
      desk.toast(words.retired, { label: words.undo, act: () => restore(version.base, version.version) });
    } catch (error) {
      if (error.answer?.problems) desk.toast(said(error.answer.problems[0]).textContent);
      else if (error.status) desk.toast(error.message);
    }
  }

  // ---- a new one

  function create() {
    const kind = h("select", {}, ["template", "article"].map((k) => h("option", { value: k }, words[`new_${k}`])));
    const intent = h("select", {}, Object.keys(desk.me.intents).map((id) => h("option", { value: id, selected: page.at.startsWith(`template/${id}.`) }, desk.intent(id))));
    const name = h("input", { required: true, maxlength: 60, placeholder: words.new_name, pattern: "[a-z0-9_\\-]+", title: words.new_name_hint });
    const dialog = h("dialog", {}, h("form", { method: "dialog", class: "st-stack", onsubmit: started },
      h("h2", {}, words.new), h("label", {}, words.new_kind, " ", kind), h("label", {}, words.new_intent, " ", intent), h("label", {}, name),
      h("p", { class: "st-small st-quiet" }, words.new_name_hint),
      h("div", { class: "st-row" }, h("button", { class: "st-main-button" }, words.new_begin),
        h("button", { class: "st-button", type: "button", onclick: () => dialog.close() }, words.cancel))));
    function started() {
      const template = kind.value === "template";
      const id = template ? `${intent.value}.${name.value.replaceAll("-", "_")}` : name.value.replaceAll("_", "-");
      const at = `${kind.value}/${id}`;
      if (page.data.items.some((item) => `${item.kind}/${item.id}` === at && item.state !== "gone")) return desk.toast(words.taken);
      const content = template ? { when: {}, next: [], texts: {} } : { intents: [intent.value], texts: {} };
      begin(at, content);
      middle.querySelector(template ? "textarea" : "input").focus();
    }
    dialog.onclose = () => dialog.remove();
    main.append(dialog);
    dialog.showModal();
    name.focus();
  }

  function begin(at, content) {
    const [kind, ...id] = at.split("/");
    page.at = at;
    page.one = { kind, id: id.join("/"), content, version: 0, state: "new", isNew: true, problems: [], preview: {}, versions: [], lines: [] };
    right.hidden = false;
    frame.className = "st-three";
    drawOne();
    recheck();
    right.replaceChildren(h("div", { class: "st-empty" }, words.new_history));
  }
}
