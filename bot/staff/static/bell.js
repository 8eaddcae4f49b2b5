// Tells an agent who wants it of a customer who begins to wait, or whom a colleague passes on: a quiet sound, and a
// notification of the desktop.

const KEPT = "frontdesk-staff-bell";
let seen = null, audio = null;

export const bellIsOn = () => localStorage.getItem(KEPT) === "on";

// Turns it on or off; a browser lets a page sound, and asks for notifications, only after a click.
export async function turnBell(on) {
  localStorage.setItem(KEPT, on ? "on" : "off");
  if (!on) return;
  chime(false);
  if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
}

// `queue`: { waiting, danger, given, newest } as the server counts them.
export function ring(queue, words) {
  const before = seen;
  seen = queue;
  const fresh = before && queue.newest && queue.newest > (before.newest ?? "");
  const danger = before && queue.danger > before.danger, given = before && queue.given > before.given;
  if (!bellIsOn() || (!fresh && !danger && !given)) return;
  chime(danger);
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const text = danger ? words.bell_danger : given ? words.bell_given : words.bell_waits;
  const told = new Notification(text, { body: words.bell_count.replace("{n}", queue.waiting), tag: "frontdesk", requireInteraction: danger });
  told.onclick = () => { window.focus(); location.hash = "#/inbox"; told.close(); };
}

// Two soft notes; three higher ones, twice, for a danger.
function chime(danger) {
  try {
    audio ??= new AudioContext();
    audio.resume();
    const notes = danger ? [880, 1175, 880, 1175, 880, 1175] : [659, 880];
    notes.forEach((pitch, at) => {
      const tone = audio.createOscillator(), volume = audio.createGain(), begins = audio.currentTime + at * 0.18;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, begins);
      volume.gain.linearRampToValueAtTime(danger ? 0.2 : 0.06, begins + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, begins + 0.4);
      tone.connect(volume).connect(audio.destination);
      tone.start(begins);
      tone.stop(begins + 0.45);
    });
  } catch { /* no sound in this browser */ }
}
