"""One module writes the state of posts and deliveries; everybody else asks it to."""

import ast

import pytest
from django.apps import apps

from tests.architecture import tree
from tests.architecture.states import COLUMNS, GUARDED, WRITER, state_writes


def own_models(room: str) -> dict[str, frozenset[str]]:
    """The room's models that have such a column and are not the guarded ones."""
    if room not in {config.label for config in apps.get_app_configs()}:
        return {}
    models = [m for m in apps.get_app_config(room).get_models() if m.__name__ not in GUARDED]
    return {
        column: frozenset(
            model.__name__
            for model in models
            if column in {field.name for field in model._meta.get_fields()}
        )
        for column in COLUMNS
    }


def test_only_the_workflow_writes_state():
    found = [
        line
        for path in tree.python_files()
        if "sandbox" not in path.parts
        for line in state_writes(
            tree.name(path), tree.parse(path), own_models(tree.name(path).split("/")[0])
        )
    ]
    assert not found, "Ask posts.workflow.move instead:\n" + "\n".join(found)


_ITS_WORDS = {"write", "write_all"}


def says(tree_of_file: ast.Module) -> bool:
    """Whether a file has the writer's statements said, of one row or of many, under any name."""
    taken = {
        (alias.name, alias.asname)
        for node in ast.walk(tree_of_file)
        if isinstance(node, ast.ImportFrom) and node.module in ("posts", "posts.swap")
        for alias in node.names
    }
    whole = {asname or name for name, asname in taken if name == "swap"}
    return bool(_ITS_WORDS & {name for name, _ in taken}) or any(
        isinstance(node, ast.Attribute)
        and node.attr in _ITS_WORDS
        and isinstance(node.value, ast.Name)
        and node.value.id in whole
        for node in ast.walk(tree_of_file)
    )


def test_nobody_else_has_its_statement_said():
    found = [tree.name(path) for path in tree.python_files() if says(tree.parse(path))]
    assert found == [WRITER]


@pytest.mark.parametrize(
    "planted",
    [
        "from posts import swap\nswap.write(row)",
        "from posts import swap as s\ns.write(row)",
        "from posts.swap import Along, write\nwrite(row)",
        "from posts.swap import write_all as w\nw(rows)",
    ],
)
def test_catches_who_has_it_said(planted):
    assert says(ast.parse(planted))


OWN_REVIEW = {"state": frozenset({"Review"})}
NONE: dict[str, frozenset[str]] = {}


@pytest.mark.parametrize(
    ("planted", "own"),
    [
        ("post.stage = Stage.APPROVED", NONE),
        ("self.state = 'sending'", NONE),
        ("delivery.state, x = a, b", OWN_REVIEW),
        ("review.post.stage = s", OWN_REVIEW),
        ("Delivery.objects.for_team(t).filter(pk=1).update(state='queued')", OWN_REVIEW),
        ("Post.objects.filter(pk=1).update(**{'stage': s})", NONE),
        ("due.filter(pk=1).update(state='queued')", NONE),
        ("post.deliveries.filter(pk=1).update(state='queued')", OWN_REVIEW),
        ("Delivery.objects.update_or_create(pk=1, defaults={'state': s})", NONE),
        ("setattr(post, 'stage', s)", NONE),
        ("post.save(update_fields=['stage', 'updated_at'])", NONE),
        ("Delivery.objects.bulk_update(rows, ['state'])", OWN_REVIEW),
        ("Post.objects.create(team=t, stage=Stage.DONE)", NONE),
        ("Delivery(post=p, state='published')", NONE),
        ("cursor.execute('UPDATE posts_delivery SET state = %s', [s])", NONE),
        ("cursor.execute(f'update {Delivery._meta.db_table} set state = 1')", NONE),
        ("cursor.execute('DELETE FROM posts_post WHERE id = 1')", NONE),
    ],
)
def test_catches_a_planted_write(planted, own):
    assert state_writes("delivery/planted.py", ast.parse(planted), own)


@pytest.mark.parametrize(
    "innocent",
    [
        "review.state = 'used'",
        "Review.objects.filter(pk=1).update(state='used')",
        "Delivery.objects.filter(state='queued').update(lease_until=None)",
        "post.save(update_fields=['title'])",
        "if post.stage == Stage.DONE: pass",
        "cursor.execute('SELECT state FROM posts_delivery FOR UPDATE')",
    ],
)
def test_leaves_the_innocent_alone(innocent):
    assert not state_writes("approvals/planted.py", ast.parse(innocent), OWN_REVIEW)


def test_the_writer_itself_is_where_it_should_be():
    """The rule exempts a path: make sure that the path still is the writer."""
    source = (tree.ROOT / "posts/workflow.py").read_text()
    assert state_writes("posts/elsewhere.py", ast.parse(source), NONE)
