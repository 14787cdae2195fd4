"""The demo's illustrations, drawn here: the sea, and what one measures in it."""

import math
import random
from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1600, 1000
type Colour = tuple[int, int, int]

SKY: tuple[Colour, Colour] = (36, 52, 92), (246, 178, 150)
NIGHT: tuple[Colour, Colour] = (14, 26, 51), (58, 108, 140)
PAPER: tuple[Colour, Colour] = (250, 246, 236), (238, 231, 214)
SEA: tuple[Colour, ...] = (52, 110, 134), (38, 88, 116), (27, 67, 96), (18, 47, 74)
INK: Colour = (24, 43, 66)
SIGNAL: Colour = (247, 190, 51)
WARM: Colour = (226, 96, 72)
FOAM: Colour = (233, 240, 240)


def draw(name: str) -> bytes:
    """The picture of that name, as JPEG; the same each time."""
    image, pen = _canvas(*BACKGROUNDS[name])
    DRAWINGS[name](pen)
    out = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "JPEG", quality=88)
    return out.getvalue()


class Pen:
    """Draws in picture coordinates on a canvas twice as fine, for smooth edges."""

    FINE = 2

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)

    def shape(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        self._draw.polygon([(x * self.FINE, y * self.FINE) for x, y in points], fill=colour)

    def line(self, points: Sequence[tuple[float, float]], colour: Colour, width: int = 4) -> None:
        fine = [(x * self.FINE, y * self.FINE) for x, y in points]
        self._draw.line(fine, fill=colour, width=width * self.FINE, joint="curve")

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        box = [(x - radius) * self.FINE, (y - radius) * self.FINE]
        box += [(x + radius) * self.FINE, (y + radius) * self.FINE]
        self._draw.ellipse(box, fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], colour)


def _canvas(top: Colour, bottom: Colour) -> tuple[Image.Image, Pen]:
    column = Image.new("RGB", (1, 64))
    for y in range(64):
        mixed = [round(a + (b - a) * y / 63) for a, b in zip(top, bottom, strict=True)]
        column.putpixel((0, y), (mixed[0], mixed[1], mixed[2]))
    size = (WIDTH * Pen.FINE, HEIGHT * Pen.FINE)
    image = column.resize(size, Image.Resampling.BICUBIC)
    return image, Pen(image)


def _swell(x: float, level: float, height: float, shift: float) -> float:
    return level + height * math.sin(x / 190 + shift) + height / 3 * math.sin(x / 67 + 2 * shift)


def _waves(pen: Pen, first: float, height: float, layers: Sequence[int]) -> None:
    """Some of the layers of the sea, so that a thing can float between two of them."""
    for index in layers:
        level = first + index * (HEIGHT - first) / len(SEA)
        top = [(x, _swell(x, level, height, index * 1.7)) for x in range(0, WIDTH + 20, 20)]
        pen.shape([*top, (WIDTH, HEIGHT), (0, HEIGHT)], SEA[index])


def _buoy(pen: Pen) -> None:
    pen.disc(1180, 470, 120, (255, 226, 178))
    _waves(pen, 560, 22, [0])
    pen.shape([(640, 610), (800, 610), (770, 730), (670, 730)], SIGNAL)
    pen.box(655, 650, 785, 672, INK)
    pen.shape([(700, 350), (740, 350), (772, 610), (668, 610)], (214, 158, 30))
    for y in (430, 510):
        pen.line([(690, y), (750, y + 40)], INK, 5)
        pen.line([(750, y), (690, y + 40)], INK, 5)
    pen.box(712, 270, 728, 350, INK)
    pen.disc(720, 260, 24, WARM)
    _waves(pen, 560, 22, [1, 2, 3])


def _depth(pen: Pen) -> None:
    bands: tuple[Colour, ...] = (126, 178, 188), (74, 134, 158), (40, 88, 120), (20, 48, 78)
    for index, colour in enumerate(bands):
        pen.box(0, 170 + index * 210, WIDTH, HEIGHT, colour)
    path = [(250 + t * 11, 190 + 640 * math.sin(t / 100 * math.pi)) for t in range(101)]
    for start in range(0, 100, 4):
        pen.line(path[start : start + 3], FOAM, 6)
    for step in (0, 18, 50, 82, 100):
        x, y = path[step]
        pen.box(x - 20, y - 52, x + 20, y + 40, SIGNAL)
        pen.disc(x, y - 52, 20, SIGNAL)
        pen.line([(x, y - 72), (x, y - 120)], FOAM, 5)


def _tide(pen: Pen) -> None:
    for y in range(200, 900, 100):
        pen.line([(120, y), (1480, y)], (214, 204, 182), 2)
    for x in range(120, 1500, 97):
        pen.line([(x, 160), (x, 880)], (226, 217, 196), 2)
    curve = [
        (x, 520 - (150 + 110 * math.cos((x - 120) / 433)) * math.sin((x - 120) / 24.6))
        for x in range(120, 1481, 2)
    ]
    pen.line(curve, (38, 88, 116), 6)
    for across, height in curve[60::154]:
        pen.disc(across, height, 12, WARM)


def _upwelling(pen: Pen) -> None:
    coast = [(1010 + 70 * math.sin(y / 130) + 36 * math.sin(y / 47), y) for y in range(0, 1001, 10)]
    corner = [(WIDTH, HEIGHT), (WIDTH, 0)]
    colours: tuple[Colour, ...] = SEA[0], (70, 140, 170), (110, 184, 206), (176, 222, 230)
    for width, colour in zip((420, 300, 190, 90), colours, strict=True):
        band = [(x - width + 30 * math.sin(y / 90), y) for x, y in coast]
        pen.shape([*band, *corner], colour)
    pen.shape([*coast, *corner], (222, 208, 172))
    pen.line(coast, INK, 4)
    for y in range(140, 900, 180):
        pen.line([(700, y), (520, y + 60)], FOAM, 8)
        pen.shape([(500, y + 66), (548, y + 28), (556, y + 68)], FOAM)


def _survey(pen: Pen) -> None:
    for x, y in _scattered(70, 380):
        pen.disc(x, y, 3, FOAM)
    _waves(pen, 560, 34, [0])
    pen.shape([(430, 520), (1180, 520), (1110, 650), (500, 650)], (180, 58, 48))
    pen.box(430, 500, 1180, 528, FOAM)
    pen.box(560, 380, 820, 500, FOAM)
    pen.box(590, 300, 740, 380, (214, 222, 224))
    for x in range(600, 800, 56):
        pen.box(x, 420, x + 30, 452, INK)
    pen.line([(1080, 500), (1040, 270), (1230, 330)], SIGNAL, 14)
    pen.line([(1230, 330), (1230, 560)], FOAM, 3)
    pen.line([(660, 300), (660, 190)], INK, 7)
    pen.disc(660, 186, 9, WARM)
    _waves(pen, 560, 34, [1, 2, 3])


def _wave_chart(pen: Pen) -> None:
    pen.line([(170, 150), (170, 840), (1470, 840)], INK, 5)
    heights = (1.4, 1.9, 2.6, 5.8, 4.9, 3.1, 2.2)
    for metres in range(1, 7):
        level = 840 - metres * 108
        pen.line([(170, level), (1470, level)], (214, 204, 182), 2)
    for index, height in enumerate(heights):
        left = 230 + index * 178
        colour = WARM if height == max(heights) else SEA[0]
        pen.box(left, 840 - height * 108, left + 112, 838, colour)


def _scattered(count: int, below: int) -> list[tuple[int, int]]:
    dice = random.Random(7)
    return [(dice.randrange(WIDTH), dice.randrange(below)) for _ in range(count)]


BACKGROUNDS: dict[str, tuple[Colour, Colour]] = {
    "buoy": SKY,
    "depth": PAPER,
    "tide": PAPER,
    "upwelling": (SEA[2], SEA[1]),
    "survey": NIGHT,
    "waves": PAPER,
}
DRAWINGS: dict[str, Callable[[Pen], None]] = {
    "buoy": _buoy,
    "depth": _depth,
    "tide": _tide,
    "upwelling": _upwelling,
    "survey": _survey,
    "waves": _wave_chart,
}
