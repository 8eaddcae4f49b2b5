// Charts of a period. The address keeps what is looked at: #/insights/days=30/language=zh/topic=get_refund
// A click on a chart goes to the conversations behind it: #/conversations/f/intent=get_refund/from=2026-11-02/to=2026-11-02

const PRESETS = [7, 30, 90];
const FILES = ["days", "intents", "topics", "reasons", "languages", "releases", "questions", "alerts", "turns"];
let library; // the drawing library, loaded once, when charts are first looked at

function plotly() {
  return (library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/staff/api/insights/plotly.js";
    script.onload = () => resolve(globalThis.Plotly);
    script.onerror = () => { library = undefined; reject(new Error("plotly.js")); };
    document.head.append(script);
  }));
}

export async function show(main, desk, path) {
  const { h, words: w } = desk;
  const asked = Object.fromEntries(path.filter((p) => p.includes("=")).map((p) => [p.slice(0, p.indexOf("=")), p.slice(p.indexOf("=") + 1)]));
  const days = PRESETS.includes(+asked.days) ? +asked.days : asked.from ? 0 : 30;
  const data = await desk.api("GET", `insights?${query({ ...(asked.from ? pick(asked, "from", "to") : { days }), ...pick(asked, "language", "release") })}`);
  const period = { from: data.from, to: data.to, ...pick(asked, "language", "release") };
  const charts = [];
  const here = (change) => {
    const next = { ...(asked.from ? { from: asked.from, to: asked.to } : { days }), ...pick(asked, "language", "release", "topic"), ...change };
    if (change.days) { delete next.from; delete next.to; } else if (change.from) delete next.days;
    return `#/insights/${Object.entries(next).filter(([, v]) => v).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join("/")}`;
  };
  const behind = (filter) => desk.go(`#/conversations/f/${Object.entries({ ...period, ...filter }).filter(([, v]) => v).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join("/")}`);

  main.append(bar(), sheet());
  desk.keys({
    7: { label: w.key_7, act: () => desk.go(here({ days: 7 })) },
    3: { label: w.key_30, act: () => desk.go(here({ days: 30 })) },
    9: { label: w.key_90, act: () => desk.go(here({ days: 90 })) },
  });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const redraw = () => draw().catch((error) => desk.toast(error.message));
  dark.addEventListener("change", redraw);
  requestAnimationFrame(redraw);
  return () => {
    dark.removeEventListener("change", redraw);
    charts.forEach(({ box }) => globalThis.Plotly?.purge(box));
  };

  // ---- the bar

  function bar() {
    const from = h("input", { type: "date", value: data.from, max: data.today, "aria-label": w.from });
    const to = h("input", { type: "date", value: data.to, max: data.today, "aria-label": w.to });
    const own = () => from.value && to.value && desk.go(here({ from: from.value, to: to.value }));
    from.onchange = to.onchange = own;
    return h("div", { class: "ch-bar" },
      h("div", { class: "ch-days", role: "group" }, PRESETS.map((n) => h("button", { type: "button", "aria-pressed": String(n === days), onclick: () => desk.go(here({ days: n })) }, w[`days_${n}`]))),
      h("span", { class: "ch-own", title: w.custom }, from, "–", to),
      choice("language", w.all_languages, [["en", desk.common.language_en], ["zh", desk.common.language_zh]]),
      choice("release", w.all_releases, data.all_releases.map((r) => [r, r])),
      h("span", { class: "st-space" }),
      h("details", { class: "ch-export" }, h("summary", { class: "st-button" }, w.export),
        h("ul", {}, FILES.map((name) => h("li", {}, h("a", { href: `/staff/api/insights/export/${name}.csv?${query(period)}`, download: "", "data-file": name }, w[`file_${name}`]))))));
  }

  function choice(name, all, options) {
    const select = h("select", { "aria-label": all }, h("option", { value: "" }, all), options.map(([value, label]) => h("option", { value, selected: asked[name] === value }, label)));
    select.onchange = () => desk.go(here({ [name]: select.value }));
    return select;
  }

  // ---- the sheet

  function sheet() {
    const { figures: now, before } = data;
    const note = data.counting && h("p", { class: "ch-note" }, w.counting.replace("{day}", day(data.counted_from ?? data.today)));
    if (!now.turns) return h("div", { class: "ch-sheet" }, note, h("div", { class: "st-empty" }, h("b", {}, w.none), w.none_hint));
    return h("div", { class: "ch-sheet" }, note,
      data.alerts.map((a) => h("button", { type: "button", class: "ch-alert", onclick: () => desk.go(here({ topic: a.intent })) },
        h("span", {}, w.alert_line.replace("{topic}", desk.intent(a.intent)).replace("{day}", day(a.day)).replace("{n}", a.negative).replace("{expected}", Math.round(a.expected))),
        h("span", { class: "st-chip" }, a.sent ? w.sent : w.not_sent))),
      h("dl", { class: "ch-tiles" },
        tile("conversations", number(now.conversations), change(now.conversations, before.conversations, { share: true })),
        tile("answered_share", percent(now.answered_share), change(now.answered_share, before.answered_share, { good: 1, points: true })),
        tile("handed_off_share", percent(now.handed_off_share), change(now.handed_off_share, before.handed_off_share, { good: -1, points: true })),
        tile("out_of_scope_share", percent(now.out_of_scope_share), change(now.out_of_scope_share, before.out_of_scope_share, { points: true })),
        tile("bot_ms", ...duration(now.bot_ms), change(now.bot_ms, before.bot_ms, { good: -1, share: true })),
        tile("person_ms", ...duration(now.person_ms), change(now.person_ms, before.person_ms, { good: -1, share: true })),
        tile("helpful_share", percent(now.helpful_share), change(now.helpful_share, before.helpful_share, { good: 1, points: true })),
        tile("csat", now.csat === null ? "–" : decimal(now.csat), now.csat !== null && w.of_5, change(now.csat, before.csat, { good: 1 })),
      ),
      h("div", { class: "ch-cards" },
        card("per_day", "wide", chart("days")),
        card("why", "slim", chart("reasons")),
        card("mood", "", chart("topics", "tall"), w.mood_hint),
        h("section", { class: "ch-card" }, h("header", {}, h("h3", { "data-title": "topic" }), h("span", {})), chart("topic", "tall"), h("p", { class: "st-quiet st-small" }, w.limit_hint)),
        card("satisfaction", "", chart("satisfaction")),
        card("compare", "", table()),
        card("unanswered", "", h("div", { class: "ch-groups", "data-groups": "unanswered" })),
        card("gaps", "", h("div", { class: "ch-groups", "data-groups": "gaps" }), w.gaps_hint),
      ));
  }

  function tile(name, value, ...rest) {
    const changed = rest.pop();
    return h("div", { class: "ch-tile", "data-tile": name }, h("dt", {}, w[name]), h("dd", {}, h("b", {}, value, rest[0] && h("small", {}, ` ${rest[0]}`))), h("dd", { class: `ch-change ${changed.tone}` }, changed.text));
  }

  // What a figure has changed by: points for shares, per cent for amounts; good or bad where there is a better direction.
  function change(now, before, { good = 0, points = false, share = false } = {}) {
    if (now === null || before === null || before === undefined || (share && !before)) return { text: "–", tone: "" };
    const by = points ? 100 * (now - before) : share ? 100 * (now / before - 1) : now - before;
    const shown = points || share ? Math.abs(by).toFixed(1) : Math.abs(by).toFixed(2);
    if (!+shown) return { text: w.same, tone: "" };
    const unit = points ? (desk.language === "zh" ? " 个百分点" : " pts") : share ? " %" : "";
    return { text: `${by > 0 ? "▲" : "▼"} ${shown}${unit}`, tone: good ? (by * good > 0 ? "st-good" : "st-bad") : "" };
  }

  function card(name, size, content, hint) {
    return h("section", { class: `ch-card ${size}`, "data-card": name }, h("header", {}, h("h3", {}, w[name]), hint && h("span", {}, hint)), content);
  }

  function chart(name, size = "") {
    return h("div", { class: `ch-chart ${size}`, "data-chart": name });
  }

  function table() {
    const head = h("tr", {}, h("th", {}), ["conversations", "answered_share", "handed_off_share", "helpful_share", "csat"].map((name) => h("th", { class: "st-num" }, w[name])));
    const line = (label, row) => h("tr", {}, h("td", {}, label), h("td", { class: "st-num" }, number(row.conversations)),
      ["answered_share", "handed_off_share", "helpful_share"].map((name) => h("td", { class: "st-num" }, percent(row[name]))), h("td", { class: "st-num" }, row.csat === null ? "–" : decimal(row.csat)));
    return h("div", { class: "ch-groups" }, h("table", {}, h("thead", {}, head), h("tbody", {},
      data.languages.map((row) => line(desk.common[`language_${row.language}`] ?? row.language, row)), data.releases.map((row) => line(row.release, row)))));
  }

  // ---- the charts

  async function draw() {
    if (!main.querySelector("[data-chart]")) return;
    const topic = asked.topic ?? data.topics[0]?.intent;
    const [lib, series] = await Promise.all([plotly(), topic ? desk.api("GET", `insights/topic?${query({ ...period, intent: topic })}`) : { days: [] }]);
    if (!main.isConnected) return;
    const c = colours(main);
    const put = (name, traces, layout, click) => {
      const box = main.querySelector(`[data-chart=${name}]`);
      lib.react(box, traces, styled(c, desk.language, layout), { displayModeBar: false, responsive: true, locale: "en" });
      if (!charts.some((known) => known.box === box)) { charts.push({ box }); if (click) box.on("plotly_click", ({ points: [point] }) => click(point)); }
      box.dataset.drawn = "true";
    };
    const dates = data.days.map((d) => d.day);
    const bars = (name, values, color) => ({ type: "bar", name, x: dates, y: values, marker: { color }, hovertemplate: `%{x|%Y-%m-%d}<br>${name}: <b>%{y}</b><extra></extra>` });
    put("days", [
      bars(w.by_bot, data.days.map((d) => d.answered), c.accent),
      bars(w.by_person, data.days.map((d) => d.handed_off), c.wait),
      bars(w.open, data.days.map((d) => d.conversations - d.answered - d.handed_off), c.faint),
    ], { barmode: "stack", bargap: dates.length > 45 ? 0.1 : 0.3 }, (point) => behind({ from: point.x.slice(0, 10), to: point.x.slice(0, 10) }));
    const reasons = data.reasons.slice(0, 8).reverse();
    put("reasons", [{ type: "bar", orientation: "h", y: reasons.map((r) => reason(r.reason)), x: reasons.map((r) => r.turns), customdata: reasons.map((r) => r.reason), marker: { color: c.wait }, text: reasons.map((r) => number(r.turns)), textposition: "outside", cliponaxis: false, hoverinfo: "none" }],
      { xaxis: { visible: false, fixedrange: true }, yaxis: { automargin: true, ticksuffix: " ", fixedrange: true, showgrid: false }, margin: { l: 10, r: 44, t: 4, b: 4 }, bargap: 0.35 }, (point) => behind({ route: "handoff", reason: point.customdata }));
    const topics = data.topics.slice(0, 14).reverse();
    const mood = (name, values, color, extra = {}) => ({ type: "bar", orientation: "h", name, y: topics.map((t) => t.intent), x: values, marker: { color }, hovertemplate: `%{customdata}<br>${name}: <b>%{x}</b><extra></extra>`, customdata: topics.map((t) => desk.intent(t.intent)), ...extra });
    put("topics", [
      mood(w.negative, topics.map((t) => t.negative), c.bad, { text: topics.map((t) => percent(t.negative_share)), textposition: "auto", insidetextanchor: "end", textfont: { size: 11 } }),
      mood(w.not_negative, topics.map((t) => t.turns - t.negative), c.faint),
    ], { barmode: "stack", bargap: 0.3, xaxis: { tickformatstops: [] }, yaxis: { automargin: true, tickvals: topics.map((t) => t.intent), ticktext: topics.map((t) => shortened(desk.intent(t.intent))), ticksuffix: " ", fixedrange: true } }, (point) => desk.go(here({ topic: point.y })));
    title(topic, series);
    const on = series.days.map((d) => d.day), alarms = series.days.filter((d) => d.alarm);
    const line = (name, values, more) => ({ type: "scatter", mode: "lines", name, x: on, y: values, hovertemplate: `${name}: <b>%{y:.1f}</b><extra></extra>`, ...more });
    put("topic", [
      { type: "bar", name: w.negative, x: on, y: series.days.map((d) => d.negative), marker: { color: series.days.map((d) => (d.alarm ? c.bad : c.soft)) }, hovertemplate: `%{x|%Y-%m-%d}<br>${w.negative}: <b>%{y}</b><extra></extra>` },
      line(w.expected, series.days.map((d) => d.expected), { line: { color: c.quiet, width: 1.5, dash: "dot" } }),
      line(w.limit, series.days.map((d) => d.limit), { line: { color: c.bad, width: 1.5, shape: "hvh" } }),
      { type: "scatter", mode: "markers", name: w.alarm, x: alarms.map((d) => d.day), y: alarms.map((d) => d.negative), marker: { color: c.bad, size: 10, symbol: "triangle-up" }, hoverinfo: "skip", showlegend: alarms.length > 0 },
    ], { bargap: 0.25, hovermode: "x unified" }, (point) => behind({ intent: topic, from: point.x.slice(0, 10), to: point.x.slice(0, 10), mood: "negative", language: null, release: null })); // limits are of all
    put("satisfaction", [
      { type: "scatter", mode: "lines", name: w.thumbs_up, x: dates, y: smoothed(data.days, (d) => d.up, (d) => d.up + d.down), line: { color: c.accent, width: 2.5, shape: "spline" }, hovertemplate: `%{x|%Y-%m-%d}<br>${w.thumbs_up}: <b>%{y:.0%}</b><extra></extra>` },
      { type: "scatter", mode: "lines", name: w.csat_axis, x: dates, y: smoothed(data.days, (d) => d.csat_sum, (d) => d.csat_count), yaxis: "y2", line: { color: c.wait, width: 2.5, shape: "spline" }, hovertemplate: `%{x|%Y-%m-%d}<br>${w.csat_axis}: <b>%{y:.2f}</b><extra></extra>` },
    ], { yaxis: { tickformat: ".0%", range: [0, 1.02], fixedrange: true, gridcolor: c.line, zeroline: false }, yaxis2: { overlaying: "y", side: "right", range: [1, 5.08], tickvals: [1, 2, 3, 4, 5], showgrid: false, fixedrange: true, zeroline: false } }, (point) => behind({ from: point.x.slice(0, 10), to: point.x.slice(0, 10) }));
    await groups();
  }

  function title(topic, series) {
    const head = main.querySelector("[data-title=topic]");
    head.textContent = topic ? w.topic_days.replace("{topic}", desk.intent(topic)) : w.mood;
    head.nextSibling.textContent = series.days.some((d) => d.limit !== null) ? "" : w.no_history;
  }

  async function groups() {
    const found = await desk.api("GET", `insights/questions?${query(period)}`);
    const fill = (name, rows, count, empty) => main.querySelector(`[data-groups=${name}]`).replaceChildren(...(rows.length ? rows.map((g) => group(g, count(g))) : [h("p", { class: "st-quiet" }, empty)]));
    fill("unanswered", found.filter((g) => g.questions), (g) => (g.questions === 1 ? w.questions_one : w.questions).replace("{n}", number(g.questions)), w.no_questions);
    fill("gaps", found.filter((g) => g.no_article).sort((a, b) => b.no_article - a.no_article), (g) => w.without_article.replace("{n}", number(g.no_article)), w.no_gaps);
  }

  function group(g, count) {
    return h("div", { class: "ch-group" },
      h("div", { class: "st-row" }, h("b", {}, g.nearest ? desk.intent(g.nearest) : w.unclear), h("span", {}, h("span", { class: "st-chip" }, desk.common[`language_${g.language}`] ?? g.language), " ", h("span", { class: "st-quiet st-num" }, count))),
      g.texts.slice(0, 3).map((t) => h("a", { href: `#/conversations/${t.session}/${t.turn}` }, h("span", {}, t.text), t.times > 1 && h("span", { class: "st-num" }, w.times.replace("{n}", t.times)))));
  }

  // ---- words

  function reason(name) { return w[`reason_${name}`] ?? name.replaceAll("_", " "); }
  function number(n) { return n.toLocaleString(desk.language); }
  function decimal(n) { return n.toLocaleString(desk.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }); }
  function day(text) { return new Date(`${text}T12:00:00`).toLocaleDateString(desk.language, { month: "short", day: "numeric" }); }
  function duration(ms) {
    if (ms === null) return ["–"];
    if (ms < 1000) return [Math.round(ms).toLocaleString(), w.ms];
    const s = ms / 1000;
    if (s < 90) return [s.toFixed(s < 10 ? 1 : 0), w.s];
    return s < 5400 ? [(s / 60).toFixed(s < 600 ? 1 : 0), w.min] : [(s / 3600).toFixed(1), w.h];
  }
}

function percent(share) { return share === null || share === undefined ? "–" : `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`; }
function pick(from, ...names) { return Object.fromEntries(names.filter((n) => from[n]).map((n) => [n, from[n]])); }
function query(values) { return new URLSearchParams(Object.entries(values).filter(([, v]) => v)).toString(); }
function shortened(text) { return text.length > 26 ? `${text.slice(0, 25)}…` : text; }

// A share of the seven days up to each: thumbs of one day are few.
function smoothed(days, part, whole) {
  return days.map((_, at) => {
    const week = days.slice(Math.max(0, at - 6), at + 1);
    const all = week.reduce((sum, d) => sum + whole(d), 0);
    return all ? week.reduce((sum, d) => sum + part(d), 0) / all : null;
  });
}

function colours(main) {
  const style = getComputedStyle(main), of = (name) => style.getPropertyValue(name).trim();
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const bad = of("--bad"), accent = dark ? of("--accent-text-dark") || of("--accent") : of("--accent");
  return { ink: of("--ink"), quiet: of("--quiet"), line: of("--line"), ground: of("--raised"), bad, wait: of("--wait"), accent, faint: dark ? "#454b50" : "#d5d3cc", soft: dark ? "#9c6a66" : "#d9a5a1", font: style.fontFamily };
}

function styled(c, language, layout = {}) {
  const base = {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: c.font, size: 12.5, color: c.ink },
    margin: { l: 36, r: 36, t: 6, b: 28 }, legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { color: c.quiet } },
    hoverlabel: { bgcolor: c.ground, bordercolor: c.line, font: { family: c.font, color: c.ink } }, dragmode: false, colorway: [c.accent, c.wait, c.bad],
    xaxis: { tickformatstops: [{ dtickrange: [null, null], value: language === "zh" ? "%-m月%-d日" : "%-d %b" }], fixedrange: true, gridcolor: c.line, zeroline: false, tickcolor: c.line, tickfont: { color: c.quiet } },
    yaxis: { fixedrange: true, gridcolor: c.line, zeroline: false, tickfont: { color: c.quiet } },
  };
  return { ...base, ...layout, xaxis: { ...base.xaxis, ...layout.xaxis }, yaxis: { ...base.yaxis, ...layout.yaxis } };
}
