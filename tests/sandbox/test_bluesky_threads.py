"""Threads on the simulated Bluesky: what an answer names, and what is taken."""

import pytest

from publishers.sandbox.models import RemotePost
from tests.sandbox.bluesky import POST, api, error, post, tidewater, write

__all__ = ["api", "tidewater", "write"]


def test_an_answer_names_the_version_it_answers(write, api, tidewater):
    first = write("createRecord", post("One")).json()
    ref = {"uri": first["uri"], "cid": first["cid"]}
    made = write("createRecord", post("Two", reply={"root": ref, "parent": ref})).json()
    rkey = made["uri"].rpartition("/")[2]
    head, answer = RemotePost.objects.order_by("pk")
    assert (answer.remote_id, answer.parent) == (rkey, head)
    assert answer.body["reply"] == {"root": ref, "parent": ref}


@pytest.mark.parametrize("part", ["root", "parent"])
def test_an_answer_without_versions_is_refused(write, part):
    first = write("createRecord", post("One")).json()
    ref = {"uri": first["uri"], "cid": first["cid"]}
    reply = {"root": ref, "parent": ref, part: {"uri": first["uri"]}}
    answer = write("createRecord", post("Two", reply=reply))
    assert error(answer) == (400, "InvalidRequest")


def test_an_answer_to_nothing_is_taken(write):
    """As by the reference server, which does not look."""
    ref = {"uri": f"at://did:plc:nobody/{POST}/3n2sqezd3trbf", "cid": "bafyreigh2akiscaildc"}
    assert write("createRecord", post("Two", reply={"root": ref, "parent": ref})).status_code == 200
    assert RemotePost.objects.get().parent is None
