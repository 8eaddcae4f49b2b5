"""Who speaks, by what sources call them."""

import re
from collections.abc import Iterable, Mapping

from training.history.message import IGNORED

OTHERS = "*"  # whoever is not named otherwise
_CALLED = {
    "customer": (
        "customer client user visitor contact guest buyer shopper consumer caller member patient lead"
        " requester human end-user enduser end_user incoming inbound in received"
        " 客户 顾客 买家 用户 访客 客人 会员 消费者 咨询者 顧客 客戶 用戶"
    ),
    "agent": (
        "agent staff operator support representative rep admin employee advisor outgoing outbound out sent"
        " seller merchant vendor shop store team csr colleague helpdesk"
        " 客服 坐席 座席 人工 人工客服 店家 商家 卖家 店主 员工 客服人员 掌柜 小二"
    ),
    "bot": (
        "bot robot chatbot assistant agent_bot agentbot agent-bot ai automated virtual trigger campaign"
        " 机器人 智能客服 智能助手 助手 自动回复 機器人"
    ),
    IGNORED: "system event note activity info notification log 系统 系统消息 提示 備註 备注 系統",
}
_SPEAKER = {word: speaker for speaker, words in _CALLED.items() for word in words.split()}
_YES, _NO = ("true", "1", "yes", "y", "t"), ("false", "0", "no", "n", "f")
ABOUT_CUSTOMERS = ("inbound", "incoming", "is_customer", "from_customer", "from_user", "is_user")
_HAN = re.compile(r"[\u4e00-\u9fff]")
FEW = 40  # different names in a column of speakers at most


def speaker_called(name: str) -> str | None:
    """Return who is called that, None where it says nothing: "Customer 2", "Agent Lena" and 客服小美 do."""
    name = name.strip().lower().rstrip(":：").strip()
    plain = name.rstrip("0123456789 #-_").strip()
    found = _SPEAKER.get(name) or _SPEAKER.get(plain) or _SPEAKER.get(name.split(" ")[0])
    if found is None and _HAN.match(name):
        found = next((_SPEAKER[name[:size]] for size in (4, 3, 2) if name[:size] in _SPEAKER), None)
    return found


def propose_speakers(names: Iterable[str], column: str = "") -> dict[str, str]:
    """Return who each name may be; where all that are known are customers, the others are agents.

    A column that says whether a message came in has yes for customers.
    """
    names = list(dict.fromkeys(names))
    if column.strip().lower() in ABOUT_CUSTOMERS:
        return {n: "customer" if n.strip().lower() in _YES else "agent" for n in names if _is_flag(n)}
    known = {name: speaker for name in names if (speaker := speaker_called(name))}
    others = [name for name in names if name not in known]
    missing = {"customer", "agent"} - set(known.values())
    if known and others and len(missing) == 1:  # the people of one side are called by their names
        known[OTHERS] = missing.pop()
    return known


def speaker_of(name: str, speakers: Mapping[str, str]) -> str | None:
    """Return who a name is by a mapping whose keys are lower case."""
    return speakers.get(name.strip().lower(), speakers.get(OTHERS))


def _is_flag(name: str) -> bool:
    return name.strip().lower() in (*_YES, *_NO)
