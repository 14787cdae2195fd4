"""Public holidays of a country or one of its regions, as a team has chosen. Asks no network.

The only place that knows the package they come from. A year is computed once in each process.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language
from holidays.registry import COUNTRIES
from holidays.utils import country_holidays

from accounts.models import Team

_ENGLISH = "en_US"
# How the package writes what a name of several words leaves small, or all in capitals.
_SMALL = {"and", "of", "the", "da"}
_CAPITALS = {"dr"}


def countries() -> list[tuple[str, str]]:
    """Code and English name, by name."""
    named = [(codes[1], _title(key)) for key, codes in COUNTRIES.items()]
    return sorted(named, key=lambda one: one[1])


@lru_cache(maxsize=64)
def regions(country: str) -> list[tuple[str, str]]:
    """Code and own name of the parts that have holidays of their own, or could; by name."""
    if country not in dict(countries()):
        return []
    found = country_holidays(country)
    names: Mapping[str, list[str]] = found.get_subdivision_aliases()
    named = [(code, (names.get(code) or [code])[0]) for code in found.subdivisions]
    return sorted(named, key=lambda one: one[1])


def called(team: Team, day: date) -> str:
    """What that day is called in the reader's language, or in English; empty on all others."""
    if not team.holiday_country:
        return ""
    return _year(
        team.holiday_country, team.holiday_region, day.year, get_language() or _ENGLISH
    ).get(day, "")


@lru_cache(maxsize=512)
def _year(country: str, region: str, year: int, language: str) -> Mapping[date, str]:
    """Nothing where the package no longer knows the country, and the country's where it no longer
    knows the region.
    """
    if country not in dict(countries()):
        return {}
    part = region if region in dict(regions(country)) else None
    spoken = next(_spoken(country_holidays(country).supported_languages, language), _ENGLISH)
    found = country_holidays(country, subdiv=part, years=year, language=spoken)
    return {day: name.replace("; ", ", ") for day, name in found.items()}


def _spoken(known: tuple[str, ...], language: str) -> Iterator[str]:
    """Languages to try, best first: the reader's exact one, its base, then English.

    Only those in which the country's days have names; without any they stay in its own.
    """
    for wanted in (language, _ENGLISH):
        exact = wanted.replace("-", "_").lower()
        base = exact.partition("_")[0]
        yield from (one for one in known if one.lower() == exact)
        yield from (one for one in known if one.lower().partition("_")[0] == base)


def _title(key: str) -> str:
    return " ".join(
        word if word in _SMALL else word.upper() if word in _CAPITALS else word.capitalize()
        for word in key.split("_")
    )
