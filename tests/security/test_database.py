"""With SQL in hand and the code out of the way: what the database itself refuses."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEntry
from approvals.gates.registry import GATES
from approvals.models import Decision
from approvals.services.decide import Trace, decide
from approvals.services.rules import set_gate
from posts.models import Activity, Approval, Comment, Delivery, Post, Revision, Verdict
from publishers import crypto
from publishers.models import Grant
from tests.factories.delivery import channel_of, claimed, due_delivery
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory, grant_for

pytestmark = pytest.mark.django_db


def run(sql: str, *values: object) -> None:
    """Also everything that would be asked at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount, "this changed nothing, so it proves nothing"
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(sql: str, *values: object) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        run(sql, *values)
    return str(caught.value)


@pytest.fixture
def ready(team, bob) -> Delivery:
    """Claimed by a worker, approved, due: one step before it is sent."""
    delivery = due_delivery(team, bob, channel=channel_of(team, "bluesky"))
    claimed(delivery)
    return delivery


SEND = "UPDATE posts_delivery SET state = 'sending' WHERE id = %s"


class TestNothingIsSentUnapproved:
    def test_it_is_sent_when_all_is_well(self, ready):
        run(SEND, ready.pk)

    def test_without_any_approval(self, ready):
        run("UPDATE posts_approval SET revoked_at = now() WHERE post_id = %s", ready.post_id)
        assert "is not approved" in refused(SEND, ready.pk)

    def test_by_bringing_a_revoked_approval_back(self, ready):
        run("UPDATE posts_approval SET revoked_at = now() WHERE post_id = %s", ready.post_id)
        refused("UPDATE posts_approval SET revoked_at = NULL WHERE post_id = %s", ready.post_id)

    def test_by_the_approval_of_other_words(self, ready, bob):
        other = PostFactory(team=ready.team, author=bob, body="Other", channels=[ready.channel])
        assert other.content_hash
        refused("UPDATE posts_delivery SET content_hash = %s WHERE id = %s", "0" * 64, ready.pk)
        refused("UPDATE posts_approval SET content_hash = %s", "0" * 64)

    def test_by_the_approval_of_another_post(self, team, ready, bob):
        other = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
        refused("UPDATE posts_delivery SET post_id = %s WHERE id = %s", other.pk, ready.pk)
        refused("UPDATE posts_approval SET post_id = %s", other.pk)

    def test_on_another_channel(self, team, ready):
        other = ChannelFactory(team=team)
        refused("UPDATE posts_delivery SET channel_id = %s WHERE id = %s", other.pk, ready.pk)

    def test_before_its_time(self, ready):
        later = timezone.now() + timedelta(hours=1)
        run("UPDATE posts_delivery SET due_at = %s WHERE id = %s", later, ready.pk)
        assert "is not due" in refused(SEND, ready.pk)

    def test_before_the_approval_counts(self, team, bob):
        delivery = due_delivery(team, bob, channel=channel_of(team, "bluesky"))
        old = Approval.objects.get(post=delivery.post)
        Approval.objects.filter(pk=old.pk).update(revoked_at=timezone.now())
        Approval.objects.create(
            post=old.post, revision=old.revision, content_hash=old.content_hash,
            source=old.source, not_before=timezone.now() + timedelta(minutes=1),
        )  # fmt: skip
        run(
            "UPDATE posts_delivery SET state = 'claimed', attempt_no = 1, owner = 'a', "
            "lease_until = now() + interval '1 minute' WHERE id = %s",
            delivery.pk,
        )
        assert "is not approved" in refused(SEND, delivery.pk)

    @pytest.mark.parametrize("state", ["draft", "queued"])
    def test_by_a_short_way(self, team, bob, state):
        delivery = due_delivery(team, bob, channel=channel_of(team, "bluesky"))
        if state == "draft":
            run("UPDATE posts_delivery SET state = 'draft' WHERE id = %s", delivery.pk)
        for target in ("sending", "accepted"):
            why = refused("UPDATE posts_delivery SET state = %s WHERE id = %s", target, delivery.pk)
            assert "cannot go from" in why
        # In doubt, as after a restore: from there it is looked up, and never just sent.
        run("UPDATE posts_delivery SET state = 'unknown' WHERE id = %s", delivery.pk)
        assert "cannot go" in refused(SEND, delivery.pk)

    def test_by_a_new_row(self, ready):
        for state in ("claimed", "sending"):
            why = refused(
                "INSERT INTO posts_delivery (team_id, post_id, channel_id, state, content_hash, "
                "local_time, zone, late_after, attempt_no, owner, client_token, handles, "
                "permalink, checks, absent_reads, failures, problem, created_at, due_at, run_at) "
                "SELECT team_id, post_id, %s, %s, content_hash, local_time, zone, late_after, 1, "
                "'x', gen_random_uuid(), '{}', '', 0, 0, 0, '', now(), now(), now() "
                "FROM posts_delivery WHERE id = %s",
                ChannelFactory(team=ready.team).pk, state, ready.pk,
            )  # fmt: skip
            assert f"begins {state}" in why

    def test_twice(self, ready):
        run(SEND, ready.pk)
        run(
            "UPDATE posts_delivery SET state = 'published', remote_id = 'x', owner = '', "
            "lease_until = NULL, published_at = now() WHERE id = %s",
            ready.pk,
        )
        for target in ("queued", "claimed", "sending", "draft", "unknown"):
            why = refused("UPDATE posts_delivery SET state = %s WHERE id = %s", target, ready.pk)
            assert "cannot go from published" in why


class TestRecordsStay:
    @pytest.fixture
    def decision(self, world) -> Decision:
        asked = world.review.requests.select_related("review").filter(for_member=False).get()
        return decide(
            request=asked, kind="approve", seen_hash=world.review.content_hash, trace=Trace("page")
        )

    def test_decisions(self, decision):
        refused("UPDATE approvals_decision SET kind = 'changes'")
        refused("UPDATE approvals_decision SET name = 'Somebody else'")
        refused("DELETE FROM approvals_decision")

    def test_revisions(self, world):
        assert Revision.objects.exists()
        for change in ("snapshot = '{}'", "content_hash = repeat('0', 64)", "number = number + 50"):
            refused(f"UPDATE posts_revision SET {change}")
        refused("DELETE FROM posts_revision WHERE post_id = %s", world.post.pk)

    def test_verdicts_and_rules(self, world):
        set_gate(team=world.team, gate=GATES["alt"], said={"mode": "block"}, by=world.owner)
        assert Verdict.objects.filter(post=world.review.post).exists()
        for change in ("outcome = 'skipped'", "words = 'x'", "at = now()", "gate = 'x'"):
            refused(f"UPDATE posts_verdict SET {change}")
        refused("DELETE FROM posts_verdict")
        refused("UPDATE approvals_ruleset SET document = '{}'")

    def test_activity(self, world):
        assert Activity.objects.exists()
        for change in (
            "kind = 'post.other'",
            "data = '{\"a\": 1}'",
            "at = now() - interval '1 day'",
        ):
            refused(f"UPDATE posts_activity SET {change}")
        refused("DELETE FROM posts_activity WHERE post_id = %s", world.post.pk)

    def test_approvals(self, ready):
        refused("UPDATE posts_approval SET granted_name = 'Somebody else'")
        refused("DELETE FROM posts_approval WHERE post_id = %s", ready.post_id)


class TestTokens:
    def test_the_database_alone_reads_none(self, world, settings):
        grant = Grant.objects.get(channel=world.channel)
        assert "access" not in grant.access_token
        settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(crypto.Unreadable):
            crypto.decrypt(grant.access_token, row=grant.row("access"))
        settings.TOKEN_KEYS = []
        with pytest.raises(crypto.KeysMissing):
            crypto.decrypt(grant.access_token, row=grant.row("access"))

    def test_a_token_moved_to_another_row_does_not_open(self, world, abroad):
        mine = Grant.objects.get(channel=world.channel)
        theirs = Grant.objects.get(channel=abroad.channel)
        run(
            "UPDATE publishers_grant SET access_token = %s, refresh_token = %s WHERE id = %s",
            theirs.access_token, theirs.refresh_token, mine.pk,
        )  # fmt: skip
        mine.refresh_from_db()
        for name in ("access", "refresh"):
            with pytest.raises(crypto.Unreadable):
                crypto.decrypt(getattr(mine, f"{name}_token"), row=mine.row(name))

    def test_a_token_moved_to_another_column_does_not_open(self, world):
        grant = Grant.objects.get(channel=world.channel)
        with pytest.raises(crypto.Unreadable):
            crypto.decrypt(grant.refresh_token, row=grant.row("access"))

    def test_a_changed_token_does_not_open(self, team):
        grant = grant_for(ChannelFactory(team=team))
        for at in (0, 20, -5):
            broken = bytearray(grant.access_token.encode())
            broken[at] ^= 1
            with pytest.raises(crypto.Unreadable):
                crypto.decrypt(broken.decode(), row=grant.row("access"))


# -- what the tests of this folder lean on


@pytest.mark.parametrize("change", ["update", "delete", "insert"])
def test_no_change_is_overlooked(world, unchanged, change):
    unchanged("Nothing")
    match change:
        case "update":
            Post.objects.filter(pk=world.post.pk).update(title="Other")
        case "delete":
            Comment.objects.filter(pk=world.comment.pk).delete()
        case "insert":
            AuditEntry.objects.create(verb="team.rename", kind="team", team_id=world.team.pk)
    with pytest.raises(AssertionError, match="changed"):
        unchanged("Something")
