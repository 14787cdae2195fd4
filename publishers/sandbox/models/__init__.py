"""What the simulated platforms remember. Read and written only by the sandbox itself."""

from publishers.sandbox.models.accounts import Account, ClientApp, Credential
from publishers.sandbox.models.containers import Container
from publishers.sandbox.models.hooks import HookCall
from publishers.sandbox.models.letters import Mail
from publishers.sandbox.models.media import Picture, Upload
from publishers.sandbox.models.posts import UNSEEN_SINCE, Attachment, RemotePost
from publishers.sandbox.models.requests import Call, Does, Fault

__all__ = [
    "UNSEEN_SINCE",
    "Account",
    "Attachment",
    "Call",
    "ClientApp",
    "Container",
    "Credential",
    "Does",
    "Fault",
    "HookCall",
    "Mail",
    "Picture",
    "RemotePost",
    "Upload",
]
