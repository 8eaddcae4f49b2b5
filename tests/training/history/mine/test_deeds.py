"""What an agent says as one person: what was done, promised, who it is."""

import pytest

from training.history.mine.deeds import find_deeds, personal

ENGLISH = [
    ("I have cancelled your booking, and no fee applies.", ["done: I have cancelled your booking"]),
    ("I've just refunded the delivery fee to your card.",
     ["done: I've just refunded the delivery fee to your card"]),
    ("It's noted on your booking.", ["done: It's noted on your booking"]),
    ("Both are noted on your booking, free of charge.", ["done: Both are noted on your booking"]),
    ("Noted on your account.", ["done: Noted on your account"]),
    ("Done, it is cancelled without a fee.", ["done: Done, it is cancelled without a fee"]),
    ("Thank you, that's changed. You get a new confirmation by e-mail.", ["done: that's changed"]),
    ("Your reservation has been moved to Friday.", ["done: Your reservation has been moved to Friday"]),
    ("I have checked: breakfast is from 7.", ["done: I have checked"]),
    ("All sorted!", ["done: All sorted"]),
    ("We’ve moved you to a quieter room.", ["done: We’ve moved you to a quieter room"]),
    ("We have received your form. Applications take ten days.", ["done: We have received your form"]),
    ("You have been charged twice by mistake.", ["done: You have been charged twice by mistake"]),
    ("Your refund was issued on Monday, it takes five days.", ["done: Your refund was issued on Monday"]),
    ("I spoke to the kitchen and they can do that.", ["done: I spoke to the kitchen"]),
    ("A replacement is on its way.", ["done: A replacement is on its way"]),
    ("Sent again just now to the mobile in your booking.",
     ["done: Sent again just now to the mobile in your booking"]),
    ("Added to your booking. The cot is free.", ["done: Added to your booking"]),
    ("Will send it again today.", ["promise: Will send it again today"]),
    ("I'll call you back in ten minutes.", ["promise: I'll call you back in ten minutes"]),
    ("Let me check with the warehouse.", ["promise: Let me check with the warehouse"]),
    ("I'm connecting you with our billing team.", ["promise: I'm connecting you with our billing team"]),
    ("If it hasn't come, tell me the number and I send it again.", ["promise: I send it again"]),
    ("Shall I add it to your booking?", ["promise: Shall I add it to your booking"]),
    ("Would you like me to order a taxi?", ["promise: Would you like me to order a taxi"]),
    ("I apologise. We move you to another room at once.", ["promise: We move you to another room at once"]),
    ("My colleague Anna will call you tomorrow.", ["promise: My colleague Anna will call you tomorrow"]),
    ("We'll get back to you shortly.", ["promise: We'll get back to you shortly"]),
    ("My name is Anna. Check-out is until 11.", ["name: Anna"]),
    ("This is Tom from reception. Check-out is until 11.", ["name: Tom"]),
    ("Please ask for Maria at the desk.", ["name: Maria"]),
    ("Don't worry, I'm a real person.", ["person: I'm a real person"]),
]  # fmt: skip
CHINESE = [
    ("已为您取消，没有费用。", ["done: 已为您取消"]),
    ("已加一晚。", ["done: 已加一晚"]),
    ("已改好，新的确认信会发到您邮箱。", ["done: 已改好"]),
    ("我已经帮您备注了，早餐七点开始。", ["done: 我已经帮您备注了"]),
    ("我查了一下，早餐是七点开始。", ["done: 我查了一下"]),
    ("您的退款已经提交，3天内到账。", ["done: 您的退款已经提交"]),
    ("您的订单已取消。", ["done: 您的订单已取消"]),
    ("刚刚给您退了运费，一到三天到账。", ["done: 刚刚给您退了运费"]),
    ("给您换好了。", ["done: 给您换好了"]),
    ("帮您登记好了，师傅上门前会打电话。", ["done: 帮您登记好了"]),
    ("已转安全同事，请先改密码。", ["done: 已转安全同事"]),
    ("已聯繫承運商核查。", ["done: 已聯繫承運商核查"]),
    ("我这边已经提交申请了。", ["done: 我这边已经提交申请了"]),
    ("刚又发了一次，请查收。", ["done: 刚又发了一次"]),
    ("办好了，请看邮件。", ["done: 办好了"]),
    ("密码18点发送；如果还没有，请告诉我预订号，我重新发。", ["promise: 我重新发"]),
    ("非常抱歉，马上给您换房。", ["promise: 马上给您换房"]),
    ("我帮您登记一下。", ["promise: 我帮您登记一下"]),
    ("稍后会有同事联系您。", ["promise: 稍后会有同事联系您"]),
    ("我转财务同事核实。", ["promise: 我转财务同事核实"]),
    ("需要我帮您叫车吗？", ["promise: 需要我帮您叫车吗"]),
    ("我明天给您回电。", ["promise: 我明天给您回电"]),
    ("这边马上帮您处理。", ["promise: 这边马上帮您处理"]),
    ("不是，我是客服小周。", ["name: 小周"]),
    ("我叫王芳，退房时间是11点。", ["name: 王芳"]),
    ("客服小李为您服务。退房时间是11点。", ["name: 小李"]),
    ("您可以找张经理。", ["name: 张经理"]),
    ("我不是机器人哦。", ["person: 我不是机器人哦"]),
]
FOR_ANYBODY = [
    "We have a gym on the second floor.",
    "I'm afraid the pool is closed in winter.",
    "Breakfast has always been included.",
    "We have changed our opening hours for the summer.",
    "We have moved to Dock Street.",
    "Once we have received your parcel, we refund you within five days.",
    "As soon as your payment has been booked, we send the parcel.",
    "If it can't be repaired, we move you to another room at once.",
    "Cancelled bookings are refunded within five days.",
    "Your deposit is refunded at check-out.",
    "It is sent by e-mail on the day of check-out.",
    "Things that are found are kept for three months.",
    "I understand how annoying that is.",
    "I'd recommend the tram, it stops at the door.",
    "I can recommend the café next door.",
    "I can confirm that we take American Express.",
    "I'll need your booking number, please.",
    "Let me know if you need a cot.",
    "Let me explain: the hold is released within seven days.",
    "You can cancel free of charge until the day before arrival.",
    "Bookings made through other sites have to be cancelled there.",
    "Items you have worn can't be returned.",
    "We will refund the difference if you find it cheaper elsewhere.",
    "This is important: keep the receipt.",
    "The house was built in 1920 and renovated in 2019.",
    "Please call us and we will find a solution.",
    "You are welcome to leave your luggage with us.",
    "Put it in the key box left of the entrance.",
    "Pets have never been allowed in the breakfast room.",
    "We send the code as soon as the room is ready.",
]
FOR_ANYBODY_ZH = [
    "早餐已包含在房价里。",
    "已取消的订单不能恢复。",
    "已付款的房费不可退。",
    "我们会在三天内退款。",
    "收到退货后我们会给您退款。",
    "如果已经付款，请联系前台。",
    "取消成功后，押金会原路退回。",
    "可以免费改名，请提供预订号和入住人全名。",
    "修不了就换房。",
    "您可以随时联系我们。",
    "前台24小时有人，可以帮您叫车。",
    "早餐一直包含在内。",
    "请联系我们处理。",
    "我建议您坐地铁。",
    "本店已开业十年。",
    "很抱歉，还不行。",
    "我们有健身房，24小时开放。",
    "请先退出，再用手机号登录。",
    "请立即修改密码。",
    "失物保管三个月，邮费由您承担。",
    "您可以先换一种方式付款。",
    "退款一般五到十个工作日到账。",
    "订单发货后会短信通知您。",
    "特惠价不可退，但可以免费改名转给别人住。",
    "我理解您的心情。",
    "房间打扫好就可以提前入住。",
    "周末也有人值班。",
]


@pytest.mark.parametrize(("said", "found"), [*ENGLISH, *CHINESE])
def test_what_one_person_says_is_found(said: str, found: list[str]) -> None:
    assert [f"{deed.kind}: {said[deed.start : deed.end]}" for deed in find_deeds(said)] == found


@pytest.mark.parametrize("said", [*FOR_ANYBODY, *FOR_ANYBODY_ZH])
def test_what_holds_for_anybody_is_no_deed(said: str) -> None:
    assert find_deeds(said) == []


@pytest.mark.parametrize(
    ("said", "how_far"),
    [
        ("Check-in is from three in the afternoon.", 0),
        ("I've added it. Check-in is from three in the afternoon.", 1),
        ("No idea.", 1),
        ("I have cancelled it for you.", 2),
        ("特惠价不可退，可以改名。", 0),
        ("已为您取消。特惠价不可退，可以改名。", 1),
        ("已为您取消。", 2),
    ],
)
def test_how_far_a_reply_is_one_persons(said: str, how_far: int) -> None:
    assert personal(said) == how_far
