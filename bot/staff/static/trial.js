// A release on trial: how it is begun, and how it goes. Used by the Releases page.

const EFFECTS = [0.02, 0.03, 0.05, 0.1];

// Asks how a release is to be tried; `act` gets what the server wants to know.
export function askForTrial(desk, release, act) {
  const { h, words } = desk;
  const way = (mode, checked) => h("input", { type: "radio", name: "mode", value: mode, checked });
  const share = h("input", { type: "number", name: "share", min: 1, max: 90, value: 10, required: true, "aria-label": words.try_of });
  const effect = h("select", { name: "effect" }, EFFECTS.map((e) => h("option", { value: e, selected: e === 0.05 }, words.try_points.replace("{n}", 100 * e))));
  const more = h("fieldset", { class: "re-more", disabled: true }, h("div", { class: "st-row" }, share, h("span", {}, `% ${words.try_of}`)),
    h("label", { class: "st-row" }, words.try_effect, effect), h("p", { class: "st-small st-quiet" }, words.try_effect_hint));
  const ways = h("div", { class: "st-stack", onchange: (event) => { if (event.target.name === "mode") more.disabled = event.target.value !== "share"; } },
    [["shadow", true], ["share", false]].map(([mode, checked]) => h("label", { class: "re-way" }, way(mode, checked), h("span", {}, h("b", {}, words[`try_${mode}`]), h("span", { class: "st-small st-quiet" }, words[`try_${mode}_hint`])))), more);
  desk.ask(words.try_title.replace("{release}", release), ways, words.try_begin, (form) =>
    act({ mode: form.elements.mode.value, share: Number(share.value) / 100, effect: Number(effect.value) }));
}

// Returns what is shown of the trial beside a release: its course where it is the one, else where to find it.
export function trialView(desk, { trial, problem, shadow, comparison }, at, { end, open }) {
  const { h, words } = desk;
  const stop = h("button", { class: "st-button st-small", "data-end-trial": true, onclick: end }, words.try_end);
  if (!trial) return problem ? [h("div", { class: "re-trial" }, h("div", { class: "st-row st-bad" }, problem, h("span", { class: "st-space" }), stop))] : [];
  if (trial.release !== at) {
    return trial.ended ? [] : [h("div", { class: "re-trial st-row" }, h("span", {}, words.trial_other.replace("{release}", trial.release)),
      h("span", { class: "st-space" }), h("button", { class: "st-button st-small", onclick: () => open(trial.release) }, words.trial_see))];
  }
  const percent = (share) => `${(100 * share).toLocaleString(desk.language, { maximumFractionDigits: 1 })} %`;
  const state = trial.ended ? words.trial_ended.replace("{ended}", desk.time(trial.ended)) : null;
  return [h("div", { class: "re-trial st-stack" },
    h("div", { class: "st-row" }, h("span", { class: `st-chip ${trial.ended ? "" : "st-wait"}` }, words[`trial_${trial.mode}`].replace("{share}", percent(trial.share))),
      h("span", { class: "st-quiet st-small" }, [words.trial_since.replace("{since}", desk.time(trial.since)).replace("{by}", words.trial_by.replace("{name}", trial.by)), state].filter(Boolean).join(" · ")),
      h("span", { class: "st-space" }), !trial.ended && stop),
    problem && h("p", { class: "st-bad" }, words.trial_problem, " ", problem),
    shadow ? shadowView(desk, shadow, percent) : shareView(desk, trial, comparison, percent))];
}

function shadowView(desk, shadow, percent) {
  const { h, words } = desk;
  if (!shadow.heard) return h("p", { class: "st-quiet" }, words.heard_none);
  const ms = (value) => `${Math.round(value)} ms`;
  const fact = (label, value, title) => h("div", { title }, h("dt", {}, label), h("dd", { class: "st-num" }, value));
  const act = ([route, intent]) => `${words[`route_${route}`] ?? route}${intent ? ` · ${desk.intent(intent)}` : ""}`;
  const same = (group) => String(group.live) === String(group.trial);
  return [
    h("dl", { class: "re-counts" }, fact(words.heard, shadow.heard.toLocaleString(desk.language)),
      fact(words.differing, `${shadow.differing.toLocaleString(desk.language)} (${percent(shadow.differing / shadow.heard)})`),
      fact(words.dropped, shadow.dropped.toLocaleString(desk.language), words.dropped_hint),
      fact(words.time_each, `${ms(shadow.live_ms)} → ${ms(shadow.trial_ms)}`)),
    h("h3", {}, shadow.disagreements.length ? words.disagree : words.disagree_none),
    h("div", { class: "re-disagree" }, shadow.disagreements.map((group) => h("details", { open: shadow.disagreements.indexOf(group) < 3 },
      h("summary", {}, h("span", { class: "st-chip st-num" }, `${group.count} ×`), ` ${act(group.live)} → `, h("b", {}, same(group) ? words.words_only : act(group.trial))),
      group.examples.map((e) => h("div", { class: "re-said" },
        h("p", {}, h("a", { href: `#/conversations/${encodeURIComponent(e.session)}/${e.number}` }, e.text), e.count > 1 && h("span", { class: "st-quiet" }, ` · ${words.asked.replace("{n}", e.count)}`)),
        [["side_live", e.live], ["side_trial", e.trial]].map(([side, reply]) => h("div", {}, h("div", { class: "st-quiet" }, words[side]), reply))))))),
  ];
}

function shareView(desk, trial, found, percent) {
  const { h, words } = desk;
  const points = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${(100 * Math.abs(value)).toLocaleString(desk.language, { maximumFractionDigits: 1, minimumFractionDigits: 1 })}`;
  const side = (share) => (share.of ? [percent(share.count / share.of), h("span", { class: "st-quiet" }, ` ${share.count}/${share.of}`)] : "–");
  const chance = (p) => (p < 0.001 ? "< 0.001" : p.toLocaleString(desk.language, { maximumFractionDigits: 3 }));
  const verdict = words[`verdict_${found.verdict}`].replace("{release}", trial.release).replace("{n}", found.trial.toLocaleString(desk.language))
    .replace("{needed}", found.needed.toLocaleString(desk.language)).replace("{effect}", 100 * trial.effect);
  return [
    h("p", { class: { better: "st-good", worse: "st-bad" }[found.verdict] ?? "" }, verdict),
    found.verdict === "early" && h("progress", { max: found.needed, value: found.trial, "aria-label": verdict }),
    h("div", { class: "re-wide" }, h("table", { "data-comparison": true }, h("thead", {}, h("tr", {}, h("th", {}, words.figure), ["side_live", "side_trial", "difference", "chance"].map((name) => h("th", { class: "st-num" }, words[name])))),
      h("tbody", {}, found.figures.map((f) => h("tr", {},
        h("td", {}, words[`figure_${f.name}`], f.name === found.primary && [" ", h("span", { class: "st-chip" }, words.decides)]),
        h("td", { class: "st-num" }, side(f.live)), h("td", { class: "st-num" }, side(f.trial)),
        h("td", { class: `st-num ${f.clear && (!f.better || found.verdict !== "early") ? (f.better ? "st-good" : "st-bad") : ""}` }, f.difference ? [points(f.difference.value), h("span", { class: "st-quiet" }, ` (${points(f.difference.low)} … ${points(f.difference.high)})`)] : "–"),
        h("td", { class: "st-num" }, f.difference ? chance(f.difference.p) : "–")))))),
    h("p", { class: "st-small st-quiet" }, words.comparison_hint, found.mixed ? ` ${words.mixed.replace("{n}", found.mixed)}` : ""),
  ];
}
