"""What is live of a delivery that consists of several items."""

from django.db import models
from django.db.models import Q

from posts.models.delivery import Delivery


class DeliveryPart(models.Model):
    """One item of a delivery with several is live: the post itself (0), a part, the first comment.

    Written once. `remote_id` is missing where a person said so and could not name it.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="parts")
    seq = models.PositiveSmallIntegerField()
    kind = models.CharField(
        max_length=7,
        choices=[("post", "Post"), ("part", "Part"), ("comment", "First comment")],
    )
    remote_id = models.CharField(max_length=300, null=True, blank=True)  # noqa: DJ001  (unique when present)
    permalink = models.URLField(max_length=600, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "seq"], name="part_once"),
            models.UniqueConstraint(
                fields=["delivery", "remote_id"],
                condition=Q(remote_id__isnull=False),
                name="part_remote_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["post", "part", "comment"]), name="part_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.seq} of delivery {self.delivery_id}"
