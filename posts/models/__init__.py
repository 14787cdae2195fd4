"""What we say, to which channels, when, and what became of it."""

from posts.models.activity import Activity
from posts.models.apart import Apart
from posts.models.blackout import Blackout
from posts.models.bulk import BulkAct
from posts.models.comment import Comment
from posts.models.delivery import Approval, Delivery
from posts.models.folder import Folder
from posts.models.hashtags import HashtagGroup
from posts.models.importing import Import, ImportRow
from posts.models.media import MediaAsset, PostMedia, Rendition
from posts.models.part import DeliveryPart
from posts.models.planchange import PlanChange
from posts.models.post import Campaign, Post, Tag, Variant
from posts.models.presence import Presence
from posts.models.reception import Reception
from posts.models.revision import Revision
from posts.models.template import Template, TemplateUse, TemplateVersion
from posts.models.upload import Upload
from posts.models.verdict import Verdict

__all__ = [
    "Activity",
    "Apart",
    "Approval",
    "Blackout",
    "BulkAct",
    "Campaign",
    "Comment",
    "Delivery",
    "DeliveryPart",
    "Folder",
    "HashtagGroup",
    "Import",
    "ImportRow",
    "MediaAsset",
    "PlanChange",
    "Post",
    "PostMedia",
    "Presence",
    "Reception",
    "Rendition",
    "Revision",
    "Tag",
    "Template",
    "TemplateUse",
    "TemplateVersion",
    "Upload",
    "Variant",
    "Verdict",
]
