// The Releases page: #/releases/<id>/<the one beside it>

import { diffOf } from "./diff.js";
import { askForTrial, trialView } from "./trial.js";

const MORE_IS_BETTER = ["accuracy", "in_scope_answered", "out_of_scope_refused", "mood_right", "negative_found"];

export async function show(main, desk, path) {
  const { h, api, words } = desk;
  const page = { all: [], live: "", at: "", against: "", one: null, trial: { trial: null } };
  const list = h("div", { role: "listbox" });
  const middle = h("section", { class: "st-column" });
  const right = h("section", { class: "st-column" });
  main.append(h("div", { class: "st-three" }, h("section", { class: "st-column" }, list), middle, right));
  desk.keys({
    j: { label: words.key_next, act: () => step(1) },
    k: { label: words.key_previous, act: () => step(-1) },
    t: { label: words.try_out, act: () => middle.querySelector("[data-try]")?.click() },
    c: { label: words.key_compare, act: () => right.querySelector("[data-replay]")?.click() },
  });
  desk.every(1500, follow);
  desk.every(5000, followTrial);
  await load();
  if (page.all.length) await open(path[0] ?? page.live, path[1]);
  else middle.replaceChildren(h("div", { class: "st-empty" }, words.empty));

  async function load() {
    const [found, trial] = await Promise.all([api("GET", "releases"), api("GET", "releases/trial")]);
    page.trial = trial;
    page.all = found.releases;
    page.live = found.live;
    drawList();
  }

  function drawList() {
    list.replaceChildren(...page.all.map((release) => h("a", { class: "st-item", role: "option", href: `#/releases/${release.id}`, "aria-selected": String(release.id === page.at),
      onclick: (event) => { event.preventDefault(); if (!release.error) open(release.id); } },
      h("div", { class: "st-row" }, h("b", {}, release.id), release.id === page.live && h("span", { class: "st-chip st-good" }, words.live),
        release.id === tried() && h("span", { class: "st-chip st-wait" }, words.on_trial), release.error && h("span", { class: "st-chip st-bad", title: release.error }, words.unreadable)),
      !release.error && h("p", { class: "st-quiet st-small" }, [release.created && desk.time(release.created), words[`kind_${release.kind}`], made(release)].filter(Boolean).join(" · ")),
      release.note && h("p", { class: "st-small" }, release.note))));
  }

  function made(release) { return release.by ? words.by.replace("{name}", release.by) : words.by_command; }

  function step(by) {
    const all = page.all.filter((r) => !r.error).map((r) => r.id);
    const next = all[Math.min(Math.max(all.indexOf(page.at) + by, 0), all.length - 1)];
    if (next && next !== page.at) open(next);
  }

  async function open(id, against) {
    const readable = page.all.filter((r) => !r.error), at = readable.findIndex((r) => r.id === id);
    page.at = id;
    page.against = against ?? (id === page.live ? readable[at + 1]?.id : page.live) ?? id;
    history.replaceState(null, "", `#/releases/${page.at}/${page.against}`);
    drawList();
    const found = await api("GET", `releases/${id}?against=${page.against}`);
    if (page.at !== id) return;
    page.one = found;
    draw();
  }

  function draw() {
    const { release, against } = page.one;
    const beside = h("select", { class: "an-small", "aria-label": words.beside, onchange: () => open(page.at, beside.value) },
      page.all.filter((r) => !r.error).map((r) => h("option", { value: r.id, selected: r.id === page.against }, r.id === page.live ? `${r.id} · ${words.live}` : r.id)));
    const older = page.all.findIndex((r) => r.id === page.at) > page.all.findIndex((r) => r.id === page.live);
    middle.replaceChildren(
      h("div", { class: "st-head" }, h("h2", {}, release.id), release.id === page.live && h("span", { class: "st-chip st-good" }, words.live),
        h("span", { class: "st-space" }), h("span", { class: "st-quiet st-small" }, words.beside), beside,
        release.id !== page.live && !tried() && !page.trial.problem && h("button", { class: "st-button", "data-try": true, onclick: tryOut }, words.try_out, " ", h("kbd", {}, "t")),
        release.id !== page.live && h("button", { class: "st-main-button", onclick: confirm }, older ? words.back : words.make_live)),
      h("div", { class: "st-pad st-stack" }, page.tried = h("div", {}), facts(release, against),
        h("h3", {}, words.figures), h("p", { class: "st-quiet st-small" }, release.kind === "answers" ? words.figures_same : words.figures_hint),
        h("div", { class: "re-tables" }, Object.keys(release.figures).map((language) => figures(language, release.figures[language], against.figures[language] ?? {}))),
        h("h3", {}, words.intents), intents()));
    drawTrial();
    drawRight();
  }

  // ---- a release on trial

  function tried() { return page.trial.trial && !page.trial.trial.ended ? page.trial.trial.release : null; }

  function drawTrial() {
    page.tried.replaceChildren(...trialView(desk, page.trial, page.at, { end: endTrial, open }));
  }

  async function followTrial() {
    if (!tried() || !page.one) return;
    const was = tried();
    page.trial = await api("GET", "releases/trial");
    if (tried() !== was) return draw(), drawList();
    drawTrial();
  }

  function tryOut() {
    askForTrial(desk, page.at, async (asked) => {
      await api("POST", `releases/${page.at}/trial`, asked);
      desk.toast(words.try_begun.replace("{release}", page.at));
      await load();
      draw();
    });
  }

  async function endTrial() {
    try { await api("POST", "releases/trial/end", {}); }
    catch (error) { if (error.status) desk.toast(error.message); return; }
    desk.toast(words.try_ended.replace("{live}", page.live));
    await load();
    draw();
  }

  function facts(release, against) {
    const row = (label, value, was) => value !== null && value !== undefined && value !== "" && [h("dt", {}, words[label]), h("dd", {}, value, was !== undefined && was !== value && h("span", { class: "st-wait" }, ` (${words.other.replace("{was}", was ?? "–")})`))];
    return h("dl", { class: "re-facts" },
      [h("dt", {}, words[`kind_${release.kind}`]), h("dd", {}, `${made(release)} · ${desk.time(release.created)}`)],
      row("base", release.base), row("messages", release.messages?.toLocaleString(desk.language), against.messages?.toLocaleString(desk.language)), row("edits", release.edits, against.edits), row("topics", topics(release.topics), topics(against.topics)),
      row("files", release.files, against.files), row("tuned", { true: words.yes, false: words.no }[release.tuned]), row("seconds", release.seconds && `${release.seconds} s`));
  }

  function topics(ids) { return ids.map(desk.intent).join(", ") || words.no_topics; }

  function figures(language, now, was) {
    const percent = (share) => `${(100 * share).toFixed(1)} %`;
    return h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, words[`language_${language}`] ?? language), h("th", { class: "st-num" }, page.at), h("th", { class: "st-num" }, "±"))),
      h("tbody", {}, Object.entries(now).map(([name, value]) => {
        if (typeof value !== "number") return h("tr", {}, h("td", {}, words[name] ?? name), h("td", { colspan: 2, class: "st-num" }, words[value] ?? value));
        const change = typeof was[name] === "number" ? value - was[name] : 0;
        const better = (change > 0) === MORE_IS_BETTER.includes(name);
        return h("tr", {}, h("td", {}, words[name] ?? name), h("td", { class: "st-num" }, percent(value)),
          h("td", { class: `st-num ${Math.abs(change) < 0.0005 ? "st-quiet" : better ? "st-good" : "st-bad"}` }, Math.abs(change) < 0.0005 ? "–" : `${change > 0 ? "+" : "−"}${(100 * Math.abs(change)).toFixed(1)}`));
      })));
  }

  function intents() {
    const rows = page.one.intents.filter((row) => row.now);
    if (!rows.length) return h("p", { class: "st-quiet st-small" }, words.no_intents);
    const languages = Object.keys(page.one.release.figures);
    const share = (counts) => (counts ? counts[0] / counts[1] : null);
    const worst = (row) => Math.min(...languages.map((l) => share(row.now[l]) ?? 1));
    return h("div", { class: "re-scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", {}, words.intent), h("th", { class: "st-num" }, words.examples), languages.map((l) => h("th", { class: "st-num" }, `${words[`language_${l}`] ?? l}, ${words.right}`)))),
      h("tbody", {}, rows.sort((a, b) => worst(a) - worst(b)).map((row) => h("tr", {}, h("td", { title: row.id }, desk.intent(row.id)),
        h("td", { class: "st-num" }, row.now.examples),
        languages.map((l) => {
          const now = share(row.now[l]), was = share(row.was?.[l]), change = now !== null && was !== null ? now - was : 0;
          return h("td", { class: `st-num ${change > 0.0005 ? "st-good" : change < -0.0005 ? "st-bad" : ""}` },
            now === null ? "–" : `${(100 * now).toFixed(0)} %`, row.now[l] && h("span", { class: "st-quiet" }, ` ${row.now[l].join("/")}`),
            Math.abs(change) > 0.0005 && ` ${change > 0 ? "+" : "−"}${(100 * Math.abs(change)).toFixed(0)}`);
        }))))));
  }

  // ---- what changes for customers

  function drawRight() {
    const { answers, differs, replay } = page.one;
    page.replayed = h("div", { class: "st-stack" });
    if (page.at === page.against) {
      page.replay = null;
      const others = page.all.filter((r) => !r.error && r.id !== page.at).length;
      return right.replaceChildren(h("div", { class: "st-pad st-stack" }, h("p", { class: "st-quiet" }, others ? words.same : words.alone), drifted(differs)));
    }
    right.replaceChildren(
      h("div", { class: "st-head" }, h("h3", {}, `${page.against} → ${page.at}`)),
      h("div", { class: "st-pad st-stack" },
        h("h3", {}, words.replay), h("p", { class: "st-quiet st-small" }, words.replay_hint), page.replayed,
        h("h3", {}, `${words.answers_changed} (${answers.length})`), h("p", { class: "st-quiet st-small" }, words.answers_changed_hint),
        answers.length ? answers.map((change) => h("div", {}, h("b", { class: "st-small" }, change.id), diffOf(desk, words, change.lines))) : h("p", { class: "st-quiet st-small" }, words.no_answers_changed),
        drifted(differs)));
    drawReplay(replay);
  }

  function drifted(differs) {
    return differs.length ? [h("h3", { class: "st-wait" }, words.differs.replace("{n}", differs.length)), h("p", { class: "st-small" }, differs.map((s) => s.slice(s.indexOf("/") + 1)).join(", "))] : [];
  }

  function drawReplay(replay) {
    page.replay = replay;
    const start = (label) => h("button", { class: "st-button", "data-replay": true, disabled: page.at === page.against, onclick: begin }, label, " ", h("kbd", {}, "c"));
    if (!replay) return page.replayed.replaceChildren(h("div", {}, start(words.replay_start)));
    page.replayed.replaceChildren(
      !replay.finished ? h("div", {}, h("progress", { max: replay.of, value: replay.done }), h("p", { class: "st-num st-small" }, words.replay_going.replace("{done}", replay.done).replace("{of}", replay.of)))
        : h("div", { class: "st-row" }, start(words.replay_start), replay.error && h("span", { class: "st-bad" }, replay.error)),
      h("p", {}, !replay.of ? words.replay_empty : replay.changes.length ? words.replay_found.replace("{n}", replay.changes.length).replace("{of}", replay.of)
        : replay.finished && !replay.error ? words.replay_none.replace("{of}", replay.of) : ""),
      ...replay.changes.map((change) => h("div", { class: "re-said" },
        h("p", {}, change.text, change.count > 1 && h("span", { class: "st-quiet" }, ` · ${words.asked.replace("{n}", change.count)}`)),
        ["before", "after"].map((when) => h("div", {}, h("div", { class: "st-quiet" }, `${words[when]} · ${words[`route_${change[when].route}`] ?? change[when].route} · ${change[when].intent ? desk.intent(change[when].intent) : "–"}`), change[when].reply)))));
  }

  async function begin() {
    try { drawReplay(await api("POST", `releases/${page.at}/replay?against=${page.against}`, {})); }
    catch (error) { if (error.status) desk.toast(error.message); }
  }

  async function follow() {
    if (!page.replay || page.replay.finished) return;
    const at = page.at, found = await api("GET", `releases/${at}/replay?against=${page.against}`);
    if (at === page.at && found) drawReplay(found);
  }

  // ---- going live

  function confirm() {
    const { release, differs, taken_back: gone } = page.one;
    const dialog = h("dialog", {}, h("form", { method: "dialog", class: "st-stack" },
      h("h2", {}, words.confirm.replace("{release}", release.id)),
      h("p", {}, words.confirm_later.replace("{live}", page.live)),
      Object.keys(gone).length > 0 && [h("p", {}, words.confirm_topics), h("p", { class: "st-small st-quiet", "data-taken-back": true }, Object.entries(gone).map(([id, n]) => words.confirm_topic.replace("{topic}", desk.intent(id)).replace("{n}", n)).join(", "))],
      differs.length > 0 && [h("p", {}, words.confirm_differs), h("p", { class: "st-small st-quiet" }, differs.map((s) => s.slice(s.indexOf("/") + 1)).join(", "))],
      h("div", { class: "st-row" }, h("button", { class: "st-main-button", value: "yes" }, words.confirm_yes), h("button", { class: "st-button" }, words.cancel))));
    dialog.onclose = () => { dialog.remove(); if (dialog.returnValue === "yes") makeLive(release.id); };
    main.append(dialog);
    dialog.showModal();
  }

  async function makeLive(id) {
    try {
      const { differs } = await api("POST", `releases/${id}/live`, {});
      desk.toast((differs.length ? words.done_differs : words.done).replace("{release}", id).replace("{n}", differs.length));
      await load();
      await open(id);
    } catch (error) { if (error.status) desk.toast(error.message); }
  }
}
