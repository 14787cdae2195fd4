"""The form of one gate, made from what it declares: how strict it is, its options, and the same for
single channels. Called by views/gates.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.gates.contract import Gate, Option
from approvals.gates.reader import plain_host
from posts import reading, typed
from posts.queries.post import platform_name
from publishers.models import Channel

MOST_LINES, LONGEST_LINE = 300, 120
MODES = (
    ("off", gettext_lazy("Off")),
    ("warn", gettext_lazy("Warn")),
    ("block", gettext_lazy("Block")),
)
# A channel is never less strict than its team.
CHANNEL_MODES = (
    ("", gettext_lazy("As the team")),
    ("warn", gettext_lazy("Warn")),
    ("block", gettext_lazy("Block")),
)


class Lines(forms.CharField):
    """One a line, each once."""

    def __init__(self, *, hosts: bool = False, rows: int = 4, **kwargs: Any) -> None:
        attrs = {"rows": rows, "dir": "auto", "spellcheck": "false", "autocapitalize": "none"}
        super().__init__(
            required=False,
            max_length=MOST_LINES * LONGEST_LINE,
            widget=forms.Textarea(attrs=attrs),
            **kwargs,
        )
        self.hosts = hosts

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(value or ())

    def clean(self, value: Any) -> Any:
        text = typed.storable(super().clean(value), str(self.label or ""))
        read = (reading.one_line(line) for line in text.splitlines())
        lines = list(dict.fromkeys(line for line in read if line))
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            most = {"n": MOST_LINES, "length": LONGEST_LINE}
            raise forms.ValidationError(_("At most %(n)s lines of %(length)s characters.") % most)
        return [_host(line) for line in lines] if self.hosts else lines


def _host(line: str) -> str:
    """Of what people copy: an address, or a host. Raises ValidationError."""
    host = line.split("://", 1)[-1].split("/", 1)[0].rsplit("@", maxsplit=1)[-1].split(":", 1)[0]
    plain = plain_host(host.removeprefix("*.")).removeprefix("www.")
    if "." not in plain or " " in plain:
        raise forms.ValidationError(_("“%(line)s” is no site. Write example.org.") % {"line": line})
    return plain


class GateForm(forms.Form):
    mode = forms.ChoiceField(
        choices=MODES,
        label=gettext_lazy("What it does"),
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        gate: Gate,
        channels: Sequence[Channel],
        said: Mapping[str, Any],
    ) -> None:
        """`said`: what holds now."""
        self.gate = gate
        self.channels = list(channels) if gate.by_channel else []
        super().__init__(data, prefix=gate.slug, initial=self._initial(said))
        for option in gate.options:
            self.fields[option.name] = _field(option)
        for channel in self.channels:
            self.fields[f"mode_{channel.pk}"] = forms.ChoiceField(
                choices=CHANNEL_MODES, required=False, label=self.fields["mode"].label
            )
            for option in _for_channels(gate):
                self.fields[f"{option.name}_{channel.pk}"] = _field(option, alone=True)

    def _initial(self, said: Mapping[str, Any]) -> dict[str, Any]:
        options = said.get("options", {})
        values = {"mode": said.get("mode", self.gate.usual)}
        values |= {o.name: options.get(o.name, o.usual) for o in self.gate.options}
        for pk, own in said.get("channels", {}).items():
            values[f"mode_{pk}"] = own.get("mode", "")
            values |= {f"{name}_{pk}": value for name, value in own.get("options", {}).items()}
        return values

    @property
    def said(self) -> dict[str, Any]:
        """For the rules: only what was said; of channels only those that differ."""
        cleaned = self.cleaned_data
        channels = {}
        for channel in self.channels:
            own: dict[str, Any] = {}
            if mode := cleaned[f"mode_{channel.pk}"]:
                own["mode"] = mode
            values = {o.name: cleaned[f"{o.name}_{channel.pk}"] for o in _for_channels(self.gate)}
            if kept := {name: value for name, value in values.items() if value not in (None, [])}:
                own["options"] = kept
            if own:
                channels[str(channel.pk)] = own
        options = {option.name: cleaned[option.name] for option in self.gate.options}
        return {"mode": cleaned["mode"], "options": options, "channels": channels}

    # -- for the page

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [self[option.name] for option in self.gate.options]

    @property
    def of_channels(self) -> Iterator[tuple[Channel, str, list[forms.BoundField]]]:
        """With what people call it."""
        for channel in self.channels:
            names = ["mode", *(option.name for option in _for_channels(self.gate))]
            fields = [self[f"{name}_{channel.pk}"] for name in names]
            yield channel, platform_name(channel), fields

    @property
    def differs(self) -> int:
        """How many channels have something of their own."""
        return sum(
            any(field.value() not in (None, "", [], ()) for field in fields)
            for _channel, _name, fields in self.of_channels
        )


def _for_channels(gate: Gate) -> list[Option]:
    return [option for option in gate.options if option.channels]


def _field(option: Option, *, alone: bool = False) -> forms.Field:
    """`alone`: for one channel, where nothing said means as the team has it."""
    about: dict[str, Any] = {"label": option.label, "help_text": "" if alone else option.help}
    match option.kind:
        case "number":
            least = option.least
            return forms.IntegerField(
                min_value=least, max_value=option.most, required=not alone, **about
            )
        case "flag":
            return forms.BooleanField(required=False, **about)
        case "choice":
            return forms.ChoiceField(choices=option.choices, required=False, **about)
        case "hosts":
            return Lines(hosts=True, **about)
        case _:
            return Lines(rows=2 if alone else 4, **about)
