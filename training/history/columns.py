"""Which column of a table is what, from the columns' names and what stands in them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from training.history.languages import language_called
from training.history.speakers import FEW, propose_speakers, speaker_called
from training.history.times import time_format

NAMED: Mapping[str, str] = {  # what a column is: the names it goes by, the likeliest first
    "conversation": """
        conversation_id conversationid conversation dialogue_id dialog_id dialogue dialog chat_id chat
        session_id session thread_id thread ticket_id ticket case_id case_number case interaction_id call_id
        会话id 会话编号 会话 对话id 对话编号 对话 工单号 工单编号 工单 聊天id""",
    "speaker": """
        speaker sender_type author_type sender_role role sender from author direction message_type inbound
        is_customer from_customer who source participant participant_type sender_name from_type author_role
        user_type speaker_type
        发送人 发送者 发言人 发送方 发言方 角色 说话人 身份 来源""",
    "text": """
        text message body content message_text msg utterance message_body comment plain_body query question
        sentence customer_message transcript description instruction
        内容 消息 消息内容 文本 聊天内容 问题 客户问题 留言""",
    "reply": """
        reply answer response agent_reply agent_response agent_message staff_reply
        回复 答复 客服回复 回答 答案""",
    "time": """
        time timestamp ts created_at createdat created created_on sent_at sent_on date datetime date_time
        message_time message_ts sent_time sent posted_at utc_time
        时间 发送时间 创建时间 消息时间 日期""",
    "language": "language lang locale language_code 语言 语种",
    "intent": """
        intent label category intents topic reason issue class tag contact_reason
        意图 标签 类别 分类 问题类型 咨询类型""",
    "mood": "mood emotion sentiment 情绪",
    "rating": """
        rating csat score satisfaction stars satisfaction_rating satisfaction_score 评分 满意度 评价""",
    "resolved": """
        resolved resolution status state is_resolved outcome solved 是否解决 解决状态 状态""",
    "agent": """
        agent_name agent agent_id assignee assignee_name operator_name staff_name
        客服姓名 客服名称 坐席 客服""",
}
AMBIGUOUS = ("id", "编号")  # a dialogue's where the values repeat, a message's where each is another
REPEATS = 0.8  # share of different values up to which they do
MOST_LABEL = 60  # characters of what is a label and not a text

Rows = Sequence[Mapping[str, str]]


def propose_columns(columns: Sequence[str], rows: Rows) -> dict[str, str]:
    """Return which column holds which field; `rows` are the first ones.

    Names decide where what stands in the column agrees; where no name says which column the text is, the one
    with the longest and most different values is.
    """
    found: dict[str, str] = {}
    for field, names in NAMED.items():
        by_name = {_plain(column): column for column in reversed(columns)}
        called = [by_name[name] for name in names.split() if name in by_name]
        fitting = [c for c in called if c not in found.values() and _fits(field, c, rows)]
        if fitting:
            found[field] = fitting[0]
    if "conversation" not in found and (repeated := _repeated(columns, rows, found.values())):
        found["conversation"] = repeated
    if "text" not in found and (longest := _longest(columns, rows, found.values())):
        found["text"] = longest
    if "speaker" not in found and (speaking := _speaking(columns, rows, found.values())):
        found["speaker"] = speaking
    return found


def values(rows: Rows, column: str) -> list[str]:
    return [row[column].strip() for row in rows if row.get(column, "").strip()]


def _plain(column: str) -> str:
    return column.strip().lower().replace(" ", "_").replace("-", "_")


def _fits(field: str, column: str, rows: Rows) -> bool:
    held = values(rows, column)
    if not held:
        return False
    few = len(set(held)) <= max(FEW, len(held) // 10)
    if field == "speaker":
        return len(set(held)) <= FEW and bool(propose_speakers(held, column))
    if field == "time":
        return time_format(held) is not None
    if field == "language":
        return all(language_called(value) or len(value) <= 12 for value in held) and few
    if field in ("intent", "mood", "resolved", "rating"):
        return max(map(len, held)) <= MOST_LABEL and few
    return True


def _repeated(columns: Sequence[str], rows: Rows, taken: Iterable[str]) -> str | None:
    """Return a column called id whose values come back in other rows: a dialogue's, not a message's."""
    for column in (c for c in columns if c not in set(taken) and _plain(c) in AMBIGUOUS):
        held = values(rows, column)
        if len(held) > 1 and len(set(held)) <= REPEATS * len(held):
            return column
    return None


def _longest(columns: Sequence[str], rows: Rows, taken: Iterable[str]) -> str | None:
    def worth(column: str) -> float:
        held = values(rows, column)
        return sum(map(len, held)) / len(held) * len(set(held)) / len(held) if held else 0.0

    free = [c for c in columns if c not in set(taken)]
    best = max(free, key=worth, default=None)
    return best if best is not None and worth(best) >= 8 else None


def _speaking(columns: Sequence[str], rows: Rows, taken: Iterable[str]) -> str | None:
    """Return the column that holds nothing but words for who speaks, both sides of a conversation."""
    for column in (c for c in columns if c not in set(taken)):
        held = Counter(values(rows, column))
        known = {speaker_called(value) for value in held}
        if held and None not in known and {"customer"} < known:
            return column
    return None
