"""Whether somebody tells of a danger to life or limb; a short list of words, not a safety system.

What goes unnoticed costs more than a false alarm, so that a hazard is left out only where the words plainly
say something else: a price that is cut, a lamp that is asked whether it might catch fire.
"""

import re

from data.fold import fold

_CRISIS = re.compile(
    r"\b(?:kill(?:ing)? myself|suicid\w*|end(?:ing)? (?:my life|it all)|(?:want|wanna|going) to die"
    r"|hurt myself"
    r"|harm(?:ing)? myself|self.harm\w*|tak(?:e|ing) my (?:own )?life|better off dead"
    r"|wish i (?:was|were) dead"
    r"|(?:no|any|a|my) (?:reason|will|point) (?:left )?(?:to live|in living)"
    r"|do(?:n'?t| not) want to (?:live|be alive)"
    r"|jump(?:ing)? (?:off|from) (?:a|the|my) (?:bridge|roof|building|balcony|window)|can'?t go on living)\b"
    r"|不想活|自杀|轻生|想死(?!你)|活不下去|结束(?:自己的)?生命|活够了|活着(?:没有?|真没|还有什么)(?:意思|意义)"
    r"|活着(?:太|好|真)累|(?:我|快|真的|实在)[^，。！？]{0,4}撑不下去|跳楼(?!价|大|甩|清|促)|[楼桥]上跳下|从[楼桥]上跳"
    r"|割腕|自残|自尽|寻短见|了结自己|死了算了|不如死了|一死了之|离开(?:这个)?人世",
    re.IGNORECASE,
)
_RELATED = (
    r"(?:he|she|they|someone|somebody|husband|wife|boyfriend|girlfriend|partner|ex|father|mother|dad|mum|mom"
    r"|stepdad|neighbou?r)"
)
_KILL = r"(?:kill|murder|stab|shoot|strangle|beat|hurt|rape)"
# people whom others threaten or beat; who threatens the shop is no less a matter for people
_VIOLENCE = re.compile(
    rf"\bthreat(?:en(?:s|ed|ing)?|s) (?:\w+ ){{0,3}}{_KILL}\b"
    rf"|\b{_RELATED} (?:\w+ ){{0,3}}(?:wants?|wanted|tries|tried|trying|going|says?|said|will|would)"
    rf"[^.?!]{{0,15}}\b{_KILL} (?:me|us|him|her|them)\b"
    rf"|\b(?:i'?ll|i will|i'?m going to|i'?m gonna) {_KILL} (?:you|him|her|them)\b(?! (?:to|at))"
    rf"|\b{_RELATED} (?:\w+ ){{0,4}}(?:hits?|beats?|beating|hitting|strangled|choked|abuses?|abused|raped)"
    r" (?:me|us|(?:my|his|her|their) (?:kids?|child(?:ren)?|son|daughter|wife|husband|girlfriend|partner)"
    r"|the kids)\b(?! (?:to|with a))"
    r"|\b(?:man|guy|someone|somebody|he|she)\b[^.?!]{0,20}\b(?:has|holding|pulled|waving) a (?:knife|gun)\b"
    r"(?! (?:set|block|rack))"
    r"|\bdomestic (?:violence|abuse)\b|\bbreaking into my (?:house|home|flat|apartment)\b"
    r"|\b(?:held hostage|being (?:stalked|followed home))\b"
    r"|(?:要|想|威胁|扬言|说)[^，。！？]{0,6}(?:打死|杀了?|弄死|砍死|捅死?|掐死)[^，。！？]{0,3}(?:我|他|她|孩子|你)"
    r"|(?:老公|老婆|丈夫|妻子|男朋友|女朋友|男友|女友|前夫|前妻|爸|妈|他|她)[^，。！？]{0,4}"
    r"(?:打我(?!电话)|掐我|虐待|砍我|捅我)"
    r"|家暴|有人[^，。！？]{0,4}(?:闯进|跟踪我|要害我)|有人[^，。！？]{0,10}(?:打人|打架|[持拿]着?刀)|(?:打死|杀了|弄死|砍死|捅死)你",
    re.IGNORECASE,
)
_SOMEONE = (
    r"(?:he|she|kids?|child(?:ren)?|bab(?:y|ies)|toddler|infant|son|daughter|boy|girl|wife|husband|mum|mom|dad"
    r"|mother|father|grand\w+|brother|sister|nephew|niece|friend|neighbou?r|guest|dog|cat|pet|puppy|kitten)"
)
_WHO = rf"(?:me|him|us|them|myself|himself|herself|themselves|ourselves|yourself|{_SOMEONE})"
_BODY = (
    r"(?:hands?|fingers?|thumbs?|palms?|wrists?|arms?|elbows?|shoulders?|neck|throat|face|cheeks?|lips?|mouth"
    r"|nose|eyes?|ears?|head|forehead|chest|back|stomach|hips?|legs?|knees?|ankles?|foot|feet|toes?|skin)"
)
_WHOSE = r"(?:my|his|her|our|their|the|one|both)"
_DEVICE = (
    r"(?:it|lamps?|lights?|plugs?|sockets?|cables?|cords?|wires?|chargers?|batter(?:y|ies)|heaters?|kettles?"
    r"|stoves?|switch(?:es)?|adapters?|ovens?|toasters?|machines?|power ?banks?)"
)
_PART = (
    r"(?:screws?|parts?|pieces?|batter(?:y|ies)|magnets?|buttons?|beads?|bolts?|nuts?|caps?|plastic|glass|foam"
    r"|pills?|paint|glue|bleach|cleaner|detergent|fuel|silica|sachets?|pellets?)"
)
_FAINT = (
    r"\b(?:head ?aches?|dizz(?:y|iness)|nause(?:a|ous|ated)|light.?headed|feel(?:s|ing)? (?:sick|faint)"
    r"|threw up|throwing up|vomit\w*)\b"
)
_OURSELVES = r"(?:i'?m|i am|we'?re|we are|i got|we got|he's|she's|they're)"
_CLOSED = (
    r"(?:rooms?|bathroom|bath|toilet|loo|shower|lift|elevator|sauna|cellar|basement|stairwell|garage|car"
    r"|wardrobe|cupboard|closet|balcony|building)"
)
_LOCKABLE = (  # where a person may be shut in, and only stand or wait as well
    r"(?:units?|storage|container|warehouse|store|shop|office|lobby|corridor|hallway|stairs|gym|changing room"
    r"|studio|classroom|van|lorry|truck|cabin|yard|compound|facility|premises)"
)
_FLAME = r"\b(?:(?<!hot )stoves?|burners?|gas|heaters?|fumes?|barbecues?|bbqs?|campfire|charcoal)\b"
_ENGLISH = (
    # cut, burnt, hurt
    rf"\b(?:cut|sliced|gashed|grazed|pricked|stabbed|burn(?:ed|t|s)?|scald(?:ed|s)?|hurt|injured|bruised|crushed"
    rf"|trapped|pinched|jammed|broke|fractured|sprained|twisted|hit|banged)(?: \w+)?"
    rf" (?:{_WHOSE} (?:\w+ )?{_BODY}|(?:him|her|my|our|them|your)sel(?:f|ves))\b",
    rf"\b(?:burn(?:ed|t)|scalded|injured|crushed|bruised)(?: \w+){{0,2}} {_WHO}\b(?! (?:some|a deal|off))",
    r"\b(?:it|glass|blade|knife|edge|corner|shards?|splinters?) (?:\w+ )?(?:cut|hurt) (?:me|him|her|us)\b",
    rf"\b(?:{_SOMEONE}|{_BODY}|i|someone|somebody) (?:(?:has|have|had|is|are|was|were|got|gets?|been|all"
    rf"|badly|just|also|really|seriously|now) ){{1,4}}(?:cut|burn(?:ed|t)|scalded|hurt|injured|bruised"
    r"|swollen)\b"
    rf"(?! off)",
    r"\b(?:burns|cuts|blisters|bruises|splinters?) (?:on|all over|in|to) (?:my|his|her|our|their)\b",
    r"\b(?:suffered|caused|causing|serious|severe) (?:an? |\w+ )?injur(?:y|ies)\b|\bseriously injured\b",
    # bleeding, not of colours
    rf"\b(?:{_SOMEONE}|{_BODY}|i|he's|she's|i'm|they're|someone|somebody)\b[^.?!]{{0,30}}\bbleed(?:s|ing)?\b"
    rf"(?! (?:colou?r|dye|red|blue|ink|into|onto|edge|through))",
    r"\bbleeding (?:badly|heavily|a lot|and|from|everywhere|won'?t stop)\b"
    r"|\b(?:a lot|lots|so much) of blood\b",
    # swallowed, choking, breath
    rf"\b(?:{_SOMEONE}|i|may have|might have|has|have)\b[^.?!]{{0,30}}\b(?:swallow(?:ed|ing)|ingested)\b"
    rf"(?! (?:my|his|her|their) (?:pride|words))",
    rf"\b(?:swallow(?:ed|ing)|ingested) (?:\w+ ){{0,3}}{_PART}\b",
    rf"\b(?:{_SOMEONE}|i)\b[^.?!]{{0,20}}\b(?:ate|eaten|drank|drunk) (?:\w+ ){{0,3}}{_PART}\b",
    r"\bchok(?:ing|ed|es)\b(?! (?:hazards?|risks?|dangers?|warnings?|up))(?<!no choking)",
    r"\b(?:can'?t|cannot|can not|couldn'?t) breathe\b|\bstopped breathing\b"
    r"|\b(?:trouble|difficulty|problems?|struggling|hard) (?:to |in |with )?breath(?:e|ing)\b"
    r"|\b(?:not|isn'?t|aren'?t) breathing\b",
    # skin and poison
    r"\ballergic reactions?\b|\banaphyla\w+"
    r"|\b(?:out|up|covered) in (?:an? |\w+ )?(?:rash|hives|blisters|welts)\b"
    r"|\b(?:got|get|gave|has|have|developed|caused|causing) (?:\w+ ){0,3}"
    r"(?:rash(?:es)?|hives|chemical burns?)\b",
    r"\b(?:lips?|face|throat|tongue|eyes?|hands?) (?:\w+ ){0,3}(?:swelling|swelled|swollen)\b",
    r"\bpoison(?:ed|ing)\b"
    r"|\bcarbon monoxide\b(?! (?:alarms?|detectors?)\b(?! (?:went|is|was|goes|keeps|beep|sound|ring)))"
    r"|\bco (?:alarm|detector)s? (?:\w+ )?(?:beep|went|goes|going|sound|ring)",
    rf"{_FAINT}[^.?!]{{0,60}}{_FLAME}|{_FLAME}[^.?!]{{0,60}}{_FAINT}",
    # electricity
    r"\belectric(?:al)? shocks?\b|\belectrocut\w+"
    r"|\b(?:got|get|getting|gave|gives|giving|had)(?: \w+){0,3} shocks? "
    r"(?:from|off|when (?:i|he|she|we) (?:touch|plug|switch|turn)\w*)",
    r"\b(?:gave|gives|giving) (?:me|him|her|us|my \w+) (?:an? )?(?:\w+ )?shocks?\b",
    rf"\b{_DEVICE} (?:\w+ ){{0,2}}(?:shock(?:ed|s|ing)|zap(?:ped|s|ping)) (?:me|him|her|us|my)\b",
    rf"\b(?:shocked|zapped|electrocuted) by (?:\w+ ){{0,3}}{_DEVICE}\b",
    # fire
    r"\b(?:caught|catch|catches|catching) fire\b|\b(?<!deals are )(?<!sale is )(?<!prices are )on fire\b"
    r"|\b(?:exploded|exploding|gas leak|sparks|sparking|burning smell|in(?:to)? flames"
    r"|smell\w* (?:of )?gas)\b"
    r"|\b(?:there(?:'s| is| was)|started|set|house) (?:an? |small )*fire\b(?! (?:sale|pit|place))",
    r"\bsmell\w* (?:of|like) burning\b|\bsmoke (?:is |was )?com(?:es|ing)\b"
    r"|\b(?:is|was|started|starts) smoking\b"
    r"|\b(?:full of|black|lots of|blew|blowing) smoke\b",
    rf"\b{_DEVICE} (?:\w+ ){{0,3}}(?:melt(?:ed|ing|s)|blew up|blown up|overheat(?:ed|ing|s)"
    r"|swell(?:ed|s|ing)?|swollen|bulg(?:ed|es|ing)|puff(?:ed|s|ing) up|hissing|hissed)\b"
    r"|\b(?:swollen|bulging) batter(?:y|ies)\b",
    rf"\b(?:hot|boiling|scalding) (?:oil|water|fat|grease|soup|tea|coffee)\b[^.?!]{{0,30}} (?:on|over|onto) "
    rf"(?:{_WHOSE} {_BODY}|{_WHO})\b",
    # falls, and what follows
    rf"\b(?:fell|fallen|dropped|collapsed|tipped|crashed)(?: \w+){{0,3}} (?:on|onto|under|beneath|with) "
    rf"(?:(?:my|our|his|her|the) )?(?:\w+ )?(?:{_WHO}|{_WHOSE} {_BODY}|{_BODY})\b",
    r"\b(?:call(?:ed|ing)?|need(?:ed)?) (?:an|the) ambulance\b"
    r"|\b(?:unconscious|concussion|passed out|fainted)\b"
    r"|\b(?:taken|rushed|sent|brought|go|went|going|ended up|drove)(?: \w+){0,2} (?:to|in) (?:the )?"
    r"(?:hospital|a&e|emergency room|er)\b|\bneed(?:ed|s)? (?:\w+ )?stitches\b",
    # ill, or fallen
    r"(?<!almost )(?<!nearly )(?<!about )\b(?:having|have|has|had) an? (?:\w+ )?"
    r"(?:heart attack|stroke|seizure)\b"
    r"|\bneed(?:s|ed)? (?:a |an |some )?(?:doctor|paramedics?|medical help|first aid)\b(?! ?(?:'s|note|kit))",
    rf"\b{_SOMEONE} (?:has |have |just |almost |nearly ){{0,2}}(?:collapsed"
    r"|(?:fell|fallen) (?:out of|off|down|over|from|in the|on the))\b"
    r"|\b(?:fell|fallen|floor|ground)\b[^.?!]{0,40}\b(?:can'?t|cannot|unable to) (?:get|stand) (?:back )?up\b"
    r"|\b(?:took|taken|swallowed) (?:too many|a lot of|lots of|all (?:of )?(?:the|his|her|my)) (?:\w+ )?"
    r"(?:pills|tablets|painkillers|medication)\b|\boverdos(?:ed?|ing)\b"
    rf"|\b{_SOMEONE}\b[^.?!]{{0,20}}\bhigh fever\b"
    rf"|\b{_SOMEONE}(?:'s| is| are| just)? (?:isn'?t|not|won'?t|stopped)"
    r" (?:moving|responding|wak(?:ing|e) up)\b",
    # shut in
    rf"\b(?:{_OURSELVES}|{_SOMEONE}(?: is| are| got|'s)?) (?:\w+ ){{0,2}}stuck (?:in|inside) (?:\w+ ){{0,2}}"
    rf"{_CLOSED}\b"
    r"|\b(?:stuck|trapped) in(?:side)? (?:(?:the|an?|your|this|our) )?(?:\w+ )?(?:lift|elevator)\b"
    r"|\b(?:lift|elevator)\b[^.?!]{0,30}\b(?:we(?:'re| are)|i(?:'m| am)|people(?: are)?|someone(?: is)?)"
    r" (?:\w+ )?(?:inside|stuck|trapped|in it)\b"
    r"|\b(?:can'?t|cannot) (?:get|come) out of (?:the|our|my|this) (?:\w+ )?(?:sauna|steam room|bathroom"
    r"|toilet|loo|shower|lift|elevator|cellar|basement|stairwell|room|wardrobe|closet)\b"
    r"(?! (?:booking|reservation|rate))"
    r"|\blocked (?:out )?on(?:to)? (?:the|our|my) (?:\w+ )?(?:balcony|terrace|roof)\b"
    r"|\bbalcony door\b[^.?!]{0,30}\b(?:locked|shut|closed) behind\b",
    rf"\b(?:{_OURSELVES}|someone|somebody|people|{_SOMEONE})(?: is| are| got|'s)? (?:\w+ ){{0,2}}"
    r"(?:locked|trapped|shut) (?:in|inside) (?:\w+ ){0,4}"
    rf"(?:{_CLOSED}|{_LOCKABLE})\b",
    r"\b(?:my|his|her|their) (?:\w+ )?(?:hand|finger|thumb|wrist|arm|leg|foot|toe|ankle|hair|head)s?"
    r" (?:is|are|was|got|gets|has been) (?:\w+ )?(?:stuck|caught|trapped|jammed|crushed)"
    r" (?:in|under|between|by)\b",
    # alarms, and other people
    r"\b(?:smoke|fire) alarms? (?:\w+ ){0,2}(?:going off|goes off|went off|ringing|sounding)\b",
    r"\b(?:my|our) (?:\w+ )?(?:son|daughter|child(?:ren)?|kids?|toddler|baby|boy|girl)"
    r"(?:'s| is| are| has| have| went)? (?:gone |just )?(?:missing|disappeared|vanished)\b"
    r"|\b(?:can'?t|cannot) find (?:my|our) (?:\w+ )?(?:son|daughter|child|kid|toddler|little (?:boy|girl))\b"
    r"(?!'s)",
    r"\bfollow(?:ed|ing) me (?:(?:in)?to (?:my|the) (?:\w+ )?(?:room|car|house|door)|home|back)\b"
    r"|\bthere(?:'s| is| was) (?:an? )?(?:\w+ )?(?:man|guy|stranger|intruder|someone|somebody) (?:\w+ )?"
    r"in(?:side)? (?:my|our) (?:\w+ )?(?:room|house|flat|apartment|tent)\b"
    r"|\b(?:man|guy|stranger|someone|somebody|intruder) (?:just )?(?:came|walked|got|climbed) into (?:my|our)"
    r" (?:\w+ )?(?:room|house|flat|apartment|tent)\b"
    r"|\bbroke(?:n)? into (?:my|our|the) (?:\w+ )?(?:room|house|home|flat|apartment|tent|van)\b"
    r"|\b(?:grabbed|groped|slapped) my (?:arm|breasts?|bum|bottom|leg|thigh|waist|face|hair|daughter|son|wife"
    r"|girlfriend|kid|child)\b"
    r"|\b(?:a|big) fight (?:in|on|at|outside|going on|broke out)\b",
    r"\b(?:try(?:ing|ies)?|wants?|is|are) (?:to )?(?:break(?:ing)?|forc(?:e|ing)) (?:\w+ )?(?:in|into|open)"
    r" (?:my|our|the|her|his) (?:hotel )?(?:room|door|house|home|flat|apartment)\b"
    rf"|\b(?:is|are|was|keeps?) threatening (?:me|us|my {_SOMEONE})\b"
    r"|\b(?:touched|groped|grabbed|molested|assaulted|attacked|punched|harassed|harassing) me\b"
    r"(?! (?:deeply|so|very|with (?:its|the|how)))",
)
_HURTS = r"(?:割|划|切|扎|刺|夹|砸|压|烫|烧|磕|戳|撞|咬|炸|刮|擦|弄|电)"
_PERSON = (  # people, and their limbs unless those of furniture
    r"(?:(?:孩子|宝宝|小孩|小朋友|儿子|女儿|婴儿|娃|孙子|孙女|老人|老公|老婆|爸爸?|妈妈?|家人|同事|朋友|猫咪?|狗狗?)"
    r"(?!的|椅|床|桌|房|用|车|窝|粮|砂|抓|装|衣)|(?<![把扶二新选好])手(?!机|工|提|柄|表|册|续)(?:指|掌|腕|臂|背)?"
    r"|(?<![桌椅床柜支三墙子])[脚腿](?!本|手架|垫)|脸(?!盆)|(?<![床插龙镜码木接笔喷探灯针线箭两一])头(?!像|发绳|盔|层)"
    r"|胳膊|膝盖|眼睛|嘴(?:唇|巴)?|皮肤|额头)"
)
_PIECE = (
    r"(?:零件|配件|电池|螺丝|螺母|磁铁|磁珠|磁力|纽扣|珠子|小球|塑料|干燥剂|清洁剂|洗涤"
    r"|洗衣|胶水|玻璃|颗粒|硬币|酒精)"
)
_POWERED = r"(?:灯|电池|充电宝|充电器|插头|插座|电线|线头|电源|适配器|取暖器|电暖|水壶|锅|炉|开关)"
_DIZZY = r"(?<![得到])(?<!得我)(?:头晕|头疼|头痛|恶心|想吐|呕吐)"
_BURNER = r"(?:炉子|炉具|气炉|煤气|燃气|气罐|取暖器|烧炭|炭火|烧烤)"
_CHINESE = (
    rf"{_PERSON}[^，。！？]{{0,8}}{_HURTS}(?:伤|破|断|肿|出血|到|着|了|流血|掉)",
    rf"{_HURTS}(?:伤|破|断|到|着|中|肿|了)了?(?:我|他|她|人|自己|{_PERSON})",
    rf"(?:我|他|她|人)被[^，。！？]{{0,10}}{_HURTS}(?:伤|到|破|了)|烧伤|烫伤|割伤|砸伤|受伤|灼伤"
    r"|摔伤|扭伤|摔倒",
    r"骨折|脑震荡|昏迷|晕倒|昏倒|缝了?[\d一二三四五六七八九十几好]+针"
    r"|(?:孩子|宝宝|老人|儿子|女儿|小孩)[^，。！？]{0,6}摔",
    r"流了?(?:好多|很多|不少|一手|一地)?血|血流|流血|止不住血|(?:手|脸|脚|头|嘴|鼻子|腿|伤口|孩子|宝宝)"
    r"[^，。！？]{0,6}出血",
    # swallowed, choking, breath
    rf"误(?:吞|食|服|饮)|(?:吞|吃|咽|喝)(?:了|下|进|掉)[^，。！？]{{0,8}}{_PIECE}"
    rf"|把[^，。！？]{{0,10}}(?:吞|咽)(?:了|下|进)|[吞咽](?:下去|进(?:去|肚))",
    r"(?:喉咙|嗓子|气管)[^，。！？]{0,6}卡|卡[^，。！？]{0,4}(?:喉咙|嗓子|气管|喉)"
    r"|[呛噎](?:到|住|着)|窒息"
    r"|喘不[过上]气|呼吸困难|不能呼吸|没有?呼吸",
    # skin and poison
    r"过敏(?:了|反应|休克|得|很?严重)|起了?(?:很多|好多|一身|一片)?(?:红疹|疹子|皮疹|水泡|湿疹)|荨麻疹"
    r"|(?:脸|嘴|嘴唇|喉咙|眼睛|手|皮肤)[都全也]?[红]?肿|(?<!电脑)(?<!手机)(?<!系统)中毒"
    r"|一氧化碳|煤气味|燃气味|燃气泄漏|煤气泄漏",
    rf"{_DIZZY}[^。！？]{{0,20}}{_BURNER}|{_BURNER}[^。！？]{{0,20}}{_DIZZY}",
    rf"(?:热|滚|开|烫)(?:油|水|汤|茶)[^。！？]{{0,8}}[洒溅浇泼倒][^。！？]{{0,6}}(?:我|他|她|身上|{_PERSON})",
    # electricity
    r"漏电(?!保护|开关|断路)|触电|电击|被电(?:了|到|着|一下)|(?<!充)电到(?:我|人|手|孩子|宝宝|了手)|电了我",
    # fire
    r"冒火|冒烟|焦味|焦糊味|糊味|烧焦|着火(?!辣|热|爆)|(?<!一)起火(?!锅|爆|热|辣)|失火|自燃|烧起来|火灾"
    r"|爆炸(?!头|盐|糖|性|式)",
    rf"{_POWERED}[^，。！？]{{0,8}}(?:炸(?:了|开|裂)|爆了|熔化|融化|鼓包|烧起来|烧了)",
    # and what follows
    r"救护车|(?:被|赶紧|紧急|已经|马上)送(?:去|到|进|往)?了?(?:医院|急诊)|[去进]了(?:医院|急诊)|在急诊",
    # ill, shut in, alarms and other people
    r"(?:孩子|儿子|女儿|宝宝|小孩|老人)(?:突然|又|都)?(?:不见了|走丢|走失|失踪)"
    r"|(?:孩子|儿子|女儿|宝宝|小孩|老人)[^，。！？]{0,4}高烧"
    r"|房间里有个?(?:陌生|男人|小偷|贼)"
    r"|(?:阳台|桑拿|汗蒸|浴室|卫生间|厕所|洗手间|房间|电梯)[^。！？]{0,14}(?:我们?|孩子|老人|他|她)"
    r"[^，。！？]{0,4}出不[来去]",
    r"心脏病(?:发作|犯了|突发)|突发心脏病|中风了|抽搐|(?:叫|需要|要找|快找)(?:个|一?位|一?名)?医生",
    rf"(?:我|我们|人|他|她|{_PERSON})[^，。！？的]{{0,4}}(?:锁在|关在|困在|卡在)[^，。！？]{{0,6}}"
    r"(?:房|屋|浴室|厕所|卫生间|洗手间|电梯|车里|阳台|里面|门外面)"
    rf"|(?:我们?|人|他|她|{_PERSON})被?(?:人)?(?:锁|关|困)在[^，。！？]{{0,6}}(?:仓|库|店|办公室|楼|走廊|教室|更衣室|车厢|集装箱)"
    rf"|{_PERSON}[^，。！？的]{{0,6}}被[^，。！？]{{0,8}}(?:夹|压|缠|卡)住"
    r"|电梯[^。！？]{0,10}里[面边头][^。！？]{0,3}有(?:人|孩子|老人)"
    r"|困在(?:里面|电梯)|电梯[^。！？]{0,8}(?:困住|出不[来去])",
    r"(?:烟雾|烟感|火灾|消防|火警)(?:报警器?|警报器?|探测器)?[^，。！？]{0,4}响",
    r"(?:有人|男的|男人|女的|隔壁|员工|服务员|前台|陌生人)[^，。！？]{0,8}(?:骚扰|猥亵|威胁|摸|跟踪)(?:了|过|着)?我"
    r"|(?:有人|陌生人|男的|男人)[^，。！？]{0,8}(?:撬[^，。！？]{0,3}门|要进我)",
)
_INJURY = re.compile("|".join((*_ENGLISH, *_CHINESE)), re.IGNORECASE)
_HAZARD = (
    r"(?:过敏反应|过敏|漏电|触电|着火|起火|烫伤|烫到|烧伤|爆炸|自燃|误吞|误食|夹手|夹到手|割手|受伤|冒烟|中毒"
    r"|冒火花)"
)
_ONLY_ASKED = re.compile(  # what might happen, what is protected against
    r"\b(?:can|could|does|do|will|would|might|may|is there (?:an?|any)(?: risk of)?)"
    r" (?!you|i\b|we\b|some|any|have|has)(?:(?!gave|got|had|just|when|was)[^.?!,;])"
    r"{0,40}(?:allergic reactions?|electric(?:al)? shocks?|catch fire|overheat\w*|chok\w+|rash(?:es)?)"
    r"|\b(?:protect\w*|safe|prevent\w*|resistant|proof)\b[^.?!,;]{0,25}(?:shocks?|fire|sparks|burns|overheat\w+)"
    r"|\b(?:insult to injury|bleeding edge)\b|(?:shock absor\w+)"
    r"|\b(?:what happens when|in case|if) [^.?!]{0,25}\balarms?\b[^.?!]{0,15}\b(?:goes|going|rings?|sounds?)"
    r"\b(?: off)?"
    rf"|(?:会不会|是否)[^，。！？?没]{{0,8}}{_HAZARD}"
    rf"|(?:会|容易)[^，。！？?没]{{0,8}}{_HAZARD}[^，。！]{{0,5}}(?:吗|么|\?|不会)"
    r"|(?:防|防止|避免|预防|以免|怕|担心)(?:孩子|宝宝|小孩|被)?"
    r"(?:误吞|误食|烫伤|烫|漏电|触电|爆炸|夹手|夹伤|过敏|割伤|烧伤|窒息|起火|着火|摔倒|摔伤|受伤)"
    r"|穿着火",
    re.IGNORECASE,
)


def danger_told(text: str) -> str | None:
    """Return `crisis` where a life may be at stake, `injury` where somebody is or may get hurt."""
    text = fold(text).replace("’", "'")
    if _CRISIS.search(text) or _VIOLENCE.search(text):
        return "crisis"
    return "injury" if _INJURY.search(_ONLY_ASKED.sub(" ", text)) else None
