"""Who writes `Post.stage` and `Delivery.state`? Reads one module and lists every place that does.

Other models may have columns of the same name (a review, a sending): their own room writes those.
So a write counts when it can reach a post or a delivery: by the model it starts from, by the name
of what is written, or because the room has no model of its own with that column.
"""

import ast
import re
from collections.abc import Iterator, Mapping

GUARDED = {"Post": "stage", "Delivery": "state"}
COLUMNS = frozenset(GUARDED.values())
WRITER = "posts/workflow.py"
# The words of its statement, which it alone may have said.
ITS_WORDS = "posts/swap.py"
# Where posts are born, in the stage that their author chose.
MAKER = "posts/services/compose.py"
_WRITES = frozenset({"update", "update_or_create", "aupdate", "aupdate_or_create"})
_MAKES = frozenset({"create", "get_or_create", "acreate", "bulk_create"})
_SQL = re.compile(
    r"\b(update(\s+only)?|insert\s+into|delete\s+from|merge\s+into|copy)\s+"
    r"(\"?(posts_post|posts_delivery)\b|\{\})",
    re.IGNORECASE,
)
_GUARDED_NAME = re.compile(r"(^|_)(post|posts|delivery|deliveries)(_|$)")


def state_writes(path: str, tree: ast.Module, own: Mapping[str, frozenset[str]]) -> list[str]:
    """`own`: for each column, the room's other models (class names) that have it."""
    if path in (WRITER, ITS_WORDS):
        return []
    found = [
        f"{path}:{node.lineno} {why}"
        for node in ast.walk(tree)
        for why in (
            *_assigned(node, own),
            *_called(node, own),
            *_sql(node),
        )
        if not (path == MAKER and why == "create(stage=…) on Post")
    ]
    return sorted(set(found))


def _assigned(node: ast.AST, own: Mapping[str, frozenset[str]]) -> Iterator[str]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = [part for target in node.targets for part in _flat(target)]
    elif isinstance(node, ast.AugAssign | ast.AnnAssign) and isinstance(node.target, ast.Attribute):
        targets = [node.target]
    for target in targets:
        if not isinstance(target, ast.Attribute) or target.attr not in COLUMNS:
            continue
        if not _is_own(target.value, target.attr, own):
            yield f"assigns .{target.attr} of {ast.unparse(target.value)}"


def _flat(target: ast.expr) -> list[ast.expr]:
    return list(target.elts) if isinstance(target, ast.Tuple | ast.List) else [target]


def _called(node: ast.AST, own: Mapping[str, frozenset[str]]) -> Iterator[str]:
    if not isinstance(node, ast.Call):
        return
    called = node.func
    if isinstance(called, ast.Name) and called.id == "setattr" and len(node.args) == 3:
        column = _text(node.args[1])
        if column in COLUMNS and not _is_own(node.args[0], column, own):
            yield f"setattr of {column}"
    model = called.id if isinstance(called, ast.Name) else ""
    if GUARDED.get(model) in _keywords(node):
        yield f"makes a {model} in a chosen {GUARDED[model]}"
    if not isinstance(called, ast.Attribute):
        return
    if called.attr in _WRITES | _MAKES:
        for column in COLUMNS & _keywords(node):
            if not _is_own(called.value, column, own):
                yield f"{called.attr}({column}=…) on {_root(called.value)}"
    if called.attr in {"bulk_update", "save", "asave", "abulk_update", "bulk_create"}:
        for column in COLUMNS & _listed(node):
            if not _is_own(called.value, column, own):
                yield f"{called.attr} of {column} on {_root(called.value)}"


def _sql(node: ast.AST) -> Iterator[str]:
    said = ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        said = node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        said = "".join(str(part) for part in parts)
    if _SQL.search(said) and re.search(r"\b(set|values|select|where|from)\b", said, re.IGNORECASE):
        yield "writes posts_post or posts_delivery in SQL"


def _is_own(target: ast.expr, column: str, own: Mapping[str, frozenset[str]]) -> bool:
    """Can this only be a model of the room itself?"""
    models = own.get(column, frozenset())
    root = _root(target)
    if root in GUARDED:
        return False
    if root in models:
        return True
    last = target.attr if isinstance(target, ast.Attribute) else root
    return bool(models) and not (_GUARDED_NAME.search(root) or _GUARDED_NAME.search(last))


def _root(node: ast.expr) -> str:
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return ast.unparse(node)
    return node.id


def _keywords(call: ast.Call) -> frozenset[str]:
    """Keyword arguments, also those in a literal `**{…}` and in `defaults={…}`."""
    names: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg not in {None, "defaults", "create_defaults"}:
            names.add(str(keyword.arg))
        elif isinstance(keyword.value, ast.Dict):
            names |= {_text(key) for key in keyword.value.keys if key}
    return frozenset(names)


def _listed(call: ast.Call) -> frozenset[str]:
    values = [keyword.value for keyword in call.keywords] + list(call.args)
    return frozenset(
        _text(item)
        for value in values
        if isinstance(value, ast.List | ast.Tuple | ast.Set)
        for item in value.elts
    )


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
