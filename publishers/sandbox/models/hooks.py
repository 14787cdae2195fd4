"""What a platform told an app by itself."""

from django.db import models
from django.db.models.functions import Now

from publishers.sandbox.models.accounts import Account


class HookCall(models.Model):
    """One request to the app's address, letter by letter, and its answer.

    `status` 0: there was none, and `answer` says why.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="hook_calls")
    kind = models.CharField(max_length=20)
    url = models.CharField(max_length=500)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    forged = models.BooleanField(default=False)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account}"

    @property
    def text(self) -> str:
        return bytes(self.body).decode(errors="replace")
