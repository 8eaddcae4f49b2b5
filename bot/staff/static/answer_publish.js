// Publishes drafts: what each of them changes, and which are to go live.

import { diffOf } from "./diff.js";

// Draws the page of all drafts; those chosen go live together.
export function drawPublish({ desk, page, middle, open, load, titleOf }) {
  const { h, api, words } = desk;
  const pending = page.data.pending, chosen = new Map(pending.filter((p) => p.version && !p.rolled_back).map((p) => [`${p.kind}/${p.id}`, p.version]));
  const invalid = page.data.items.filter((item) => item.state === "invalid");
  const note = h("input", { maxlength: 300, placeholder: words.note, "aria-label": words.note });
  const button = h("button", { class: "st-main-button", onclick: send });
  const count = () => { button.textContent = words.publish_button.replace("{n}", chosen.size); button.disabled = !chosen.size; };
  count();
  middle.replaceChildren(
    h("div", { class: "st-head" }, h("div", { class: "an-title" }, h("h2", {}, words.publish), h("p", { class: "st-quiet st-small" }, words.publish_hint)), note, button),
    h("div", { class: "st-pad" },
      invalid.length > 0 && h("p", { class: "st-bad" }, words.invalid_left_out.replace("{names}", invalid.map((i) => titleOf(i.kind, i.id)).join(", "))),
      pending.length ? pending.map((change) => {
        const at = `${change.kind}/${change.id}`;
        const box = h("input", { type: "checkbox", checked: chosen.has(at), disabled: !change.version, onchange: () => { if (box.checked) chosen.set(at, change.version); else chosen.delete(at); count(); } });
        return h("section", { class: "an-change" },
          h("label", {}, box, titleOf(change.kind, change.id), h("span", { class: "an-id" }, change.id), h("span", { class: "st-quiet st-small" }, change.author ? `${change.author} · ${desk.ago(change.at)}` : words.from_files), change.rolled_back && h("span", { class: "st-chip st-wait" }, words.state_rolled_back)),
          change.rolled_back && h("p", { class: "st-small st-quiet" }, words.rolled_back_hint),
          diffOf(desk, words, change.lines),
          h("div", {}, h("button", { class: "st-button", onclick: () => open(at) }, words.look)));
      }) : h("div", { class: "st-empty" }, h("b", {}, words.nothing_changed), words.nothing_changed_hint)));
  async function send() {
    button.disabled = true;
    button.textContent = words.publishing;
    try {
      const { release } = await api("POST", "answers/publish", { versions: Object.fromEntries(chosen), note: note.value });
      desk.toast(words.published.replace("{release}", release));
      await load();
      open("publish");
    } catch (error) {
      count();
      if (error.status) desk.toast(error.message);
    }
  }
}
