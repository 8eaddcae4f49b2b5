// When a template may be used: order, mood, hours, what is named, which words.

// Returns the box in which one chooses when a template may be used.
export function conditions({ desk, page, changed }) {
  const { h, words } = desk;
  const when = page.text.when, one = (name, values) => h("label", {}, words[`when_${name}`],
    h("select", { onchange: (event) => { if (event.target.value) when[name] = event.target.value; else delete when[name]; changed(); } },
      h("option", { value: "" }, words.always), values.map((value) => h("option", { value, selected: when[name] === value }, words[`when_${value}`]))));
  const statuses = Object.entries(page.data.known.statuses).map(([status, texts]) => {
    const on = () => (when.order_status ?? []).includes(status);
    const button = h("button", { class: "an-pick", "aria-pressed": String(on()), onclick: () => {
      const chosen = new Set(when.order_status ?? []);
      if (!chosen.delete(status)) chosen.add(status);
      when.order_status = Object.keys(page.data.known.statuses).filter((s) => chosen.has(s));
      if (!when.order_status.length) delete when.order_status;
      button.setAttribute("aria-pressed", String(on()));
      changed();
    } }, texts[desk.language] ?? status);
    return button;
  });
  const says = h("label", {}, words.when_says, h("input", { value: (when.says ?? []).join(", "), maxlength: 400, placeholder: words.when_says_hint,
    onchange: (event) => {
      const given = event.target.value.split(/[,，、]/).map((word) => word.trim()).filter(Boolean);
      if (given.length) when.says = given; else delete when.says;
      changed();
    } }));
  return h("section", { class: "an-box" }, h("h3", {}, words.conditions),
    h("div", { class: "an-when" }, one("order", ["known", "unknown", "general"]), one("mood", ["unhappy"]), one("hours", ["open", "closed"]),
      ...["country", "city", "method"].map((name) => one(name, ["served", "not_served"])), says),
    h("div", { class: "an-when" }, h("span", { class: "st-quiet st-small" }, words.when_order_status), statuses));
}
