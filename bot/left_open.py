"""What the bot says to a message that a person has left unanswered and given back."""

from bot.script import traditional
from bot.turn import Turn

ANSWERS = ("answer", "search", "ask_slot")  # routes whose reply stands for itself, without buttons under it
ASIDE = ("social",)  # routes of what asks for no answer
ALONE = ("crisis", "injury", "never_mind", "withdrawn", "about_the_wait", "no_words")  # reasons, likewise
UNSURE = {
    "en": "I have your last message, but I can't answer it with certainty."
    " Please put it another way, or ask for a person again.",
    "zh": "您刚才的消息我收到了，只是没有把握答准。麻烦您换个说法，或者再转人工。",
}


def left_open_reply(turn: Turn) -> str | None:
    """Return what to say to a message after all: the reply that is sure, else that the message is there.

    None where it asks for no answer, and where it tells of a danger, which is no matter for the bot.
    """
    if turn.decision.route in ASIDE or turn.decision.reason in ALONE:
        return None
    if turn.decision.route in ANSWERS:
        return turn.reply
    said = UNSURE.get(turn.language, UNSURE["en"])
    return traditional(said) if turn.script == "Hant" else said
