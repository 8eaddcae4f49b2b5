// The Nights page: #/nights/<id>. The list on the left, one night in the middle, on the right what the next one will learn.

const BETTER = { golden: 1, top_intent: 1, in_scope_refused: -1, out_of_scope_refused: 1, wrong_answers: -1, acted_on: 1, reviewed: 1, misspelt: 1, several: 1, scripted: 1 };
const TONES = { live: "st-good", trial: "st-wait", kept: "st-wait", idle: "", failed: "st-bad", stopped: "st-bad" };
const FEW = 20; // test messages, under which a figure says little
const COMMAND = "python -m training.nightly";
const TIMER = "0 2 * * *  cd /srv/frontdesk && .venv/bin/python -m training.nightly";

export async function show(main, desk, path) {
  const { h, api, words: w } = desk;
  const page = { nights: [], tonight: null, at: path[0] };
  const list = h("div", { role: "listbox" });
  const middle = h("section", { class: "st-column" }), right = h("section", { class: "st-column" });
  const left = h("section", { class: "st-column" }, list), frame = h("div", {}, left, middle, right);
  main.append(frame);
  desk.keys({
    j: { label: w.key_next, act: () => step(1) },
    k: { label: w.key_previous, act: () => step(-1) },
    o: { label: w.open_report, act: () => middle.querySelector("[data-report]")?.click() },
    t: { label: w.tonight, act: () => desk.go("#/review/tonight") },
  });
  desk.every(20000, load);
  await load();

  async function load() {
    const found = await api("GET", "nights");
    if (JSON.stringify(found) === JSON.stringify({ nights: page.nights, tonight: page.tonight })) return; // what is being read stays as it is
    Object.assign(page, found);
    if (!page.nights.some((night) => night.id === page.at)) page.at = page.nights[0]?.id;
    draw();
  }

  function open(id) {
    page.at = id;
    history.replaceState(null, "", `#/nights/${encodeURIComponent(id)}`);
    draw();
  }

  function step(by) {
    const at = page.nights.findIndex((night) => night.id === page.at);
    const next = page.nights[Math.min(Math.max(at + by, 0), page.nights.length - 1)];
    if (next && next.id !== page.at) open(next.id);
  }

  function draw() {
    frame.className = page.nights.length ? "st-three" : "ni-empty";
    left.hidden = !page.nights.length;
    list.replaceChildren(...page.nights.map(item));
    const night = page.nights.find((one) => one.id === page.at);
    middle.replaceChildren(...(night ? one(night) : [nothing()]));
    right.replaceChildren(...next());
  }

  // A night without an end goes on if it is the latest; of earlier ones nobody knows more.
  function state(night) {
    return night.outcome || (night === page.nights[0] ? "running" : "stopped");
  }

  function item(night) {
    const learned = night.figures.learned?.fresh;
    return h("a", { class: "st-item", role: "option", href: `#/nights/${encodeURIComponent(night.id)}`, "aria-selected": String(night.id === page.at), "data-night": night.id,
      onclick: (event) => { event.preventDefault(); open(night.id); } },
      h("div", { class: "st-row" }, h("b", { class: "st-num" }, desk.time(night.began)), chip(night)),
      h("p", { class: "st-quiet st-small" }, [fill(learned === null || learned === undefined ? "" : learned ? w.new_messages : w.nothing_new, { n: number(learned ?? 0) }), measured(night) && night.figures.failed ? fill(w.failed_checks, { n: night.figures.failed }) : ""].filter(Boolean).join(" · ") || w[`short_${state(night)}`]));
  }

  function measured(night) { return Object.values(night.figures.figures ?? {}).some((of) => Object.keys(of).length); }

  function chip(night) {
    return h("span", { class: `st-chip ${TONES[state(night)] ?? ""}` }, w[state(night)] ?? night.outcome);
  }

  // ---- one night

  function one(night) {
    const figures = night.figures.figures ?? {};
    return [
      h("div", { class: "st-head" }, h("h2", { class: "st-num" }, desk.time(night.began)), chip(night), h("span", { class: "st-space" }),
        night.report && h("a", { class: "st-main-button", href: `/staff/api/nights/${encodeURIComponent(night.id)}/report`, target: "_blank", rel: "noopener", "data-report": true }, w.open_report, " ", h("kbd", {}, "o"))),
      h("div", { class: "st-pad st-stack" }, h("p", { class: "ni-said" }, said(night)),
        h("p", { class: "st-small st-quiet st-num" }, [night.id, night.ended && took(night), night.figures.asked && fill(w.changed, { n: number(night.figures.changes), of: number(night.figures.asked) })].filter(Boolean).join(" · ")),
        reasons(night),
        h("h3", {}, w.figures), measured(night) ? [h("p", { class: "st-quiet st-small" }, w.figures_hint),
          h("div", { class: "re-tables" }, Object.keys(figures).map((language) => table(language, figures[language])))] : h("p", { class: "st-quiet st-small" }, state(night) === "idle" ? w.nothing_to_measure : w.not_measured),
        h("h3", {}, w.learned), learned(night.figures.learned)),
    ];
  }

  function said(night) {
    const of = { release: night.release ?? "–", before: night.before, failed: night.figures.failed, checks: night.figures.checks, ago: desk.ago(night.began) };
    const name = state(night);
    const kept = !measured(night) ? "said_kept_unmeasured" : night.figures.failed ? "said_kept_failed" : "said_kept";
    return fill((name === "kept" ? w[kept] : w[`said_${name}`]) ?? night.outcome, of);
  }

  // Each failed check: what it is of, by how much, and the gate's own words.
  function reasons(night) {
    if (!night.reasons.length) return null;
    return h("div", { class: "st-stack" }, h("h3", {}, w.reasons), h("ul", { class: "ni-reasons" }, night.reasons.map((reason) => {
      if (typeof reason !== "object" || !reason) return h("li", {}, String(reason));
      const name = w[`check_${reason.check}`] ?? w[reason.check] ?? reason.check;
      const change = typeof reason.live === "number" && typeof reason.candidate === "number" && Math.max(Math.abs(reason.live), Math.abs(reason.candidate)) <= 1;
      return h("li", {}, h("b", {}, reason.language && [h("bdi", {}, desk.common[`language_${reason.language}`] ?? reason.language), " · "], h("bdi", {}, name)), change && h("span", { class: "st-num" }, ` ${percent(reason.live)} → ${percent(reason.candidate)}`),
        h("div", { class: "st-small st-quiet", dir: "auto" }, reason.text));
    })));
  }

  function table(language, figures) {
    if (!Object.keys(figures).length) return h("p", { class: "st-quiet st-small", "data-unmeasured": language }, fill(w.no_messages, { language: desk.common[`language_${language}`] ?? language }));
    return h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, desk.common[`language_${language}`] ?? language), h("th", { class: "st-num" }, w.before), h("th", { class: "st-num" }, w.after), h("th", { class: "st-num" }, "±"))),
      h("tbody", {}, Object.entries(figures).map(([name, { live, candidate, n, better: up, worse: down }]) => {
        const change = typeof live === "number" && typeof candidate === "number" ? candidate - live : null;
        const same = change !== null && Math.abs(change) < 0.0005, gain = change * (BETTER[name] ?? 0);
        // Of too few messages, or where more of them went the other way, a change is neither better nor worse.
        const better = (typeof n === "number" && n < FEW) || (gain && up - down && Math.sign(up - down) !== Math.sign(gain)) ? 0 : gain;
        return h("tr", { "data-figure": name }, h("td", {}, w[name] ?? name.replaceAll("_", " ")), h("td", { class: "st-num" }, percent(live)), h("td", { class: "st-num" }, percent(candidate)),
          h("td", { class: `st-num ${same || !better ? "st-quiet" : better > 0 ? "st-good" : "st-bad"}` }, change === null || same ? "–" : `${change > 0 ? "+" : "−"}${(100 * Math.abs(change)).toFixed(1)}`));
      })));
  }

  function learned(of) {
    if (!of || typeof of.examples !== "number") return h("p", { class: "st-quiet st-small" }, w.not_learned);
    const people = Object.entries(of.by_author ?? {}).sort(([, a], [, b]) => (b.fresh ?? 0) - (a.fresh ?? 0));
    return [
      h("p", {}, fill(w.learned_from, { n: number(of.examples), fresh: number(of.fresh ?? 0), exam: number(of.exam ?? 0) })),
      people.length > 0 && h("p", { class: "st-row" }, people.map(([name, { fresh, kept_out }]) => h("span", { class: `st-chip ${kept_out ? "st-bad" : ""}` }, h("bdi", {}, name), ` ${kept_out ? w.kept_out : number(fresh ?? 0)}`))),
      of.new_intents?.length > 0 && h("p", {}, w.new_intents, " ", of.new_intents.map((intent) => h("span", { class: "st-chip st-good" }, intent.title?.[desk.language] ?? intent.title?.en ?? intent.id))),
      of.left_out > 0 && h("p", { class: "st-quiet st-small" }, fill(w.left_out, { n: number(of.left_out) })),
    ];
  }

  // ---- what comes next, and what to do where there is nothing yet

  function next() {
    const { messages, intents, proposed } = page.tonight;
    const most = Math.max(1, ...intents.map(([, n]) => n));
    return [
      h("div", { class: "st-head" }, h("h3", {}, w.next), h("span", { class: "st-space" }), h("a", { class: "st-small", href: "#/review/tonight" }, w.tonight_link, " ", h("kbd", {}, "t"))),
      h("div", { class: "st-pad st-stack" }, h("p", { "data-tonight": messages }, fill(messages ? w.next_messages : w.next_nothing, { n: number(messages) })),
        h("table", {}, h("tbody", {}, intents.slice(0, 10).map(([id, n]) => h("tr", {}, h("td", {}, proposed[id]?.[desk.language] ?? desk.intent(id), h("div", { class: "ni-bar", style: `width:${Math.round((100 * n) / most)}%` })), h("td", { class: "st-num" }, number(n)))))),
        page.nights.length > 0 && h("details", { class: "st-small st-quiet" }, h("summary", {}, w.how), timer())),
    ];
  }

  function nothing() {
    return h("div", { class: "ni-none" }, h("h2", {}, w.none), h("p", { class: "st-quiet" }, w.none_hint), timer());
  }

  function timer() {
    return h("div", { class: "st-stack ni-timer" }, h("p", {}, w.run_once), h("code", {}, COMMAND), h("p", {}, w.run_nightly), h("code", {}, TIMER), h("p", {}, w.run_more));
  }

  // ---- numbers

  function percent(share) { return typeof share === "number" ? `${(100 * share).toFixed(1)}\u00a0%` : "–"; }

  function number(n) { return n.toLocaleString(desk.language); }

  function fill(text, values) { return Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text ?? ""); }

  function took(night) {
    const minutes = Math.max(1, Math.round((new Date(night.ended) - new Date(night.began)) / 60000));
    return minutes < 60 ? fill(w.minutes, { n: minutes }) : fill(w.hours, { h: Math.floor(minutes / 60), m: minutes % 60 });
  }
}
