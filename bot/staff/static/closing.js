// Asks which of the customers who have left are to be let go, and closes their conversations together.

import { newKey } from "./outbox.js";

// `gone`: cases as the inbox lists them; `silentFor(case)` says how long each is silent; `done()` is called afterwards.
export function askClosing(desk, gone, silentFor, done) {
  const { h, words } = desk, key = newKey();
  const choice = (c) => h("label", {}, h("input", { type: "checkbox", name: "session", value: c.session, checked: true }),
    h("b", { class: "st-num" }, `#${c.session.slice(-6)}`), h("span", {}, c.text), h("span", { class: "st-small st-quiet" }, [c.person, silentFor(c)].filter(Boolean).join(" · ")));
  desk.ask(words.close_silent_title, [h("div", { class: "in-gone" }, gone.map(choice)), h("p", { class: "st-small st-quiet" }, words.close_silent_hint)], words.close, async (form) => {
    const sessions = new FormData(form).getAll("session");
    const { closed } = await desk.api("POST", "inbox/close_silent", { key, sessions });
    const kept = sessions.length - closed.length;
    desk.toast(words[kept ? "closed_not_all" : "closed_silent"].replace("{n}", closed.length).replace("{left}", kept));
    await done();
  });
}
