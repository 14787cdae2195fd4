"""What is said of pictures and videos that a platform does not take, or takes otherwise."""

from dataclasses import replace

import pytest

from publishers.limits import check
from publishers.visuals import lasting
from tests.publishers.test_limits import SPEC, only, picture, post

LIMITS = replace(
    SPEC.limits,
    images=10,
    image_sides=(320, 1440),
    image_shape=(0.8, 1.91),
    image_pixels=50_000_000,
    videos=1,
    video_bytes=100_000_000,
    video_seconds=(3, 140),
    video_types=("video/mp4",),
    video_shape=(9 / 16, 16 / 9),
)
FILM = replace(SPEC, limits=LIMITS)


def video(**changes):
    plain = {"mime": "video/mp4", "width": 1920, "height": 1080, "size": 9_000_000, "seconds": 20.0}
    return picture(**plain | changes)


def mixed(**changes):
    return replace(FILM, limits=replace(LIMITS, mixed=True, **changes))


def test_a_fitting_video_has_no_problem():
    assert check(post("a", video()), FILM) == []


def test_a_platform_without_videos_says_so_plainly():
    problem = only(post("a", video(seconds=9999, size=10**12)))
    assert (problem.level, problem.code) == ("error", "no_videos")
    assert str(problem) == (
        "Harbour takes no videos from here. Take the video out there, or take this channel off."
    )


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        (
            {"mime": "video/webm"},
            "video_type",
            "The video is WebM; Harbour takes MP4. Save it as one of these and upload that file.",
        ),
        (
            {"size": 100_000_001},
            "video_bytes",
            "The video has 100.1 MB; Harbour takes up to 100 MB. "
            "Save it smaller, or cut it, and upload that file.",
        ),
        (
            {"seconds": 200.4},
            "video_long",
            "The video is 3 min 20 s long; Harbour takes up to 2 min 20 s. "
            "Cut it and upload that file.",
        ),
        (
            {"seconds": 1.25},
            "video_short",
            "The video is 1.2 seconds long; Harbour takes at least 3 seconds. Upload a longer one.",
        ),
        (
            {"width": 500, "height": 1000},
            "video_shape",
            "The video is 500 by 1,000 pixels: too tall. Harbour takes nothing taller than 9:16. "
            "Crop it and upload that file.",
        ),
        (
            {"width": 2000, "height": 1000},
            "video_shape",
            "The video is 2,000 by 1,000 pixels: too wide. Harbour takes nothing wider than 16:9. "
            "Crop it and upload that file.",
        ),
        (
            {"alt": ""},
            "alt_missing",
            "The video has no description. "
            "Say in a sentence what it shows, for those who cannot see it.",
        ),
    ],
)
def test_what_is_wrong_with_a_video(changes, code, words):
    problem = only(post("a", video(**changes)), FILM)
    assert (problem.code, problem.picture, str(problem)) == (code, 0, words)


def test_too_many_videos():
    problem = only(post("a", video(), video()), FILM)
    assert str(problem) == "Harbour takes one video; this post has 2. Take out 1."


def test_pictures_beside_a_video():
    problem = only(post("a", picture(), video()), FILM)
    assert (problem.code, problem.fix) == ("mixed_media", "Take out the ones or the other.")
    assert check(post("a", picture(), video()), mixed()) == []


def test_a_picture_that_stands_for_a_video():
    covered = replace(FILM, limits=replace(LIMITS, cover=True, images=0, media_least=1))
    assert check(post("a", video(), picture()), covered) == []
    problem = only(post("a", picture(), video(), picture()), covered)
    assert str(problem) == (
        "Harbour takes one picture beside a video, as its cover; this post has 2. Keep one of them."
    )
    assert only(post("a", picture()), covered).code == "too_many_pictures"
    assert only(post("a"), covered).message == "Harbour needs at least one video."


def test_pictures_and_videos_count_together():
    problem = only(post("a", *[picture()] * 3, video()), mixed(images=3))
    assert str(problem) == (
        "Harbour takes 3 pictures and videos in all; this post has 4. Take out 1."
    )


def test_the_others_are_named_by_their_place_among_their_kind():
    media = picture(), video(alt=""), picture(alt=""), video()
    problems = check(post("a", *media), mixed(videos=2))
    assert [(p.message, p.picture) for p in problems] == [
        ("The first video has no description.", 1),
        ("The second picture has no description.", 2),
    ]


@pytest.mark.parametrize(
    ("size", "code", "words"),
    [
        (
            (300, 2000),
            "picture_small",
            "The picture is 300 by 2,000 pixels; Harbour takes at least 320 on each side. "
            "Use a larger version of it.",
        ),
        (
            (400, 300),
            "picture_small",
            "The picture is 400 by 300 pixels; Harbour takes at least 320 on each side. "
            "Use a larger version of it.",
        ),
    ],
)
def test_what_no_conversion_mends(size, code, words):
    problem = only(post("a", picture(width=size[0], height=size[1])), FILM)
    assert (problem.level, problem.code, str(problem)) == ("error", code, words)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (
            (800, 2000),
            "The picture loses 50 % of its height: Harbour takes nothing taller than 4:5. "
            "Choose what stays in the picture.",
        ),
        (
            (2500, 1000),
            "The picture loses 24 % of its width: Harbour takes nothing wider than 1.91:1. "
            "Choose what stays in the picture.",
        ),
    ],
)
def test_what_is_cropped_is_said_and_stops_nothing(size, words):
    problem = only(post("a", picture(width=size[0], height=size[1])), FILM)
    assert (problem.level, problem.code, str(problem)) == ("warn", "picture_cropped", words)


def test_what_no_crop_mends():
    narrow = replace(FILM, limits=replace(LIMITS, image_shape=(0.1, 0.5), image_sides=(320, 4000)))
    problem = only(post("a", picture(width=600, height=500)), narrow)
    assert (problem.level, problem.code, str(problem)) == (
        "error",
        "picture_shape",
        "The picture is 600 by 500 pixels: too wide. Harbour takes nothing wider than 1:2. "
        "Use a larger version of it.",
    )


def test_of_a_cropped_one_only_what_stays_is_made_smaller():
    """Half of it goes by the crop, and its bytes with it: neither is a loss of quality."""
    tall = picture(width=1000, height=3000, size=9_000_000)
    assert [one.code for one in check(post("a", tall), FILM)] == ["picture_cropped"]


def test_what_is_made_much_smaller_is_said():
    problem = only(post("a", picture(width=4000, height=3000)), FILM)
    assert (problem.level, problem.code) == ("warn", "picture_scaled")
    assert problem.message == (
        "The picture is 4,000 by 3,000 pixels; Harbour gets it at 1,440 by 1,080."
    )


def test_what_loses_most_of_its_bytes_is_said():
    problem = only(post("a", picture(width=1000, height=800, size=9_000_000)), FILM)
    assert (problem.level, problem.code) == ("warn", "picture_squeezed")
    assert check(post("a", picture(width=1000, height=800, size=2_100_000)), FILM) == []


def test_a_format_that_cannot_be_written_is_told():
    gifs = replace(FILM, limits=replace(LIMITS, image_types=("image/gif",)))
    assert only(post("a", picture(mime="image/jpeg")), gifs).code == "picture_type"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "0.5 seconds"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (60, "1 min"),
        (140, "2 min 20 s"),
        (3900, "1 h 5 min"),
        (43200, "12 h"),
    ],
)
def test_lengths_in_words(seconds, words):
    assert lasting(seconds) == words
