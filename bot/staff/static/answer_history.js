// The history of an answer: who made which version, what differs, how often it was used.

import { diffOf } from "./diff.js";

// Draws the history of the answer that is open beside it.
export function drawHistory({ desk, page, right, restore, retire }) {
  const { h, api, words } = desk;
  const one = page.one, use = one.use;
  const choices = [...one.versions.map((v) => v.version), ...(one.of_files || one.versions.length ? [0] : [])];
  const name = (number) => number ? words.version.replace("{n}", number) : one.of_files ? words.version_files : words.version_nothing;
  const shown = h("div", {});
  const pick = (value) => h("select", { class: "an-small" }, choices.map((n) => h("option", { value: n, selected: n === value }, name(n))));
  const before = pick(choices[1] ?? 0), after = pick(choices[0] ?? 0);
  const compare = async () => {
    const path = `answers/${one.kind}/${encodeURIComponent(one.id)}/diff?before=${before.value}&after=${after.value}`;
    shown.replaceChildren(diffOf(desk, words, await api("GET", path)));
  };
  before.onchange = after.onchange = compare;
  right.replaceChildren(
    h("div", { class: "st-head" }, h("h3", {}, words.history), h("span", { class: "st-space" }),
      !one.retired && h("button", { class: "st-button st-danger", onclick: retire }, words.retire)),
    h("div", { class: "st-pad st-stack" },
      h("p", { class: "st-small st-quiet" }, use.turns
        ? words.used.replace("{used}", use.used).replace("{turns}", use.turns).replace("{up}", use.up).replace("{down}", use.down) : words.never_used),
      one.lines.length > 0 && one.versions.length > 1 && h("section", { class: "an-box" }, h("h3", {}, words.live_beside_draft), diffOf(desk, words, one.lines)),
      one.versions.length > 0
        ? h("section", { class: "an-box" }, h("h3", {}, words.compare), h("div", { class: "st-row" }, before, "→", after), shown)
        : h("p", { class: "st-quiet st-small" }, words.no_history),
      h("div", {}, one.versions.map((version, at) => h("div", { class: "an-version" },
        h("div", { class: "st-row" }, h("b", {}, name(version.version)), h("span", { class: "st-quiet st-small" }, `${version.author} · ${desk.time(version.at)}`)),
        h("div", { class: "st-row" },
          version.state !== "text" && h("span", { class: "st-chip" }, words[`made_${version.state}`]),
          version.standing !== "never" && h("span", { class: `st-chip ${{ live: "st-good", rolled_back: "st-wait" }[version.standing] ?? ""}` }, words[`standing_${version.standing}`].replace("{release}", version.released ?? "")),
          version.note && h("span", { class: "st-small st-quiet" }, version.note)),
        at > 0 && h("div", {}, h("button", { class: "st-button", onclick: () => restore(version.version, one.version) }, words.bring_back)))),
      one.versions.length > 0 && one.of_files && one.versions[0].state !== "files" && h("div", { class: "an-version" }, h("b", {}, words.version_files),
        h("div", {}, h("button", { class: "st-button", onclick: () => restore(0, one.version) }, words.bring_back)))),
    ),
  );
  if (one.versions.length) compare();
}
