"""What was approved of a draft becomes a desk: `python -m training.history accept`."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from data.errors import DeskError
from data.night.pooled import answers_taken
from data.night.regrouped import read_regrouped
from data.night.topics import Draft, Topic, decide, read_answer, read_topics
from data.settings import BUNDLED_DESK
from training.history.mine.accepted import Accepted, accept
from training.history.mine.listing import listing, shown
from training.history.mine.regroup import add_options, regroup
from training.history.mine.unfinished import put_answers, unapproved, unfinished

ALL = "all"
TO_FINISH = "\nTo be finished, by --answer, in the console or in the draft's templates/:"


def run(arguments: Sequence[str]) -> None:
    args = _parser().parse_args(arguments)
    said = regroup(args.draft, args)
    draft = read_regrouped(args.draft)
    groups = [t.group for t in read_topics(args.draft) if t.is_open]
    changes: list[tuple[str, dict[str, object]]] = [(g, {"into": into}) for g, into in args.merge]
    changes += [(g, {"id": name}) for g, name in args.rename]
    changes += [(g, {"title": title}) for g, title in _titles(args.draft, draft, args.title).items()]
    for state in ("approved", "rejected", "outside"):
        named = [group for given in getattr(args, state) for group in (groups if given == ALL else [given])]
        changes += [(group, {"state": state}) for group in named]
    put_answers(args.draft, draft, args.answer)
    if changes:
        decide(args.draft, changes, tuple(draft["intents"]))
    if said:
        sys.stdout.write("\n\n".join(said) + "\n")
    if args.show:
        sys.stdout.write("\n\n".join(_shown(args.draft, draft, args.show)) + "\n")
    elif args.into:
        sys.stdout.write(_said(accept(args.draft, args.into, args.like, args.name)) + "\n")
    elif not said:
        sys.stdout.write(listing(draft, read_topics(args.draft)) + "\n")
    touched = [g for g, change in changes if change.get("state") == "approved"] + [g for g, *_ in args.answer]
    if not args.into and (lines := list(unfinished(args.draft, draft, touched))):
        sys.stdout.write("\n".join([TO_FINISH, *lines]) + "\n")
    if args.merge and not args.into:
        left_out = unapproved({t.group: t for t in read_topics(args.draft)})
        sys.stdout.write("".join(f"\n{line}\n" for line in left_out))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.history accept", description=__doc__,
        epilog="Without --into, --show or --questions it lists the groups. The draft's intents.yaml, "
        "templates/ and moved.yaml may be edited by hand as well.",
    )  # fmt: skip
    parser.add_argument("draft", type=Path, metavar="DRAFT", help="the folder that `mine` has made")
    parser.add_argument("--into", type=Path, metavar="DESK", help="the desk to add to, or a new folder")
    parser.add_argument(
        "--like", type=Path, metavar="DESK", default=BUNDLED_DESK, help="the desk from whose greetings and "
        "the like a new one learns these (the bundled one)",
    )  # fmt: skip
    parser.add_argument(
        "--name", default="", help="what a new desk is called in the chat (the folder's name)"
    )
    parser.add_argument(
        "--show", nargs="+", default=[], metavar="GROUP", help="show all that is known of some groups"
    )
    for option, state, what in (
        ("--approve", "approved", "becomes an intent, or its messages go where --merge says; `all` takes all "
         "that nobody has decided on"),
        ("--reject", "rejected", "is left out"),
        ("--outside", "outside", "is no matter of this desk: teaches the bot what to refuse"),
    ):  # fmt: skip
        parser.add_argument(
            option, dest=state, nargs="+", action="extend", default=[], metavar="GROUP", help=what
        )
    add_options(parser)
    pairs: tuple[tuple[str, tuple[str, ...], str], ...] = (
        ("--rename", ("GROUP", "NAME"), "the intent's id; --title changes its title"),
        ("--title", ("GROUP", "LANGUAGE", "TEXT"), "the intent's title, as on a button"),
        ("--answer", ("GROUP", "LANGUAGE", "TEXT"), 'the group\'s answer; "" takes it out'),
        ("--merge", ("GROUP", "INTO"), "into another group or an intent of the existing desk"),
    )
    for option, names, what in pairs:
        parser.add_argument(option, nargs=len(names), action="append", default=[], metavar=names, help=what)
    return parser


def _shown(folder: Path, draft: Draft, groups: Sequence[str]) -> list[str]:
    topics = {t.group: t for t in read_topics(folder)}
    return [
        shown(draft, topic, read_answer(folder, topic.group), answers_taken(folder, draft, topic, topics))
        for topic in [_topic(folder, group) for group in groups]
    ]


def _topic(draft: Path, group: str) -> Topic:
    topics = {t.group: t for t in read_topics(draft)}
    if group not in topics:
        raise DeskError(f"{draft} has no group {group}; without options `accept` lists them")
    return topics[group]


def _titles(folder: Path, draft: Draft, given: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Return the whole titles of the groups that get a new one in some language."""
    titles: dict[str, dict[str, str]] = {}
    for group, language, text in given:
        if language not in draft["languages"]:
            raise DeskError(f"{folder} has no {language}; its languages are {', '.join(draft['languages'])}")
        titles.setdefault(group, dict(_topic(folder, group).title))[language] = text
    return titles


def _said(done: Accepted) -> str:
    messages = ", ".join(f"{intent} {n}" for intent, n in sorted(done.messages.items(), key=lambda m: -m[1]))
    replaced = "".join(f"\n- {what}" for what in done.replaced)
    again = f"\nOf what this draft wrote there before, replaced:{replaced}" if replaced else ""
    if done.taken:
        again += f"\nLabelled by another draft before, now by this one: messages in {', '.join(done.taken)}"
    missing = "".join(f"\n- {what}" for what in done.missing) or " nothing"
    return f"{done.folder}: {len(done.intents)} new intents; messages: {messages}{again}\nMissing:{missing}"
