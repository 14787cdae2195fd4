"""Who is asked: facts and workflows in, rounds of people out. No database."""

import pytest

from approvals.plan import CAMPAIGNS, CHANNELS, Facts, Flow, Person, Step, plan

ALICE, BOB, CAROL = (Person(name, f"{name}@demo.test", n) for n, name in enumerate("abc", 1))
RUTH = Person("Ruth", "Ruth@harbour.test")
USUAL = Flow("Usual", steps=(Step("", (ALICE,)),))
BLUE, RED, GREEN = 1, 2, 3


def flow(name, *people, **more):
    return Flow(name, steps=(Step(name, people),), **more)


def names(facts, *flows):
    return [path.flow.name for path in plan(facts, flows, USUAL).paths]


TEAM = flow("Team", CAROL)
CAMPAIGN = flow("Campaign", RUTH, reach=CAMPAIGNS, campaigns=frozenset({7}))
CHANNEL = flow("Channel", BOB, reach=CHANNELS, channels=frozenset({BLUE}))


def on(*channels, **more):
    return Facts(channels=frozenset(channels), **more)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (on(RED), ["Team"]),
        (on(RED, campaign=7), ["Campaign"]),
        (on(RED, campaign=8), ["Team"]),
        (on(BLUE), ["Channel"]),
        (on(BLUE, campaign=7), ["Channel"]),
        # Its channels want different ones, so it goes through all of them.
        (on(BLUE, RED), ["Team", "Channel"]),
        (on(BLUE, RED, campaign=7), ["Campaign", "Channel"]),
        (on(), ["Team"]),
    ],
)
def test_the_most_specific_counts_for_each_channel(facts, expected):
    assert names(facts, TEAM, CAMPAIGN, CHANNEL) == expected


def test_where_none_applies_the_usual_people_are_asked():
    made = plan(on(RED), [CHANNEL], USUAL)
    assert made.first == [ALICE]
    assert names(on(BLUE, RED), CHANNEL) == ["Channel", "Usual"]


@pytest.mark.parametrize(
    ("conditions", "facts", "applies"),
    [
        ({}, on(RED), True),
        ({"when_link": True}, on(RED), False),
        ({"when_link": True}, on(RED, link=True), True),
        ({"when_media": True}, on(RED, link=True), False),
        ({"when_media": True}, on(RED, media=True), True),
        ({"when_fresh": True}, on(RED, fresh=frozenset({RED})), True),
        # Another channel is new, not this one.
        ({"when_fresh": True}, on(RED, fresh=frozenset({GREEN})), False),
        ({"tags": frozenset({5, 6})}, on(RED, tags=frozenset({6})), True),
        ({"tags": frozenset({5, 6})}, on(RED, tags=frozenset({4})), False),
        # One of them is enough.
        ({"when_link": True, "tags": frozenset({5})}, on(RED, tags=frozenset({5})), True),
    ],
)
def test_conditions(conditions, facts, applies):
    found = names(facts, flow("Asked", CAROL, **conditions))
    assert found == (["Asked"] if applies else ["Usual"])


def test_a_condition_that_fails_leaves_it_to_the_less_specific():
    strict = flow("Links", BOB, reach=CHANNELS, channels=frozenset({BLUE}), when_link=True)
    assert names(on(BLUE), TEAM, strict) == ["Team"]
    assert names(on(BLUE, link=True), TEAM, strict) == ["Links"]


def test_no_review_holds_only_where_nobody_else_is_wanted():
    free = Flow("Free", reach=CHANNELS, channels=frozenset({BLUE}), asks=False)
    assert plan(on(BLUE), [free, TEAM], USUAL).waived
    both = plan(on(BLUE, RED), [free, TEAM], USUAL)
    assert not both.waived
    assert both.first == [CAROL]
    assert [path.flow.name for path in both.paths] == ["Free", "Team"]


def places(made):
    return [(asked.track, asked.position, asked.name) for asked in made.rounds]


def test_stages_follow_each_other_or_come_at_once_and_workflows_run_beside_each_other():
    steps = (Step("Editor", (CAROL,)), Step("Legal", (RUTH,)))
    row = Flow("Row", steps=steps)
    at_once = Flow("Once", steps=steps, at_once=True, reach=CHANNELS, channels=frozenset({BLUE}))
    assert places(plan(on(RED), [row], USUAL)) == [(0, 0, "Editor"), (0, 1, "Legal")]
    assert places(plan(on(BLUE), [at_once], USUAL)) == [(0, 0, "Editor"), (1, 0, "Legal")]
    both = plan(on(RED, BLUE), [at_once, row], USUAL)
    assert places(both) == [
        (0, 0, "Editor"),
        (1, 0, "Legal"),
        (2, 0, "Editor"),
        (2, 1, "Legal"),
    ]
    # Whoever is in two of them is asked once.
    assert both.first == [CAROL, RUTH]


@pytest.mark.parametrize(("needed", "expected"), [(1, 1), (2, 2), (3, 2), (None, 2)])
def test_how_many_must_approve(needed, expected):
    some = Flow("Some", steps=(Step("", (BOB, CAROL, RUTH), needed),))
    [asked] = plan(on(RED, barred=RUTH.email.lower()), [some], USUAL).rounds
    assert asked.people == (BOB, CAROL)
    assert asked.needed == expected
    assert (asked.wanted > asked.needed) == (needed == 3)


def test_a_stage_of_nobody_but_the_author():
    steps = (Step("Editor", (CAROL,)), Step("Legal", (BOB,)))
    made = plan(on(RED, barred=BOB.email), [Flow("Row", steps=steps)], USUAL)
    assert made.deserted.name == "Legal"
    assert plan(on(RED), [Flow("Row", steps=steps)], USUAL).deserted is None
