"""How Django draws a form: the design's fields, with labels, help and errors tied together.

settings.FORM_RENDERER points here, so that `{{ form }}` and `as_field_group` follow field.css.
"""

from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Widget
from django.forms.renderers import TemplatesSetting

_OWN_LOOK = (CheckboxInput, CheckboxSelectMultiple, RadioSelect)


class Field(BoundField):
    """Adds the class `input` and names its error as part of its description."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        attrs = dict(super().build_widget_attrs(attrs, widget))
        widget = widget or self.field.widget
        if not isinstance(widget, _OWN_LOOK) and not widget.is_hidden:
            given = attrs.get("class") or widget.attrs.get("class", "")
            attrs["class"] = f"input {given}".strip()
        if type(self.form).__module__.startswith("allauth."):
            attrs["placeholder"] = False  # allauth says each label twice.
        return attrs

    @property
    def is_check(self) -> bool:
        return isinstance(self.field.widget, CheckboxInput)


class FormRenderer(TemplatesSetting):
    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = Field
