"""What administrators look at and never type over. The admin of every room builds on it."""

from typing import Any

from django.http import HttpRequest


class Written:
    """Rows that the application writes; they may be thrown away."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(Written):
    """Rows that are a record of what happened: they stay."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
