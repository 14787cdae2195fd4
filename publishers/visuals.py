"""What keeps pictures and videos from a platform, and what becomes of them on the way. Pure.

Called by limits.py. What a rendition mends is no problem: publishers/renditions.py says which.
"""

from collections.abc import Iterator, Sequence

from publishers import renditions
from publishers.contract import Spec
from publishers.crops import Box
from publishers.problems import (
    Picture,
    Problem,
    counted,
    kind,
    kinds,
    megabytes,
    named,
    pixels,
    ratio,
    shape_over,
)
from publishers.renditions import Recipe

CROPPED = "picture_cropped"
# Less than this of a side, or of its bytes, and people see it.
_HALF = 0.5
_QUARTER = 0.25


def check(media: Sequence[Picture], spec: Spec) -> Iterator[Problem]:
    """Of one post, in its order."""
    pictures = [one for one in media if not one.is_video]
    videos = [one for one in media if one.is_video]
    yield from _numbers(len(pictures), len(videos), spec)
    seen = {True: 0, False: 0}
    for place, one in enumerate(media):
        alike, noun = (videos, "video") if one.is_video else (pictures, "picture")
        the = named(seen[one.is_video], noun, alone=len(alike) == 1)
        seen[one.is_video] += 1
        if one.is_video:
            yield from _video(place, one, spec, the)
        else:
            yield from _picture(place, one, spec, the)


def _numbers(pictures: int, videos: int, spec: Spec) -> Iterator[Problem]:
    limits = spec.limits
    if videos and not limits.videos:
        message = f"{spec.name} takes no videos from here."
        fix = "Take the video out there, or take this channel off."
        yield Problem("error", "no_videos", message, fix)
    elif videos > limits.videos:
        yield _too_many("too_many_videos", "video", videos, limits.videos, spec)
    if limits.cover and videos:
        yield from _cover(pictures, spec)
        return
    if pictures > limits.images:
        yield _too_many("too_many_pictures", "picture", pictures, limits.images, spec)
    if not pictures or not videos or not limits.videos:
        return
    most = max(limits.images, limits.videos)
    if not limits.mixed:
        message = f"{spec.name} takes pictures or a video in one post, not both."
        yield Problem("error", "mixed_media", message, "Take out the ones or the other.")
    elif pictures + videos > most:
        number = pictures + videos
        message = f"{spec.name} takes {most} pictures and videos in all; this post has {number}."
        yield Problem("error", "too_many_media", message, f"Take out {number - most}.")


def _cover(pictures: int, spec: Spec) -> Iterator[Problem]:
    if pictures > 1:
        message = (
            f"{spec.name} takes one picture beside a video, as its cover; this post has {pictures}."
        )
        yield Problem("error", "too_many_covers", message, "Keep one of them.")


def _too_many(code: str, noun: str, number: int, most: int, spec: Spec) -> Problem:
    message = f"{spec.name} takes {counted(most, noun)}; this post has {number}."
    fix = f"Take out {number - most}." if most else f"Take the {noun}s out."
    return Problem("error", code, message, fix)


def _picture(place: int, picture: Picture, spec: Spec, the: str) -> Iterator[Problem]:
    planned = renditions.plan(picture, spec, the, place)
    if isinstance(planned, Problem):
        yield planned
    elif planned is not None:
        if planned.box:
            yield _cropped(place, picture, planned.box, spec, the)
        yield from _suffers(place, picture, planned, spec, the)
    yield from _alt(place, picture, spec, the)


def _cropped(place: int, picture: Picture, box: Box, spec: Spec, the: str) -> Problem:
    tallest, widest = spec.limits.image_shape
    if box.height < picture.height:
        message = (
            f"{the} loses {box.gone(picture)} % of its height: {spec.name} takes nothing taller "
            f"than {ratio(tallest)}."
        )
    else:
        message = (
            f"{the} loses {box.gone(picture)} % of its width: {spec.name} takes nothing wider "
            f"than {ratio(widest)}."
        )
    return Problem("warn", CROPPED, message, "Choose what stays in the picture.", place)


def _suffers(
    place: int, picture: Picture, recipe: Recipe, spec: Spec, the: str
) -> Iterator[Problem]:
    if renditions.shrunk(picture, recipe) < _HALF:
        message = (
            f"{the} is {pixels(picture.width, picture.height)}; {spec.name} gets it at "
            f"{recipe.width:,} by {recipe.height:,}."
        )
        fix = "Small writing in it may become hard to read."
        yield Problem("warn", "picture_scaled", message, fix, place)
    elif recipe.size < picture.size * renditions.share(picture, recipe) * _QUARTER:
        message = (
            f"{the} has {megabytes(picture.size)}; {spec.name} gets it with "
            f"{megabytes(recipe.size)} at most."
        )
        yield Problem("warn", "picture_squeezed", message, "It may look blurred there.", place)


def _video(place: int, video: Picture, spec: Spec, the: str) -> Iterator[Problem]:
    limits = spec.limits
    if not limits.videos:
        return
    if video.mime not in limits.video_types:
        message = f"{the} is {kind(video.mime)}; {spec.name} takes {kinds(limits.video_types)}."
        fix = "Save it as one of these and upload that file."
        yield Problem("error", "video_type", message, fix, place)
    if limits.video_bytes and video.size > limits.video_bytes:
        message = (
            f"{the} has {megabytes(video.size)}; {spec.name} takes up to "
            f"{megabytes(limits.video_bytes)}."
        )
        fix = "Save it smaller, or cut it, and upload that file."
        yield Problem("error", "video_bytes", message, fix, place)
    yield from _length(place, video, spec, the)
    yield from _shape(place, video, spec, the)
    yield from _alt(place, video, spec, the)


def _length(place: int, video: Picture, spec: Spec, the: str) -> Iterator[Problem]:
    shortest, longest = spec.limits.video_seconds
    # A tenth of a second is what the last frame of a film lasts, and no platform counts it.
    if longest and video.seconds > longest + 0.1:
        message = (
            f"{the} is {lasting(video.seconds)} long; {spec.name} takes up to {lasting(longest)}."
        )
        yield Problem("error", "video_long", message, "Cut it and upload that file.", place)
    if video.seconds < shortest - 0.1:
        message = (
            f"{the} is {lasting(video.seconds)} long; {spec.name} takes at least "
            f"{lasting(shortest)}."
        )
        yield Problem("error", "video_short", message, "Upload a longer one.", place)


def _shape(place: int, video: Picture, spec: Spec, the: str) -> Iterator[Problem]:
    over = shape_over(video, spec.limits.video_shape)
    if over is not None:
        tallest, widest = spec.limits.video_shape
        bound = f"taller than {ratio(tallest)}" if over == "tall" else f"wider than {ratio(widest)}"
        message = (
            f"{the} is {pixels(video.width, video.height)}: too {over}. {spec.name} takes nothing "
            f"{bound}."
        )
        yield Problem("error", "video_shape", message, "Crop it and upload that file.", place)


def lasting(seconds: float) -> str:
    """45 seconds, 2 min 20 s, 1 h 5 min; parts of a second only where there is little else."""
    if seconds < 10 and seconds != int(seconds):
        return f"{seconds:.1f} seconds"
    whole = round(seconds)
    if whole < 60:
        return "1 second" if whole == 1 else f"{whole} seconds"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _alt(place: int, one: Picture, spec: Spec, the: str) -> Iterator[Problem]:
    if "alt_text" not in spec.features:
        return
    if not one.alt.strip():
        message = f"{the} has no description."
        fix = "Say in a sentence what it shows, for those who cannot see it."
        yield Problem("warn", "alt_missing", message, fix, place)
    over = len(one.alt) - spec.limits.alt_text
    if over > 0:
        it = the[0].lower() + the[1:]
        message = (
            f"The description of {it} is {over:,} over; {spec.name} takes "
            f"{spec.limits.alt_text:,} characters."
        )
        yield Problem("error", "alt_too_long", message, "Shorten the description.", place)
