"""Who tells of a danger is heard, in both languages; who only uses its words is not."""

import pytest

from bot.danger import danger_told

HURT = [
    "My daughter cut herself on the broken glass vase, she's bleeding",
    "my daughter cut her finger badly on the tin", "I cut myself", "the glass cut me",
    "my son swallowed a screw from the desk", "I think my baby may have swallowed the battery",
    "our dog ate a piece of the plastic foam", "the toddler has swallowed a magnet!!",
    "he ingested a button", "she is choking on a small part", "my kid choked on the bead",
    "I can’t breathe since I used the spray", "the lamp gave me an electric shock",
    "I got a shock from the switch", "it zapped me when I plugged it in", "got electrocuted by your lamp",
    "the heater caught fire last night", "the charger exploded", "there was a fire in our kitchen",
    "the plug melted", "the battery is overheating", "it smells of burning",
    "I had an allergic reaction to the cushion", "came out in a rash from the blanket",
    "my lips are swelling after I used the mug", "the blanket gave my son hives",
    "the shelf fell on my head", "the chair collapsed under me",
    "the bookcase tipped over onto my daughter", "hot water burned my hand",
    "my husband was badly burned", "burns on my arm from the kettle",
    "we are in A&E, she needed stitches", "we had to go to hospital because of the stool",
    "call an ambulance", "my finger is bleeding and it won't stop", "I hurt my back when it broke",
    "it hit her in the face, hurt her eye", "孩子误吞了零件怎么办", "宝宝把螺丝吞下去了",
    "我家狗吃了里面的干燥剂", "小孩吞了一颗电池", "喉咙里卡住了一个小珠子", "孩子噎住了", "我喘不过气来",
    "台灯漏电了", "插电的时候被电了一下", "摸到外壳触电了", "充电宝自燃了", "灯突然炸了", "取暖器着火了",
    "插头烧起来了", "有一股焦糊味", "玻璃杯把我手割破了", "手被划了个大口子一直流血",
    "杯子碎了割到手，出了好多血，手指一直在流血", "儿子的手被夹伤了", "椅子塌了，砸到我的脚",
    "我被柜子砸伤了", "热水把宝宝烫伤了", "用了之后过敏了，脸都肿了", "身上起了红疹", "过敏反应很严重",
    "老人从椅子上摔下来骨折了", "孩子被送去医院了", "缝了三针", "叫了救护车", "誤食了乾燥劑",
    "孩子嗆到了", "皮膚過敏了", "瓷碗裂了，割伤了手",
    "CO alarm keeps beeping and we all have headaches", "the carbon monoxide alarm is beeping",
    "I feel dizzy since we lit the burner in the cabin", "we used the stove inside the tent, now nauseous",
    "my headlamp battery is swollen", "the power bank has swelled up", "there is a bulging battery in it",
    "the pan's handle broke and boiling water went over my foot",
    "在帐篷里点了炉子，现在头晕", "用完取暖器以后一直恶心想吐", "锅柄断了，热油溅到我手上", "屋里有燃气味",
]  # fmt: skip
SAFE = [
    "can you cut the price for me", "cut me some slack on shipping",
    "please cut the delivery cost in half", "I have a burning question about my order",
    "burning question: do you ship to Canada", "the colours bleed in the wash",
    "the red towel is bleeding dye", "is it a choking hazard", "does it have a choking hazard warning",
    "can the lamp catch fire?", "could it cause an allergic reaction?",
    "I'm allergic to wool, is the blanket synthetic", "is the cover fire resistant",
    "do you sell fire pits", "your deals are on fire", "the fire sale ends when",
    "shock absorbing soles?", "the price shocked me", "I was shocked by the price",
    "the mug arrived broken", "the glass is cracked", "the desk fell apart",
    "the vase is cut glass, right", "smoke grey in size M", "is this jacket breathable",
    "my back pack is torn", "the parcel fell off the truck", "can you deliver to a hospital",
    "the stitches came loose", "your system swallowed my payment", "hard to swallow that fee",
    "that hurts my wallet", "add insult to injury", "it burned a hole in my pocket",
    "the table has a scratch on one leg", "I hit the wrong button", "I broke the handle of my mug",
    "sorry to bother you, back to my order", "the handle broke off, it came like that",
    "choosing between your stoves gives me no joy", "is the gas canister included with the stove",
    "how many hours does the battery last", "热水壶多少钱", "炉子看得我头晕，哪个好", "气罐能寄吗",
    "is the tent made of sparkling fabric", "请忍痛割爱便宜点", "希望你们割爱转让", "桌面有划伤",
    "桌腿断了", "床头被划破了", "椅子脚压断了", "手机壳划伤了", "二手的能退吗", "系统吞了我的优惠券",
    "会过敏吗", "这个会不会漏电？", "会着火吗", "有漏电保护吗", "我对羊毛过敏，有别的材质吗",
    "防烫伤的杯套有吗", "大出血促销什么时候结束", "充电到一半就停了", "穿着火辣的裙子", "爆炸头假发有吗",
    "一起火锅套装多少钱", "气炸了，怎么还不发货", "能送到医院吗", "血亏", "把手断了", "杯子摔碎了",
    "我的杯子划花了", "插头坏了", "头像怎么改", "价格再砍一刀", "切割板多少钱", "两头都压坏了",
    "手工皂有吗", "这个灯烧坏了能换吗", "收到的时候盒子压破了",
]  # fmt: skip


@pytest.mark.parametrize("text", HURT)
def test_who_tells_of_a_danger_is_heard(text: str) -> None:
    assert danger_told(text) == "injury"


@pytest.mark.parametrize("text", SAFE)
def test_who_only_uses_its_words_is_not(text: str) -> None:
    assert danger_told(text) is None


SHUT_IN_OR_ILL = [
    "help, I'm locked in the bathroom and the handle came off", "we are trapped in the elevator",
    "my little girl is stuck in the wardrobe", "my husband collapsed", "my dad is having a heart attack",
    "we need a doctor", "the baby fell out of the cot and isnt moving", "smoke alarm is going off in here",
    "someone is trying to break into my room", "the man next door keeps threatening me",
    "the driver touched me", "我被锁在浴室里出不来", "电梯停了，我们困在里面", "孩子被关在电梯里了",
    "我妈突发心脏病", "快叫医生", "烟雾报警器一直在响", "隔壁的男人一直骚扰我",
    "I can't get out of the sauna, the door won't open", "my mum has fallen in the shower",
    "he's on the floor and can't get up", "my son is not breathing", "my friend took too many pills",
    "the elevator is stuck and we are inside", "stuck in elevator 2 for 20 min",
    "the balcony door locked behind me", "we're locked out on the balcony", "someone followed me to my room",
    "there's a strange man in my room", "someone broke into our room", "the security guard grabbed my arm",
    "my daughter is missing, she was by the pool", "I can't find my son",
    "what should I do, the fire alarm is ringing", "孩子不见了", "我儿子走丢了", "孩子发高烧",
    "房间里有个陌生男人", "阳台门锁上了，我出不去",
    "a child is trapped in one of the units", "my kid is shut in a unit and can't get out",
    "someone is locked inside the warehouse", "my hand is caught in the roller door",
    "his foot got stuck under the pallet", "电梯卡住了，里面有人", "孩子被关在仓里了", "我被关在三楼走廊里了",
    "我的手被卷帘门夹住了", "孩子的手指被门夹住",
]  # fmt: skip
NOT_SHUT_IN = [
    "I'm locked out of my account", "my parcel is stuck in the warehouse", "the chair collapsed",
    "I almost had a heart attack when I saw the price", "do you need a doctor's note",
    "we need a first aid kit", "do you sell smoke alarms", "you are threatening to cancel my order",
    "the gift touched me deeply", "the zip is stuck in the bag", "我的包裹被困在仓库了", "快递卡在海关了",
    "我被锁在账号外面了", "我的快递卡在驿站房间", "烟雾报警器有卖吗", "短信一直骚扰我",
    "I'm locked out of my room", "can't get out of the room booking", "it is so low that I can't get up",
    "my kid's toy is missing", "I can't find my son's jacket", "what happens if the fire alarm goes off",
    "the page follows me home with ads", "someone got into my account", "vehicles can't get up here",
    "my things are locked in the unit", "I'm stuck in the shop's menu", "we are trapped in a contract",
    "I am in your office", "我的账户被锁住了", "我快递卡在仓库了", "我的货关在仓库里", "拉链头卡住了",
    "孩子的外套不见了", "房间里有人住过的痕迹", "浴室的热水出不来", "钥匙锁在车里了",
]  # fmt: skip


@pytest.mark.parametrize("text", SHUT_IN_OR_ILL)
def test_who_is_shut_in_ill_or_beset_is_heard(text: str) -> None:
    assert danger_told(text) == "injury"


@pytest.mark.parametrize("text", NOT_SHUT_IN)
def test_what_is_stuck_without_anybody_is_not(text: str) -> None:
    assert danger_told(text) is None


THREATENED = [
    "my husband threatens to kill me", "my ex said he would kill us", "he beats me every night",
    "my boyfriend is hitting me", "I'll kill you if you don't refund me", "domestic violence, help",
    "我老公要打死我", "他说要杀了我", "我男朋友家暴", "前夫威胁要弄死我和孩子", "再不退款我弄死你",
    "my neighbour in 305 keeps hitting his wife", "a man in the lobby has a knife", "走廊里有人喝多了在打人",
]  # fmt: skip
NOBODY_THREATENED = [
    "that price is going to kill me", "killing it with this sale", "can you beat that price",
    "this heat is killing me", "the wait kills me", "beat me to it, sold out already", "笑死我了", "气死我了",
    "累死人了", "卡死了打不开", "价格打下来没有", "打我电话吧",
    "the sale price hits me hard", "does the set come with a knife", "有人打电话给我吗",
]  # fmt: skip


@pytest.mark.parametrize("text", THREATENED)
def test_who_is_threatened_is_heard(text: str) -> None:
    assert danger_told(text) == "crisis"


@pytest.mark.parametrize("text", NOBODY_THREATENED)
def test_nobody_is_threatened_by_a_manner_of_speaking(text: str) -> None:
    assert danger_told(text) is None


TIRED_OF_LIFE = [
    "I want to kill myself", "I feel like ending it all", "I see no reason to live",
    "I don't want to live any more",
    "everyone would be better off, better off dead", "thinking of jumping off a bridge",
    "不想活了", "我想自殺", "我撑不下去了", "活够了", "真想从楼上跳下去算了", "想跳楼", "活着没意思",
    "死了算了",
]  # fmt: skip
NOT_OF_LIFE = [
    "is there a reason to buy the larger one", "I want to end my subscription",
    "the reason to return it is the size",
    "跳楼价什么时候有", "帐篷撑不下去会塌吗", "生意撑不下去了才打折的吧", "想死你们家的羊毛毯了",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_OF_LIFE)
def test_not_everything_that_ends_is_a_life(text: str) -> None:
    assert danger_told(text) is None


@pytest.mark.parametrize("text", TIRED_OF_LIFE)
def test_a_life_in_danger_comes_before_all(text: str) -> None:
    assert danger_told(text) == "crisis"
