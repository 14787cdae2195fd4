"""Facebook on the played server: one page with its token."""

import pytest

from publishers.adapters.facebook import Facebook
from publishers.contract import Account

ME = Account("777", "tide", "Tide", kind="organization", token="hush")
V = "/v26.0"
FEED, PHOTOS, REELS = f"{V}/777/feed", f"{V}/777/photos", f"{V}/777/video_reels"
STORIES, POST = f"{V}/777/photo_stories", f"{V}/777_901"


@pytest.fixture
def facebook(server):
    server.on("POST", PHOTOS, 200, {"id": "601"})
    server.on("POST", FEED, 200, {"id": "777_901"})
    return server.adapter(Facebook, ME)


def status(video="ready", publishing="not_started", sent=0, **more):
    phases = {
        "uploading_phase": {"status": "complete", "bytes_transfered": sent},
        "publishing_phase": {"status": publishing},
    }
    return {"id": "801", "status": {"video_status": video, **phases}, **more}
