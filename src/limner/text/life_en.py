"""How people speak of their own life in English."""

import re

from limner.text.lemmas import lemmatise
from limner.text.life_rules import Reader, Rule, Rules, named

_DOUBT = re.compile(
    r"\b(?:if|unless|whether|wish|wished|imagine|pretend|suppose|when i was|used to|"
    r"would(?:n't)? (?:be|have)|"
    r"could be|as if|like i|in case)\b|\bi feel like\b"
)
_I_AM = r"\bi(?:'m| am)(?: also| actually| currently| just)?"
_NOT = r"(?! not\b| no\b| never\b)"
_COUNT = r"(?:an?|one|two|three|four|five|several|both|\d)"
_KIN = (
    "brothers? sisters? husbands? wifes? wives mothers? moms? mums? dads? fathers? sons? daughters? "
    "friends? grandsons? granddaughters? grandchild grandchildren nephews? nieces? cousins? uncles? "
    "aunts? neighbou?rs? students? boss girlfriends? boyfriends? kids? childs? buddys? buddies "
    "partners? teachers? parents?"
).split()
_OTHERS = rf"(?!(?:{'|'.join(_KIN)})\b)"
_PAST = (
    r"(?!(?:of|lot|on|in|my|and|or|with|for|to|the|at|from|as|is|was|school|church|last|"
    r"previous|former|first|prior|next|dream|future|favou?rite|ideal|other|late|ex)\b)"
)
_WORD = rf"{_OTHERS}{_PAST}[a-z0-9][a-z0-9-]*"
_END = r"(?![\w-])"


def _mine(heads: str, *, words: int = 2, end: str = _END) -> str:
    """Return a pattern of what is called mine: "my new red car"."""
    return rf"\b(?:my|our) (?P<value>(?:{_WORD} ){{0,{words}}}?(?:{heads})){end}(?!'s? \w)"


def _owned(heads: str, *, words: int = 2, end: str = _END) -> str:
    """Return a pattern of what somebody says to have: "I have two dogs"."""
    return (
        rf"\b(?:i|we)(?: currently| also| already)?(?:'ve got| have| own)(?: got)? {_COUNT} "
        rf"(?P<value>(?:{_WORD} ){{0,{words}}}?(?:{heads})){end}"
    )


_PLAIN = frozenset(
    "new old brand little big small own current beloved trusty good great nice cheap expensive main "
    "two three four both very really fairly pretty young older newer beautiful lovely favorite cute "
    "poor sweet red black white blue green daily everyday entire whole actual same 2 3 4 5 awesome "
    "amazing precious other second third only regular real spoiled crazy large huge tiny".split()
)


def _short(found: re.Match[str]) -> str:
    """Return a thing without the adjectives before it, in its base form."""
    words = named(found).split()
    while len(words) > 1 and (words[0] in _PLAIN or words[0].endswith("est")):
        words = words[1:]
    return " ".join([*words[:-1], lemmatise(words[-1])])


def _known(found: re.Match[str]) -> str:
    """Return a thing whose adjectives are all plain: an alpha dog may be a pedal."""
    value = _short(found)
    return "" if " " in value else value


# allergies
_EATEN = (
    r"(?P<value>[a-z]+(?:[ -](?!and\b|or\b|so\b|but\b|that\b|which\b|in\b|to\b|for\b|i\b|it\b|"
    r"as\b)[a-z]+){0,2}?)"
)
_VAGUE = frozenset(
    "it this that these those them one ones another more some any anything something everything things thing "
    "stuff all most other others same again many much lot lots few both either to be the a an for you your "
    "me my us our him her here there what which who how bit way get have see know say go try make".split()
)


_ANY = frozenset("all most some the any severe".split())


def _allergen(found: re.Match[str]) -> str:
    words = [word for word in named(found).split() if word not in _ANY]
    if not words or _VAGUE & set(words):
        return ""
    return " ".join([*words[:-1], lemmatise(words[-1])])


# children
_AGE = (
    r"(?P<age>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen)"
)
_CHILD = (
    r"sons?|daughters?|kids?|child|children|toddlers?|twins|twin boys|twin girls|infant|"
    r"newborn|teenagers?"
)
_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), 1
    )
}
_DOES = (
    r"(?= (?:loves?|likes?|enjoys?|is|was|has|had|can|could|plays?|uses?|used|wants?|wanted|"
    r"needs?|started|will|"
    r"just|really|who|and|to|for|with|says?|said|thinks?|got|asked|on|in|at|about|now|always|absolutely)\b|$)"
)


def _aged_child(found: re.Match[str]) -> str:
    age = _NUMBERS.get(found["age"], found["age"])
    who = found["who"] or "child"
    unit = found["unit"]
    return f"{lemmatise(who)}, {age} {unit}s" if unit != "year" else f"{lemmatise(who)}, {age}"


def _child(found: re.Match[str]) -> str:
    word = named(found).split()[-1]
    return {"kids": "children", "kid": "child", "children": "children"}.get(word, lemmatise(word))


def _parent(_: re.Match[str]) -> str:
    return "child"


# pets, things, homes
_PET = (
    r"dogs?|cats?|pupp(?:y|ies)|pups?|kittens?|kitt(?:y|ies)|rabbits?|bunn(?:y|ies)|hamsters?|"
    r"guinea pigs?|parrots?|"
    r"parakeets?|cockatiels?|ferrets?|tortoise|horses?|labradors?|retrievers?|poodles?|beagles?|chihuahuas?|"
    r"dachshunds?|bulldogs?|terriers?|huskies|husky|corgis?"
)
_NO_PET = (
    r"(?! ?-?\d)(?! (?:food|bed|tree|house|park|tags?|box|cable|fish|eared|ear|pedal|amp|like)"
    rf"\b){_END}"
)
_DEVICE = (
    r"iphones?(?: \d+\w*)?(?: (?:pro|plus|max|mini|se)\b)*|ipads?(?: (?:pro|mini|air|\d)\b)*|"
    r"ipods?|macbooks?(?: (?:pro|air)\b)*|"
    r"i?macs?|laptops?|desktop|pc|kindles?(?: \w+)?|chromebooks?|galaxy(?: (?:s|note |tab )"
    r"?\d+\w*)?|pixel(?: \d\w*)?|"
    r"smartphones?|cell ?phones?|android phone|tablets?|ps[345]|playstation(?: \d)?|xbox(?: "
    r"one| 360)?|wii|nintendo switch|"
    r"camera|dslr|gopro|printer|tv|television|turntables?|smart ?watch|apple watch|fitbit|"
    r"(?:bass |acoustic |electric |classical |12[- ]string )*(?:guitars?)|strats?|"
    r"stratocasters?|teles?|telecasters?|les pauls?|sg|"
    r"p[- ]?bass|j[- ]?bass|jazz bass|precision bass|ukuleles?|ukes?|banjos?|mandolins?|"
    r"violins?|violas?|cellos?|fiddles?|"
    r"piano|keyboard|synth(?:esizer)?s?|drum ?(?:kit|set)|saxophones?|trumpets?|clarinets?|"
    r"flutes?|harmonicas?|"
    r"(?:epiphone|gibson|fender|ibanez|taylor|martin|gretsch|rickenbacker|squier)s?(?: "
    r"(?:american|mexican|mim|standard|special|"
    r"custom|deluxe|classic|player|strat\w*|tele\w*|les paul|sg|dot|jazz|p-?bass|precision|"
    r"bass|acoustic|electric|guitar|amp|"
    r"mustang|jaguar|jazzmaster|[a-z]*\d+\w*)\b)*|"
    r"(?:tube |bass |guitar |acoustic |practice )*(?:amps?|amplifiers?)|pedal ?boards?"
)
_NO_DEVICE = (
    r"(?! (?:teachers?|shops?|stores?|instructors?|lessons?|techs?|hero(?:es)?|friends?|"
    r"players?|playing|students?|"
    r"center|centre|class|budd(?:y|ies)|part(?:y|ies)|skills?|tone|sound|collection|needs|guy|"
    r"luthier|world|days?|life|career|"
    r"company|dealer|rep|bench|music|body|tuner app)\b)" + _END
)
_VEHICLE = (
    r"cars?|trucks?|suvs?|vans?|minivan|motor(?:cycle|bike)s?|bicycles?|scooter|rv|camper|"
    r"jeep(?: wrangler)?|honda(?: (?:civic|accord|cr-v))?|toyota(?: (?:camry|corolla|prius))?|"
    r"subaru|prius|tesla(?: model \w)?|"
    r"ford(?: f-?\d{3})?|chevy|harley"
)
_NO_VEHICLE = r"(?! (?:stereo shop|dealers?|seat|keys?|company|payments?|wash|port)\b)" + _END
_HOME = r"apartments?|flat|condo|house|townhouse|dorm(?: room)?|studio apartment|mobile home|farm|trailer"
_NO_HOME = (
    r"(?! (?:band|amp|brand|music|cleaning|blend|sound|mates?|warming|concerts?|party|wood|"
    r"shoes?|note|top)\b)"
) + _END


def _car(found: re.Match[str]) -> str:
    value = _short(found)
    return value if re.fullmatch(_VEHICLE, value) else ""


def _home(found: re.Match[str]) -> str:
    word = named(found).split()[-1]
    return "dorm" if word == "room" else lemmatise(word)


def _device(found: re.Match[str]) -> str:
    value = _short(found)
    return "" if value.split()[0] in {"band", "church", "school", "new"} and " " not in value else value


def _const(value: str) -> Reader:
    return lambda found: value


# diets and work
_DIET = (
    r"(?P<value>vegan|vegetarian|pescatarian|lactose[- ]intolerant|gluten[- ]intolerant|"
    r"gluten[- ]free|celiac|coeliac|"
    r"diabetic)"
)
_WORK = (
    r"nurse|teacher|doctor|physician|surgeon|dentist|pharmacist|therapist|psychologist|"
    r"veterinarian|vet tech|paramedic|"
    r"firefighter|police officer|lawyer|attorney|accountant|engineer|programmer|developer|"
    r"software engineer|architect|"
    r"designer|photographer|videographer|journalist|writer|editor|librarian|professor|"
    r"lecturer|scientist|researcher|"
    r"chemist|biologist|mechanic|electrician|plumber|carpenter|welder|contractor|machinist|"
    r"truck driver|bus driver|"
    r"pilot|flight attendant|chef|cook|baker|bartender|waiter|waitress|barista|hairdresser|"
    r"hair stylist|farmer|"
    r"soldier|marine|veteran|pastor|minister|priest|worship leader|music director|salesman|realtor|banker|"
    r"nanny|social worker|coach|personal trainer|student|retiree|luthier|producer|sound "
    r"engineer|audio engineer|"
    r"music teacher|guitar teacher|music educator|band director|piano tuner|dj|"
    r"(?:professional|working|full[- ]time|session|gigging|touring|pro) (?:musician|guitarist|"
    r"bassist|drummer|bass player|"
    r"guitar player|singer|player)"
)
_WORK_WORDS = r"(?:(?!not\b|no\b|huge\b|fan\b|big\b|bad\b|poor\b|terrible\b)[a-z-]+ ){0,2}?"
_WORK_END = (
    r"(?=$| (?:who|and|but|with|in|at|by|for|so|i|that|my|who's|from|on|here|myself|as|since|"
    r"now|or|working|playing|living)\b)"
)


_NO_WORK = frozenset("a an just very fairly busy new old good simple only".split())


def _work(found: re.Match[str]) -> str:
    words = named(found).split()
    while words and words[0] in _NO_WORK:
        words = words[1:]
    return " ".join(words)


# intents
_WANT = (
    r"(?<!what )(?<!whatever )(?<!that )(?<!ones )(?<!one )(?:\bi(?:'m| am)(?: still| also| "
    r"now| currently| really)? (?:looking (?:for|to buy|to get|to purchase|into buying|"
    r"into getting)|shopping for|in the market for|planning (?:on (?:buying|getting)|to "
    r"(?:buy|get|order))|thinking (?:of|about) "
    r"(?:buying|getting|ordering)|going to (?:buy|order|purchase)|hoping to (?:buy|get)|"
    r"saving (?:up )?for|considering (?:buying|getting))|"
    r"\bi(?: still| also| now| really)? (?:want to (?:buy|order|purchase)|need to (?:buy|"
    r"order)|plan (?:on (?:buying|getting)|"
    r"to (?:buy|get|order|purchase))|intend to (?:buy|order)|would like to (?:buy|order)|need a new))"
)
_WANTED = (
    r"(?: me| myself)?(?: an?| the| some| my| another| one of the| these| those| two| a few| more)? "
    r"(?P<value>[a-z0-9][\w'-]*(?: (?!(?:for|to|that|which|with|in|on|at|and|or|but|so|"
    r"because|from|as|if|when|who|i|it|is|"
    r"was|are|by|than|like|soon|again|now|later|next|this|the|my|just|instead|before|after|"
    r"once|where|while)\b)"
    r"[a-z0-9][\w'-]*){0,3})"
)


_EMPTY = frozenset(
    "into because no out up down back exactly pair set couple spare replacement different similar "
    "cheaper bigger smaller quality just if when from with without".split()
)


_PRAISED = frozenset("new good great nice better decent second really very cheap few".split())


def _wanted(found: re.Match[str]) -> str:
    words = named(found).split()
    while words and words[0] in _PRAISED:
        words = words[1:]
    while words and words[-1] in {"of", "soon", "too", "also", "though", "anyway"}:
        words = words[:-1]
    if (
        not words
        or words[0] in _VAGUE
        or words[-1] in _VAGUE
        or words[0] in _EMPTY
        or any("'" in word for word in words)
    ):
        return ""
    return " ".join([*words[:-1], lemmatise(words[-1])])


def _rule(key: str, pattern: str, value: Reader = _short) -> Rule:
    return Rule(key, re.compile(pattern), value)


ENGLISH = Rules(
    _DOUBT,
    (
        _rule(
            "allergy",
            rf"{_I_AM}{_NOT}(?: \w+)? allergic to {_EATEN}(?= and\b| or\b| so\b| but\b| that\b| "
            r"which\b| in\b|$)",
            _allergen,
        ),
        _rule(
            "allergy",
            rf"\b(?:i have|i've got|i've)(?: an?)?(?: severe| bad| serious)? {_EATEN} allerg(?:y|ies)\b",
            _allergen,
        ),
        _rule(
            "allergy",
            r"\bmy (?:severe )?(?P<value>nut|peanut|shellfish|latex|nickel|pollen|dust|milk|egg|soy|"
            r"gluten|cat|dog|metal) allerg",
            named,
        ),
        _rule(
            "child",
            rf"\b(?:my|our) {_AGE}[ -](?P<unit>year|month|week)s?[ -]?olds?(?: (?P<who>son|daughter|"
            rf"boy|girl|kid|child|toddler|baby|twins)\b(?!')|{_DOES})",
            _aged_child,
        ),
        _rule(
            "child",
            r"\b(?:my|our) (?:(?:own|young|little|older|oldest|youngest|eldest|teenage|teen|small|two|"
            rf"three|grown|adult) )*(?P<value>{_CHILD})(?![\w-])(?! in[- ]law)(?!'s? (?:friend|teacher|"
            r"class|school|band|age)\w*)(?! (?:friends?|size|guitar|teacher)\b)",
            _child,
        ),
        _rule(
            "child",
            rf"\b(?:i|we)(?:'ve got| have) {_COUNT} (?:(?:young|small|little|teenage|grown) )"
            rf"*(?P<value>{_CHILD}|baby|babies)(?![\w-])(?! in[- ]law)",
            _child,
        ),
        _rule(
            "child",
            rf"{_I_AM} (?:an? |the )(?:new |single |proud |busy |working |stay[- ]at[- ]home )"
            r"*(?P<value>mom|mum|mother|dad|father|parent)\b",
            _parent,
        ),
        _rule(
            "child",
            r"^as an? (?:new |single |proud |busy |working )*(?P<value>mom|mum|mother|dad|father|"
            r"parent)\b(?! (?:figure|company|would|might|should))",
            _parent,
        ),
        _rule("pet", _mine(_PET, end=_NO_PET), _known),
        _rule("pet", _owned(_PET, end=_NO_PET), _known),
        _rule("device", _mine(_DEVICE, words=3, end=_NO_DEVICE), _device),
        _rule("device", _owned(_DEVICE, words=3, end=_NO_DEVICE), _device),
        _rule(
            "device",
            rf"\bi(?: currently| still| also)? use (?:an?|my) (?P<value>(?:{_WORD} )"
            rf"{{0,3}}?(?:{_DEVICE})){_NO_DEVICE}(?!'s? \w)",
            _device,
        ),
        _rule("vehicle", _mine(_VEHICLE, end=_NO_VEHICLE), _car),
        _rule("vehicle", _owned(_VEHICLE, end=_NO_VEHICLE), _car),
        _rule(
            "vehicle",
            rf"\bi (?:drive|ride) (?:an?|my) (?P<value>(?:{_WORD} ){{0,3}}?(?:{_VEHICLE}))(?![\w-])",
        ),
        _rule(
            "home",
            r"\b(?:my|our) (?:(?:own|new|small|tiny|little|old|whole|entire|current|two|three|one|"
            rf"bedroom|story) )*(?P<value>{_HOME}){_NO_HOME}(?!'s? \w)",
            _home,
        ),
        _rule(
            "home",
            rf"\b(?:i|we) live in (?:an?|my|our) (?:[a-z-]+ ){{0,2}}?(?P<value>{_HOME}){_NO_HOME}",
            _home,
        ),
        _rule(
            "home",
            r"\b(?:i|we) (?:just |recently )?(?:own|bought|purchased) (?:an?|my|our) (?:[a-z-]+ )"
            rf"{{0,1}}?(?P<value>{_HOME}){_NO_HOME}",
            _home,
        ),
        _rule(
            "home",
            r"\b(?:i|we) (?:rent|are renting|am renting)(?: an?| our| my)? (?:[a-z-]+ )"
            r"{0,2}?(?P<value>apartment|flat|house|condo|room)\b",
            _const("rents"),
        ),
        _rule("diet", rf"{_I_AM}{_NOT}(?: an?)?(?: strict)? {_DIET}\b", named),
        _rule("diet", rf"\bas an? {_DIET}\b", named),
        _rule(
            "diet",
            r"\bi (?:don't|do not|never|can't|cannot) eat (?P<value>meat|pork|beef|dairy|gluten|sugar|"
            r"fish|seafood|eggs|nuts|wheat|red meat)\b",
            lambda found: f"no {found['value']}",
        ),
        _rule("occupation", rf"{_I_AM}{_NOT} an? (?P<value>{_WORK_WORDS}(?:{_WORK})){_WORK_END}", _work),
        _rule(
            "occupation",
            rf"\bi(?:'m| am)? work(?:ing)? as an? (?P<value>{_WORK_WORDS}(?:{_WORK})){_WORK_END}",
            _work,
        ),
        _rule("occupation", rf"^as an? (?P<value>{_WORK_WORDS}(?:{_WORK})){_WORK_END}", _work),
        _rule("intent", _WANT + _WANTED, _wanted),
    ),
)
