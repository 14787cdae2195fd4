"""How long texts take to be counted, marked and cut into threads. No database, no platform."""

import statistics
import time
from collections.abc import Callable
from typing import Any, get_args

from bench import gauges
from publishers.contract import Counter, Limits
from publishers.marks import spans
from publishers.text import count, measure
from publishers.threads import split

# As long as a short post may be on most platforms: the shorter, the more parts.
ROOM = 500

# Repeated until they are as long as asked, {n} times so far. Each is hard in its own way.
TEXTS = {
    "prose": (
        "Forty buoys measure the water between the pier and the harbour mouth. Whoever wants to "
        "know how high it stands, reads it every minute.\n\n"
    ),
    "marks": (
        "Read it here: https://tidewater.example/now?of=buoys, says @ana.example.com, or ask "
        "@ines@tide.example! #tides #OpenOceanData $TIDE example.org/a_(b).\n\n"
    ),
    "accents": (
        "Olá, a maré às 9h em Leixões é alta 🌊. Přístav je dnes otevřený, řekla Ana: "
        "https://tide.example/api. Größer wird's nicht, naïveté à part. #maré\n\n"
    ),
    "cyrillic": (
        "Сорок буёв измеряют воду между пирсом и входом в гавань. Кто хочет знать, как она "
        "высока, читает это здесь: https://tide.example/now\n\n"
    ),
    "japanese": (
        "今日は海の水位データを公開しました。四十のブイが毎分測ります。「誰でも読めます。」"
    ),
    "arabic": "أربعون عوامة تقيس الماء بين الرصيف ومدخل الميناء. من يريد أن يعرف يقرأ هنا. ",
    "hindi": "चालीस बोया घाट और बंदरगाह के बीच पानी नापते हैं। जो जानना चाहे, यहाँ पढ़े। ",
    "emoji": "👩\u200d👩\u200d👧\u200d👦🇵🇹👍🏽❤\ufe0f 1\ufe0f\u20e3 ",
    "no two words alike": "{n}é ",
    "no blanks": "tide",
}


def figures(kilobytes: int, times: int) -> dict[str, Any]:
    """Milliseconds by task, counter and text, the median of `times`. `lost`: texts whose parts are
    not the text, or do not fit.
    """
    before, lost = gauges.read({}), 0
    took: dict[str, dict[str, dict[str, float]]] = {"split": {}, "count": {}, "marks": {}}
    for counter in get_args(Counter.__value__):
        limits = Limits(text=ROOM, count=counter)
        for name, piece in TEXTS.items():
            text = as_long_as(piece, kilobytes * 1000)
            lost += not _whole(text, limits)
            for task, work in _tasks(text, limits).items():
                took[task].setdefault(counter, {})[name] = median_ms(work, times)
    return {
        "kilobytes": kilobytes,
        "split_ms": took["split"],
        "count_ms": took["count"],
        "marks_ms": took["marks"],
        "slowest_ms": {task: _slowest(by_counter) for task, by_counter in took.items()},
        "lost": lost,
        "busy_elsewhere": gauges.read({}).since(before).elsewhere,
        "machine": gauges.machine(),
    }


def as_long_as(piece: str, octets: int) -> str:
    """Whole pieces, at least so many bytes of them."""
    pieces, size, n = [], 0, 0
    while size < octets:
        n += 1
        pieces.append(piece.format(n=n))
        size += len(pieces[-1].encode())
    return "".join(pieces)


def median_ms(work: Callable[[], object], times: int) -> float:
    """Of this thread's CPU: nothing here waits, so that other work on the machine is left out."""
    spent = []
    for _ in range(times):
        started = time.thread_time()
        work()
        spent.append((time.thread_time() - started) * 1000)
    return round(statistics.median(spent), 1)


def _tasks(text: str, limits: Limits) -> dict[str, Callable[[], object]]:
    return {
        "split": lambda: split(text, limits),
        "count": lambda: count(text, limits.count),
        "marks": lambda: spans(text, limits.count),
    }


def _whole(text: str, limits: Limits) -> bool:
    parts = split(text, limits)
    fits = all(measure(part, limits).over == 0 for part in parts)
    return fits and "".join("".join(parts).split()) == "".join(text.split())


def _slowest(by_counter: dict[str, dict[str, float]]) -> float:
    return max(spent for by_text in by_counter.values() for spent in by_text.values())
