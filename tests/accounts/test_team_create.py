"""Making teams: an address for each, also when two people think of the same name at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Team
from accounts.services.teams import create_team
from tests.factories.accounts import UserFactory


@pytest.mark.django_db(transaction=True)
def test_two_teams_of_one_name_at_once():
    people = UserFactory.create_batch(4)
    together = Barrier(len(people))

    def make(user) -> str:
        together.wait()
        try:
            return create_team(name="Tidewater", time_zone="UTC", by=user).slug
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as threads:
        slugs = set(threads.map(make, people))
    assert len(slugs) == len(people)
    assert Team.objects.filter(name="Tidewater").count() == len(people)


def test_one_person_can_publish_in_a_new_team(db):
    team = create_team(name="Solo", time_zone="UTC", by=UserFactory())
    team.refresh_from_db()
    assert not team.review_required
