"""How platforms count text. Apart from the product's own counting, so that the two can disagree."""

import unicodedata
from collections.abc import Iterator

import regex

# Every domain ending that the simulated platforms link without a scheme.
_GENERIC = """
academy agency ai app art asia associates bank berlin best bio biz blog boutique build business
cafe care cat center chat church city cloud club codes coffee com community company computer
consulting cool coop co design dev digital directory earth edu education email energy engineer
events exchange expert express farm finance fit foundation fun fund fyi gallery game games global
gmbh gov green group guide health help host house inc info institute int international io jobs
kitchen land law life link live london love ltd management market media mil mobi money movie
museum name net network news ngo ninja one online org page paris partners party photo photos pics
place plus post press pro productions pub radio red rent report review rocks run sale school
science services shop show site social software solutions space store stream studio support
systems team tech technology tips today tools top tours town training travel tube tv university
video vip vision watch web website wiki wine work works world wtf xyz yoga zone
"""
_COUNTRY = """
ac ad ae af ag al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw
by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es
et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu
id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt
lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no
np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si
sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk
us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""

_ENDINGS = frozenset((_GENERIC + _COUNTRY).split())
# Where a link may begin; what follows is trimmed by hand, so that no text can make matching slow.
_START = regex.compile(
    r"(?<![@#$\uff20\uff03A-Za-z0-9_./-])"
    r"(?:(?P<scheme>https?://)(?P<host>[\p{L}\p{M}\p{N}._-]++)|(?P<bare>[A-Za-z0-9.-]++)(?![\w.+-]*@))",
    regex.IGNORECASE,
)
_ENDING = regex.compile(r"[a-z]++(?![0-9-])", regex.IGNORECASE)
_TAIL = regex.compile(
    r"(?P<port>:\d++)?(?P<path>[/?][\p{Latin}\p{Cyrillic}0-9!*';:=+,.$/%#\[\]\u2013_~@|&()?-]*+)?"
)
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Emoji_Modifier}|\u20e3|\p{RI}\p{RI}"
)
# Code points of these ranges weigh 1, every other 2 (twitter-text configuration 3).
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
LINK_WEIGHT = 23


def graphemes(text: str) -> list[str]:
    found: list[str] = regex.findall(r"\p{RI}{2}(?=\p{RI})|\X", text)
    return found


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def links(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, address) of everything that becomes a link."""
    position = 0
    while match := _START.search(text, position):
        start, host = match.start(), _host(match["host"] or match["bare"])
        position = match.end()
        if not host:
            continue
        after = start + len(match["scheme"] or "") + len(host)
        tail = _TAIL.match(text, after)
        end = after + len((tail["port"] or "") + _trimmed(tail["path"] or "")) if tail else after
        position = max(end, start + 1)
        yield start, end, ("" if match["scheme"] else "http://") + text[start:end]


def _host(run: str) -> str:
    """The longest beginning of the run that is a host name with a known ending, or nothing."""
    labels, found = run.split("."), ""
    for i, label in enumerate(labels):
        ending = _ENDING.match(label)
        if i and "_" not in labels[i - 1] and ending and ending[0].lower() in _ENDINGS:
            found = ".".join([*labels[:i], ending[0]])
        if not _label(label):
            break
    return found


def _label(label: str) -> bool:
    if not label or label.startswith("-") or label.endswith("-"):
        return False
    return len(label if label.isascii() else b"xn--" + label.encode("punycode")) <= 63


def _trimmed(path: str) -> str:
    """Without the punctuation of the sentence around it."""
    while path and (path[-1] in "!*';:,.$%[]~|&?(@" or path.count(")") > path.count("(")):
        path = path[:-1]
    return path


def weighted(text: str) -> int:
    """Length on the scale where a post may have 280."""
    text = unicodedata.normalize("NFC", text)
    total, position = 0, 0
    for start, end, _ in links(text):
        total += sum(map(_weight, graphemes(text[position:start]))) + LINK_WEIGHT
        position = end
    return total + sum(map(_weight, graphemes(text[position:])))


def _weight(grapheme: str) -> int:
    if _EMOJI.search(grapheme):
        return 2
    return sum(1 if any(a <= ord(c) <= b for a, b in _LIGHT) else 2 for c in grapheme)


def emoji_bytes(text: str) -> int:
    """Signs, of which an emoji counts as many as its UTF-8 has bytes."""
    return sum(len(one.encode()) if _EMOJI.search(one) else len(one) for one in graphemes(text))
