// Lines that came and went, as drawn by the pages of answers and of releases.

export function diffOf({ h }, words, lines) {
  if (!lines.length) return h("p", { class: "st-quiet st-small" }, words.no_difference);
  const rows = [];
  let part;
  for (const line of lines) {
    if (line.part !== part) rows.push(h("h4", {}, words[`language_${part = line.part}`] ?? words[`part_${line.part}`] ?? line.part));
    rows.push(h("p", { class: { "+": "came", "-": "went" }[line.sign] ?? "st-quiet" }, line.text || " "));
  }
  return h("div", { class: "an-diff" }, rows);
}
