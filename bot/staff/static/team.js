// The Team page: the users on the left, what anybody changed on the right.

export async function show(main, desk) {
  const { h, api, words: w } = desk;
  const people = h("div", {}), log = h("tbody", {});
  const more = h("button", { class: "st-button", hidden: true, onclick: () => loadLog() }, w.more);
  const user = h("select", { "aria-label": w.all_users, onchange: anew }), action = h("select", { "aria-label": w.all_actions, onchange: anew });
  const file = h("a", { class: "st-button st-small", download: "", "data-export": true }, w.export);
  const nothing = h("p", { class: "st-pad st-quiet", hidden: true }, w.no_changes);
  let data, next, asked = 0;
  main.append(h("div", { class: "te" },
    h("section", { class: "st-column" }, h("div", { class: "st-head" }, h("h2", {}, w.users), h("span", { class: "st-space" }), h("button", { class: "st-main-button", onclick: add }, w.add, " ", h("kbd", {}, "n"))), people),
    h("section", { class: "st-column" }, h("div", { class: "st-head te-head" }, h("h2", {}, w.changes), h("span", { class: "st-space" }), user, action, file),
      h("div", { class: "te-scroll" }, h("table", { class: "te-log" }, h("thead", {}, h("tr", {}, ["at", "user", "action", "subject", "change"].map((name) => h("th", {}, w[name])))), log)), nothing, h("p", { class: "st-pad" }, more))));
  desk.keys({ n: { label: w.add, act: add } });
  await load();
  await loadLog(true);

  // ---- the users

  async function load() {
    data = await api("GET", "team");
    people.replaceChildren(...data.users.map(person));
    for (const [select, all, names, shown] of [[user, w.all_users, data.audited.users, (n) => n], [action, w.all_actions, data.audited.actions, actionName]]) {
      const now = select.value;
      select.replaceChildren(h("option", { value: "" }, all), ...names.map((n) => h("option", { value: n, selected: n === now }, shown(n))));
    }
  }

  function person(one) {
    const role = h("select", { "aria-label": w.role, onchange: () => change(one, "role", { role: role.value }, w.role_changed) },
      data.roles.map((r) => h("option", { value: r, selected: r === one.role }, desk.common[`role_${r}`])));
    const tone = { active: "st-good", locked: "st-wait", disabled: "st-bad" }[one.state];
    return h("div", { class: "te-person", "data-user": one.name },
      h("div", { class: "st-row" }, h("b", {}, one.name), one.name === desk.me.name && h("span", { class: "st-chip" }, w.you), h("span", { class: `st-chip ${tone}` }, w[one.state]),
        h("span", { class: "st-space" }), h("span", { class: "st-small st-quiet" }, one.last_sign_in ? w.last_sign_in.replace("{ago}", desk.ago(one.last_sign_in)) : w.no_sign_in)),
      h("div", { class: "st-row" }, role, h("span", { class: "st-space" }),
        h("button", { class: "st-button st-small", onclick: () => password(one) }, w.set_password),
        one.state === "disabled" ? h("button", { class: "st-button st-small", onclick: () => change(one, "disabled", { disabled: false }, w.enabled_again) }, w.enable)
          : h("button", { class: "st-button st-small st-danger", onclick: () => disable(one) }, w.disable)));
  }

  async function change(one, what, body, done) {
    try {
      await api("POST", `team/${encodeURIComponent(one.name)}/${what}`, body);
      desk.toast(done.replace("{name}", one.name));
    } catch (error) { if (error.status) desk.toast(problem(error)); }
    await load();
    await loadLog(true);
  }

  function problem(error) { return error.message.includes("last active administrator") ? w.last_admin : error.message; }

  function disable(one) {
    desk.ask(w.disable_title.replace("{name}", one.name), [h("p", {}, w.disable_hint)], w.disable, () => change(one, "disabled", { disabled: true }, w.disabled_now));
  }

  function add() {
    const name = h("input", { maxlength: 64, required: true, autocomplete: "off", "data-field": "name" });
    const role = h("select", { "data-field": "role" }, data.roles.map((r) => h("option", { value: r }, desk.common[`role_${r}`])));
    const secret = newPassword();
    desk.ask(w.add, [labelled(desk.common.name, name), labelled(w.role, role), h("p", { class: "st-small st-quiet" }, w.roles_hint), labelled(w.first_password, secret), h("p", { class: "st-small st-quiet" }, hint())], w.add, async () => {
      await api("POST", "team", { name: name.value.trim(), role: role.value, password: secret.value });
      desk.toast(w.added.replace("{name}", name.value.trim()));
      await load();
      await loadLog(true);
    });
  }

  function password(one) {
    const secret = newPassword();
    desk.ask(w.password_title.replace("{name}", one.name), [labelled(w.new_password, secret), h("p", { class: "st-small st-quiet" }, `${hint()} ${w.password_ends}`)], w.set_password, async () => {
      await api("POST", `team/${encodeURIComponent(one.name)}/password`, { password: secret.value });
      if (one.name === desk.me.name) { location.href = "/staff/sign-in"; return; }
      desk.toast(w.password_changed.replace("{name}", one.name));
      await loadLog(true);
    });
  }

  function newPassword() { return h("input", { type: "password", minlength: data.least_chars, maxlength: 256, required: true, autocomplete: "new-password", "data-field": "password" }); }
  function hint() { return w.password_hint.replace("{n}", data.least_chars); }
  function labelled(text, field) { return h("label", { class: "st-field" }, text, field); }

  // ---- the log

  function anew() { return loadLog(true); }

  async function loadLog(fresh = false) {
    const mine = ++asked, filter = new URLSearchParams(Object.entries({ user: user.value, action: action.value }).filter(([, v]) => v));
    file.href = `/staff/api/team/audit.csv?${filter}`;
    if (!fresh && next) filter.set("before", next);
    const found = await api("GET", `team/audit?${filter}`);
    if (mine !== asked) return;
    next = found.next;
    if (fresh) log.replaceChildren();
    log.append(...found.rows.map(entry));
    more.hidden = !next;
    nothing.hidden = log.children.length > 0;
  }

  function entry(row) {
    return h("tr", {}, h("td", { class: "st-quiet", title: row.at }, desk.time(row.at)), h("td", {}, row.user), h("td", {}, actionName(row.action)),
      h("td", { class: "te-subject" }, subject(row)), h("td", { class: "st-small st-quiet te-subject" }, changed(row)));
  }

  function actionName(name) { return w[`action_${name}`] ?? name.replaceAll("_", " "); }

  function subject({ action, subject: about }) {
    if (action.startsWith("conversation_")) return h("a", { href: `#/conversations/${encodeURIComponent(about)}`, title: about }, `#${about.slice(-6)}`);
    return action.startsWith("verdict") ? h("span", { title: about }, `#${about.slice(-6)}`) : about;
  }

  // A value in words: titles for intents, names for people, lists for what is kept as JSON.
  function shown(v, name) {
    if (v === null || v === undefined || v === "") return "–";
    if (name === "role") return desk.common[`role_${v}`] ?? v;
    if (name === "kind") return w[`verdict_${v}`] ?? v;
    if (name === "owner") return w[`owner_${v}`] ?? String(v).replace(/^person /, "");
    if (name === "intents") return v.map(desk.intent).join(" + ") || "–";
    if (Array.isArray(v)) return v.map((one) => shown(one)).join(", ") || "–";
    if (typeof v === "object") return Object.entries(v).map(([key, one]) => `${key} ${name === "answers" ? w.version.replace("{n}", one) : shown(one)}`).join(", ") || "–";
    return String(v);
  }

  // What stood there before → what stands there now, field by field.
  function changed({ before, after }) {
    return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
      .map((name) => `${w[`field_${name}`] ?? name}: ${before && name in before ? `${shown(before[name], name)} → ` : ""}${shown(after?.[name], name)}`.slice(0, 300)).join(" · ");
  }
}
