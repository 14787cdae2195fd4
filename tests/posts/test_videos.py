"""What is kept of an uploaded video: its pictures and its sound, and nothing else."""

import hashlib
import tempfile
import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from PIL import Image

from posts import ffmpeg, videos
from posts.errors import UploadRefused
from posts.models import MediaAsset
from posts.services import media
from tests.posts.films import PLACE, film
from tests.posts.test_media_store import put, refused, stored

pytestmark = pytest.mark.django_db


def heard(content: bytes) -> str:
    """All that ffmpeg tells of a file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "film").write_bytes(content)
        kind = "matroska" if content.startswith(b"\x1aE") else "mov"
        ffmpeg.facts(folder / "film", kind, folder=folder)
        return (folder / "said").read_text()


@pytest.mark.parametrize(
    ("kind", "mime"), [("mp4", "video/mp4"), ("mov", "video/mp4"), ("webm", "video/webm")]
)
def test_a_video_is_kept_without_its_metadata(team, alice, kind, mime):
    raw = film(kind)
    assert "CANARY" in heard(raw)
    asset = put(team, alice, raw, f"Dusk at the pier.{kind}")
    assert (asset.kind, asset.mime, asset.name) == ("video", mime, f"Dusk at the pier.{kind}")
    assert (asset.width, asset.height, asset.is_video) == (320, 180, True)
    assert asset.seconds == pytest.approx(2, abs=0.15)
    assert asset.length == "0:02"
    content = stored(asset)
    assert (asset.sha256, asset.bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    assert asset.file.name.endswith({"video/mp4": ".mp4", "video/webm": ".webm"}[mime])
    for secret in (b"CANARY", PLACE.encode(), b"+38.69"):
        assert secret not in content
    assert "CANARY" not in heard(content)


def test_players_need_not_read_to_its_end_first(team, alice):
    content = stored(put(team, alice, film()))
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_picture_of_its_beginning_stands_for_it(team, alice):
    asset = put(team, alice, film(colour="red"))
    with asset.thumbnail.open("rb") as file, Image.open(file) as shown:
        assert (shown.format, shown.size) == ("WEBP", (320, 180))
        red, green, _blue = shown.convert("RGB").getpixel((160, 90))
        assert red > 2 * green


def test_a_phone_held_upright_films_upright(team, alice):
    """It says so beside pictures that lie on their side."""
    raw = film()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "lying").write_bytes(raw)
        turned = folder / "turned.mp4"
        ffmpeg.make(
            ["-display_rotation", "90", "-f", "mov", "-i", str(folder / "lying"), "-c", "copy"],
            turned,
            folder=folder,
            largest=10**7,
        )
        asset = put(team, alice, turned.read_bytes())
    assert (asset.width, asset.height) == (180, 320)
    with asset.thumbnail.open("rb") as file, Image.open(file) as shown:
        assert shown.size == (180, 320)


def test_pixels_that_are_not_square_are_counted_as_seen(team, alice):
    asset = put(team, alice, film(size="180x180", more=("-aspect", "16:9")))
    assert (asset.width, asset.height) == (320, 180)


def test_the_same_video_is_kept_once_however_it_comes(team, alice):
    first = put(team, alice, film())
    assert media.store(team=team, by=alice, upload=on_disk(film())) == first
    assert len(default_storage.listdir(str(team.pk))[1]) == 2


def test_a_video_that_the_disk_lost_comes_back_with_the_same_upload(team, alice):
    first = put(team, alice, film())
    was = stored(first)
    default_storage.delete(first.file.name)
    again = put(team, alice, film())
    assert (again.pk, stored(again)) == (first.pk, was)


def test_a_codec_that_mp4_does_not_hold_keeps_its_wrapping(team, alice):
    asset = put(team, alice, film("mov", sound="pcm_s16le"))
    assert (asset.mime, asset.file.name[-4:]) == ("video/quicktime", ".mov")


def test_further_tracks_are_left_behind(team, alice, tmp_path):
    """Where a phone was while it filmed is a track of its own."""
    subtitles = tmp_path / "where.srt"
    subtitles.write_text("1\n00:00:00,000 --> 00:00:02,000\nCANARY place\n")
    raw = with_track(film(), subtitles)
    assert b"CANARY place" in raw
    assert b"CANARY" not in stored(put(team, alice, raw))


def with_track(raw: bytes, subtitles: Path) -> bytes:
    folder = subtitles.parent
    (folder / "film").write_bytes(raw)
    target = folder / "both.mp4"
    ffmpeg.make(
        [
            *("-f", "mov", "-i", str(folder / "film"), "-i", str(subtitles)),
            *("-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text"),
        ],
        target,
        folder=folder,
        largest=10**7,
    )
    return target.read_bytes()


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (film()[: len(film()) // 2], 422, "not complete"),
        (b"\x00\x00\x00\x18ftypisom" + b"\x00" * 400, 422, "damaged"),
        (b"\x1a\x45\xdf\xa3" + b"\x00" * 400, 422, "damaged"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 400, 415, "nor an MP4"),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", 415, "nor an MP4"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", 415, "nor an MP4"),
    ],
    ids=["half", "no film", "no webm", "heic", "playlist", "avi"],
)
def test_what_is_no_video_is_refused(team, alice, content, status, words):
    assert words in refused(team, alice, content, status, "film.mp4")


def test_a_film_that_never_ends_is_refused(team, alice, monkeypatch):
    monkeypatch.setattr(videos, "LONGEST", 1)
    assert "up to 12 hours" in refused(team, alice, film(), 422)


def test_a_recording_that_does_not_know_its_length_gets_one(team, alice):
    """As browsers record: written to the end in one go."""
    raw = film("webm", more=("-live", "1"))
    assert "Duration: N/A" in heard(raw)
    assert put(team, alice, raw).length == "0:02"


@pytest.mark.parametrize(
    "names", ["file:///etc/passwd", "http://127.0.0.1:1/film.mp4", "/etc/passwd"]
)
@pytest.mark.parametrize(
    "before", [b"\x00\x00\x00\x10ftypisom\x00\x00\x02\x00", b"\x1a\x45\xdf\xa3"]
)
def test_a_list_of_other_files_is_no_video_whatever_it_begins_with(team, alice, before, names):
    lists = (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{names}\nffconcat version 1.0\nfile {names}"
    )
    assert "damaged" in refused(team, alice, before + b"\n" + lists.encode(), 422)


def test_a_codec_that_no_platform_plays_is_named(team, alice):
    words = refused(team, alice, film("mkv", codec="ffv1", sound="flac"), 415)
    assert words == "This video is encoded as ffv1 + flac. Save it as MP4 with H.264 and AAC."


def test_sound_alone_is_no_video(team, alice):
    raw = film()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "film").write_bytes(raw)
        ffmpeg.make(
            ["-f", "mov", "-i", str(folder / "film"), "-map", "0:a", "-c", "copy"],
            folder / "sound.mp4",
            folder=folder,
            largest=10**7,
        )
        sound = (folder / "sound.mp4").read_bytes()
    assert "only sound" in refused(team, alice, sound, 415)


def test_too_large_a_video_is_refused_before_it_is_read(team, alice, settings):
    settings.VIDEO_BYTES = 1000
    assert "larger than" in refused(team, alice, film(), 413)


def test_without_ffmpeg_the_words_say_what_to_install(team, alice, settings):
    settings.FFMPEG = "/nowhere/ffmpeg"
    words = refused(team, alice, film(), 422)
    assert "install ffmpeg, or to name the program in DRUMBEAT_FFMPEG" in words


def test_a_large_video_is_never_whole_in_memory(team, alice):
    raw = large()
    assert len(raw) > 20_000_000
    tracemalloc.start()
    try:
        asset = media.store(team=team, by=alice, upload=on_disk(raw))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert asset.bytes > 20_000_000
    assert peak < 4_000_000


def large() -> bytes:
    noise = ("-vf", "noise=alls=100:allf=t", "-q:v", "2", "-strict", "unofficial")
    return film("mov", size="1280x720", seconds=4, codec="mjpeg", more=noise)


def on_disk(raw: bytes) -> TemporaryUploadedFile:
    """As Django hands over what does not fit into memory."""
    upload = TemporaryUploadedFile("film.mp4", "video/mp4", 0, None)
    upload.write(raw)
    upload.size = upload.tell()
    upload.seek(0)
    return upload


def test_a_video_takes_no_longer_than_it_may(team, alice, monkeypatch):
    monkeypatch.setattr(ffmpeg, "SECONDS", 0.001)
    with pytest.raises(UploadRefused, match="damaged"):
        put(team, alice, film())
    assert not MediaAsset.objects.exists()


def test_pictures_are_still_pictures(team, alice):
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "navy").save(buffer, "JPEG")
    asset = put(team, alice, buffer.getvalue())
    assert (asset.kind, asset.seconds, asset.is_video) == ("picture", 0, False)
