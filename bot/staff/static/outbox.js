// What was typed and what was sent but not yet taken, kept for this tab: it outlives a reload and a server that is away.

const AGAIN = [0, 408, 425, 429, 500, 502, 503, 504]; // worth another try; anything else is an answer

export class Outbox {
  // `arrived(answer)` is called when something got through, `refused(item, error)` when the server said no.
  constructor(desk, { arrived, refused }) {
    Object.assign(this, { desk, arrived, refused, flushing: null, away: false });
    this.name = `frontdesk-outbox:${desk.me.name}`;
    this.items = read(this.name, []);
  }

  get waiting() { return this.items.length > 0; }

  of(session) { return this.items.filter((item) => item.session === session); }

  // Returns what is kept: it has `refused` once the server has said no.
  add(item) {
    const kept = { ...item, key: newKey() };
    this.items.push(kept);
    write(this.name, this.items);
    return kept;
  }

  // Sends all in order; stops where the server is away, and goes on at the next call. Two calls are one.
  flush() {
    this.flushing ??= this.sendAll().finally(() => { this.flushing = null; });
    return this.flushing;
  }

  async sendAll() {
    while (this.items.length && await this.sendFirst());
  }

  async sendFirst() {
    const [item] = this.items;
    const { session, kind, text, to, key } = item;
    let answer;
    try {
      answer = await this.desk.api("POST", `inbox/${session}/${kind}`, { key, ...(text && { text }), ...(to && { to }) });
    } catch (error) {
      this.away = AGAIN.includes(error.status ?? 0);
      if (this.away || error.status === 401) return false;
      item.refused = true;
      this.drop(item);
      this.refused(item, error);
      return true;
    }
    this.away = false;
    this.drop(item);
    this.arrived(answer);
    return true;
  }

  drop(item) {
    this.items = this.items.filter((other) => other.key !== item.key);
    write(this.name, this.items);
  }

  draft(session, kind) { return read(this.draftName(session, kind), ""); }

  keepDraft(session, kind, text) {
    if (text) write(this.draftName(session, kind), text);
    else sessionStorage.removeItem(this.draftName(session, kind));
  }

  draftName(session, kind) { return `frontdesk-draft:${this.desk.me.name}:${session}:${kind}`; }
}

// crypto.randomUUID is there only on https and localhost
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function read(name, otherwise) {
  try { return JSON.parse(sessionStorage.getItem(name)) ?? otherwise; } catch { return otherwise; }
}

function write(name, value) {
  try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* full or forbidden: it lasts as long as the page */ }
}
