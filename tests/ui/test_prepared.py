"""Statements that are put into words once."""

import pytest
from django.db.models import Count, IntegerField, Subquery, TextField, Value

from accounts.models import Membership, Team, User
from tests.factories.accounts import MembershipFactory
from ui.prepared import Prepared

pytestmark = pytest.mark.django_db
built = []


def build(team, user):
    built.append((team, user))
    mine = Membership.objects.filter(user=User(pk=user), team=Team(pk=team)).order_by()
    number = mine.values("team").annotate(n=Count("pk")).values("n")
    return Team.objects.filter(pk=team).values(
        "name", mine=Subquery(number, output_field=IntegerField())
    )


@pytest.fixture
def prepared():
    built.clear()
    return Prepared(build, "team", "user")


def test_it_is_asked_for_others_than_it_was_built_with(
    prepared, alice, mallory, team, other_team, django_assert_num_queries
):
    for one in (team, other_team):
        for person in (alice, mallory):
            with django_assert_num_queries(1):
                found = prepared(team=one.pk, user=person.pk)
            assert found == build(one.pk, person.pk).get()
    assert len(built) - 4 == 1


def test_it_reads_what_is_there_now(prepared, alice, mallory, team):
    assert prepared(team=team.pk, user=mallory.pk)["mine"] is None
    MembershipFactory(team=team, user=mallory)
    assert prepared(team=team.pk, user=mallory.pk)["mine"] == 1


@pytest.mark.parametrize(
    "text", ["50 % of %s", "%%s %(team)s", "it's", "\\'; SELECT 1; --", 'ä\n"']
)
def test_what_is_part_of_the_words_is_read_as_it_was_meant(team, text):
    def said(team):
        return Team.objects.filter(pk=team).values(
            "slug", said=Value(text, TextField()), also=Value(None, IntegerField()), less=Value(-5)
        )

    found = Prepared(said, "team")(team=team.pk)
    assert found == {"slug": team.slug, "said": text, "also": None, "less": -5}


def test_every_name_is_asked_for(prepared, alice, team):
    with pytest.raises(KeyError):
        prepared(team=team.pk)
