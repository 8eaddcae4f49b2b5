"""Keeps the daily counts, raises alerts and sends them, in a thread of its own that no customer waits for."""

import json
import logging
import smtplib
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select, update

from data.desk import Desk
from data.insight.alerts import raise_alerts
from data.insight.daily import Daily
from data.settings import Settings
from data.tables import AlertRow, now

log = logging.getLogger(__name__)
EVERY = 300.0  # seconds from one look at the log to the next
TIMEOUT = 10.0  # seconds for a webhook or a mail server
ATTEMPTS = 8  # to send one alert, each after twice the time: the last some four hours after the first
FIRST_RETRY = timedelta(minutes=2)
TEXT = (
    "{title}: {negative} negative messages on {day} at {desk}. "
    "About {expected:.0f} were to be expected, from {limit} on it is no chance."
)


@dataclass
class AlertWatch:
    """Looks at the log again and again until it is stopped."""

    engine: Engine
    desk: Desk
    settings: Settings
    every: float = EVERY
    _stop: threading.Event = field(default_factory=threading.Event, init=False, repr=False)

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, name="alerts", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        self._stop.set()

    def look(self) -> None:
        """Count the days that are due, keep new alerts, send those that are to be sent."""
        daily = Daily(self.engine, ZoneInfo(self.desk.timezone))
        for day in daily.due():
            if self._stop.is_set():
                return
            daily.count(day)
        raise_alerts(self.engine, daily.today())
        self.send()

    def send(self) -> None:
        """Send each alert once by every way that is set; one that fails is tried again later."""
        if not (self.settings.alert_webhook or (self.settings.alert_email and self.settings.smtp_url)):
            return
        for alert in self._claimed():
            message = self.message(alert)
            try:
                if self.settings.alert_webhook:
                    post(self.settings.alert_webhook.get_secret_value(), message)
                if self.settings.alert_email and self.settings.smtp_url:
                    mail(self.settings.smtp_url.get_secret_value(), self.settings.alert_email, message)
            except (OSError, smtplib.SMTPException, ValueError) as error:
                log.warning(
                    "the alert on %s of %s was not sent: %s", alert.intent, alert.day, type(error).__name__
                )
                continue
            with self.engine.begin() as db:
                db.execute(update(AlertRow).where(AlertRow.id == alert.id).values(sent=now()))

    def message(self, alert: AlertRow) -> dict[str, object]:
        """Return what is sent: a text that chat systems show, and its parts."""
        intent = self.desk.intents.get(alert.intent)
        title = next(iter(intent.title.values())) if intent else alert.intent
        name = next(iter(self.desk.name.values()))
        parts = {
            "desk": name, "topic": alert.intent, "title": title, "day": alert.day.isoformat(),
            "negative": alert.negative, "expected": alert.expected, "limit": alert.limit,
        }  # fmt: skip
        return {"text": TEXT.format(**parts), **parts}

    def _claimed(self) -> list[AlertRow]:
        """Return the alerts that are due, each counted as tried first: two servers never send the same."""
        due = select(AlertRow.__table__).where(
            AlertRow.sent.is_(None), AlertRow.attempts < ATTEMPTS, AlertRow.next_attempt <= now()
        )
        with self.engine.connect() as db:
            rows = [AlertRow(**row._mapping) for row in db.execute(due.order_by(AlertRow.id))]
        return [row for row in rows if self._claim(row)]

    def _claim(self, alert: AlertRow) -> bool:
        later = now() + FIRST_RETRY * 2**alert.attempts
        mine = update(AlertRow).where(AlertRow.id == alert.id, AlertRow.attempts == alert.attempts)
        with self.engine.begin() as db:
            changed = db.execute(mine.values(attempts=alert.attempts + 1, next_attempt=later))
        return changed.rowcount == 1

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except Exception:  # whatever it is, the next look may go well
                log.exception("the alerts could not be looked for")
            self._stop.wait(self.every)


def post(url: str, message: dict[str, object]) -> None:
    """Send a message to a webhook; raises OSError where it is not taken, ValueError for no such URL."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("a webhook is an http or https URL")
    body = json.dumps(message, ensure_ascii=False).encode()
    with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=TIMEOUT):
        pass


def mail(server: str, to: str, message: dict[str, object]) -> None:
    """Send a message by e-mail; the server is smtp://user:password@host:port, or smtps:// where it is TLS."""
    at = urlsplit(server)
    if at.scheme not in ("smtp", "smtps") or not at.hostname:
        raise ValueError("a mail server is an smtp or smtps URL")
    letter = EmailMessage()
    letter["Subject"] = f"Frontdesk: {message['title']}"
    letter["From"] = unquote(at.username) if at.username and "@" in unquote(at.username) else to
    letter["To"] = to
    letter.set_content(str(message["text"]))
    client = smtplib.SMTP_SSL if at.scheme == "smtps" else smtplib.SMTP
    with client(at.hostname, at.port or (465 if at.scheme == "smtps" else 25), timeout=TIMEOUT) as smtp:
        if at.username:
            if at.scheme == "smtp":
                smtp.starttls()  # a password is never sent in the open
            smtp.login(unquote(at.username), unquote(at.password or ""))
        smtp.send_message(letter)
