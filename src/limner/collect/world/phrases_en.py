"""How English customers of the sample shop write; every label here is one a reader would agree with."""

from limner.collect.world.phrases import Grammar, Wording

GRAMMAR = Grammar(
    intensifiers=("", "very ", "really ", "so ", "pretty ", "surprisingly ", "quite "),
    plain=(
        ("the {s} {is} {i}{g}", "the {s} {is} {i}{g}", "{s}: {i}{g}"),
        ("the {s} {is} {i}{b}", "the {s} {is} too {b}", "the {s} {is} a bit {b}"),
    ),
    negated=(
        ("the {s} {is} not {b} at all", "the {s} {is} far from {b}", "the {s} {is}n't the least bit {b}"),
        (
            "the {s} {is} not {g}",
            "the {s} {is}n't as {g} as I hoped",
            "the {s} {is} nowhere near {g} enough",
            "the {s} {is} hardly {g}",
            "I would not call the {s} {g}",
        ),
    ),
    stock=(
        (
            "no complaints about the {s}",
            "I can't fault the {s}",
            "impressed by the {s}",
            "I love the {s}",
            "nothing wrong with the {s}",
            "the {s} exceeded my expectations",
            "the {s} could not be better",
            "full marks for the {s}",
            "the {s} {is} not bad at all",
        ),
        (
            "the {s} let me down",
            "disappointed with the {s}",
            "the {s} {leaves} a lot to be desired",
            "not happy with the {s}",
            "I wish the {s} had been better",
            "the {s} {is} not up to scratch",
            "nobody can be pleased with the {s}",
            "the {s} {is} not what I expected, in a bad way",
        ),
    ),
    contrast=(
        ("{a}, but {b}", "although {a}, {b}", "{a}, sadly {b}", "{a}; my only gripe: {b}", "{a}, yet {b}"),
        ("{a}, but {b}", "although {a}, {b}", "{a}; on the plus side, {b}", "{a}, luckily {b}"),
    ),
    overall=(
        ("would not buy again", "I regret this one", "avoid", "sending it back", "save your money"),
        ("it's okay, nothing more", "middle of the road", "it will do", "neither good nor bad overall"),
        ("would buy again", "overall very happy", "highly recommended", "so glad I bought it", "a keeper"),
    ),
    filler=(
        "bought this for my sister",
        "ordered two weeks ago",
        "it arrived on a Tuesday",
        "a friend mentioned this brand",
        "got it in the spring sale",
        "this was a birthday present",
        "I have had it for about ten days now",
        "my second order from this shop",
        "I went for the standard version",
        "it replaces an old one",
        "took me a while to choose",
        "we just moved house",
        "I will update this after a month",
        "my flatmate has the same one",
        "ordered from the app during lunch",
    ),
    questions=(
        "Does anyone know if this will be back in stock?",
        "Would this work as a gift for my dad?",
        "What is the difference between this and the other one?",
        "Is there a discount coming up?",
        "Can I get an invoice for this?",
        "Has anyone compared the two versions?",
        "Which one should a beginner pick?",
    ),
    chats=(
        "Hi, could you change the address on my order?",
        "Hello, when will my order be sent?",
        "Hi there, how do I swap it for the other model?",
        "My coupon code isn't accepted, can you check?",
        "Hello, I need an invoice with a different name.",
    ),
    complaints=("Hi, {a}. Please sort this out.", "I have to complain: {a}.", "Hello, {a}. What can you do?"),
)

WORDINGS = {
    "screen": Wording(
        "screen|display",
        "clear|bright|sharp|crisp",
        "dim|blurry|grainy|dull",
        "I can read it in full sunlight|photos look true to life on it|colours jump off the display",
        "you can't see a thing in sunlight|it came with two dead pixels|it hurts my eyes after ten minutes"
        "|there is light bleeding in along the edges",
    ),
    "battery": Wording(
        "battery|battery life",
        "long-lasting|reliable|strong|impressive",
        "weak|poor|short-lived",
        "one charge lasts two days|I only charge it once a week|it was full again in half an hour"
        "|it goes all day without a charger",
        "it dies by lunchtime|I have to charge it three times a day|it loses a third overnight doing nothing"
        "|it takes forever to charge",
    ),
    "sound": Wording(
        "sound|bass|sound quality",
        "rich|clear|warm|balanced",
        "muffled|tinny|harsh|flat",
        "I hear details I never knew were there|it feels like sitting in the concert hall"
        "|voices come through beautifully",
        "it crackles when you turn it up|there is a constant hiss|like listening through a blanket"
        "|one side plays louder than the other",
    ),
    "performance": Wording(
        "performance|response",
        "fast|smooth|snappy|reliable",
        "sluggish|slow|laggy|unstable",
        "it never once froze on me|it reacts the moment I touch it|it keeps up with anything I throw at it",
        "it freezes twice a day|the connection keeps dropping|it takes five seconds to react"
        "|it crashed in the first hour",
    ),
    "setup": Wording(
        "setup|assembly",
        "easy|simple|quick|straightforward",
        "complicated|fiddly|tedious|frustrating",
        "up and running in ten minutes|I put it together on my own|the instructions made sense for once",
        "took me a whole afternoon to put together|two screws were missing|the holes don't line up"
        "|the instructions might as well be blank",
    ),
    "ease": Wording(
        "handling",
        "easy|simple|intuitive",
        "awkward|clumsy|confusing|fiddly",
        "even my grandmother gets on with it|a beginner can use it straight away"
        "|I never had to open the manual",
        "I still can't work out how to use it|every step needs the manual"
        "|it is far too complicated for beginners",
    ),
    "size": Wording(
        "size|sizing",
        "accurate|practical",
        "",
        "it is exactly the right size|it matches the listed measurements to the millimetre"
        "|not too big, not too small",
        "it is much smaller than described|it is far too big to be of use"
        "|the measurements on the page are wrong"
        "|it came up two sizes too small",
    ),
    "fabric": Wording(
        "fabric|material",
        "soft|thick|breathable|smooth",
        "thin|scratchy|stiff|flimsy",
        "still looks new after five washes|it is softer than anything else I own|it breathes even in July",
        "it started pilling after one wash|it shrank the first time I washed it|the dye runs"
        "|you can see right through it",
    ),
    "comfort": Wording(
        "comfort",
        "great|good|impressive",
        "poor|disappointing",
        "I forget I'm using it|so comfortable I never want to stop|no aches even after a long day",
        "it gets uncomfortable within minutes|it digs in after a while|I ached all over after an hour"
        "|about as comfy as a brick",
    ),
    "taste": Wording(
        "taste|flavour",
        "rich|authentic|lovely|good",
        "bland|odd|bitter|artificial",
        "the whole family fought over it|it tastes just like at home|I can't stop at one"
        "|absolutely delicious",
        "it tastes like cardboard|one bite and it went in the bin|it leaves a nasty aftertaste"
        "|it doesn't taste of anything",
    ),
    "freshness": Wording(
        "freshness",
        "great|good|impressive",
        "poor|questionable",
        "as fresh as if made this morning|everything was fresh when I opened it"
        "|the date leaves months to spare",
        "it was stale when I opened it|it clearly sat in a warehouse for a year|a week from expiry on arrival"
        "|half of it had gone off",
    ),
    "smell": Wording(
        "smell|scent",
        "lovely|pleasant|subtle|nice",
        "overpowering|unpleasant|strange|chemical",
        "it smells wonderful|no odd odour when I opened it|the whole room smells nice now",
        "it reeks of plastic|it gave me a headache as soon as I opened it"
        "|it still stinks after three days of airing",
    ),
    "effect": Wording(
        "results*|effect",
        "noticeable|impressive|visible",
        "disappointing|weak|minimal",
        "I saw a difference within two weeks|it really works|people ask me what I have been using",
        "no change after a whole bottle|it does nothing at all|you might as well use water"
        "|it made things worse",
    ),
    "texture": Wording(
        "texture|consistency",
        "light|silky|smooth|creamy",
        "greasy|sticky|heavy|chalky",
        "it melts right in|it feels like wearing nothing|it spreads without any effort",
        "it sits on the skin like paint|it goes cakey within an hour|it flakes off in lumps",
    ),
    "looks": Wording(
        "design|colour|look",
        "beautiful|elegant|stylish|lovely",
        "ugly|dated|tacky|dull",
        "it is even prettier than in the photos|friends keep telling me how pretty it is|it looks gorgeous"
        "|the pictures don't do it justice",
        "it is nothing like the photos|the colour is completely off|looks like something from a bargain bin"
        "|I would be embarrassed to show it",
    ),
    "capacity": Wording(
        "capacity",
        "generous|impressive|ample",
        "limited|disappointing|poor",
        "my laptop and lunch both go in|it swallows everything for a weekend|it is roomier than it looks",
        "a bottle and it is full|there is no room for anything|I can barely squeeze a book in",
    ),
    "portion": Wording(
        "portion|amount",
        "generous|decent|good",
        "small|stingy|meagre",
        "enough for the whole family|it was filled to the brim|it lasts us for days",
        "half of the bag is air|gone in a minute|I weighed it and it was short|barely enough for one",
    ),
    "story": Wording(
        "story|plot",
        "gripping|moving|clever|original",
        "predictable|slow|muddled|dull",
        "I stayed up all night to finish it|I did not see the ending coming"
        "|I still think about the characters",
        "I gave up halfway|I guessed the ending by chapter three|it sent me to sleep|the plot makes no sense",
    ),
    "print": Wording(
        "print|paper",
        "crisp|pleasant|clean",
        "poor|cheap|smudgy",
        "the type is large and easy on the eyes|not a single typo|the pages feel lovely",
        "typos on every page|a dozen pages were missing|the ink comes off on my fingers",
    ),
    "quality": Wording(
        "quality|workmanship|build quality",
        "solid|good|high|impressive",
        "poor|shoddy|cheap|sloppy",
        "built to last|it feels like it will last for years|it has held up perfectly so far"
        "|you can tell they cared about the details",
        "it broke on day three|it fell apart within a week|it was faulty out of the box"
        "|it is falling to bits already",
    ),
    "price": Wording(
        "price",
        "fair|reasonable|good|attractive",
        "steep|high|excessive",
        "worth every penny|a real bargain|great value for money|you won't find it cheaper anywhere"
        "|excellent value",
        "not worth it|overpriced|I paid far too much for this|a rip-off|half the price in other shops"
        "|the price dropped the day after I paid",
    ),
    "delivery": Wording(
        "delivery|shipping",
        "fast|prompt|quick|punctual",
        "slow|late|unreliable",
        "ordered yesterday, here today|it came two days early|the courier brought it up to my door"
        "|it arrived the next morning",
        "I waited three weeks for it to arrive|the courier just dumped it outside"
        "|tracking stood still for days"
        "|next-day turned into next week|it went to the wrong address",
    ),
    "service": Wording(
        "customer service|service|support",
        "helpful|friendly|patient|professional",
        "rude|unhelpful|dismissive|slow",
        "they answered within a minute|they swapped it without any fuss"
        "|the seller went out of their way to help",
        "nobody answers my messages|they sent me round in circles about a refund"
        "|all I got were canned replies"
        "|five calls and still no answer",
    ),
    "packaging": Wording(
        "packaging|box",
        "sturdy|neat|elegant|secure",
        "flimsy|sloppy|shabby",
        "it was wrapped with such care|it arrived without a scratch"
        "|it is nice enough to give as a present as it is",
        "the box was crushed|no padding whatsoever|it came in a thin plastic bag|it had been opened before"
        "|everything was rattling around loose",
    ),
}
