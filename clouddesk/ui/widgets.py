"""Django's form fields in Tabler's clothes; the macros of ``ui/forms.html`` stand on this."""

from collections.abc import Iterator

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString


def is_group(bound: BoundField) -> bool:
    """Whether the field is a group of radio buttons or boxes, which share one legend."""
    return isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


def choices(bound: BoundField) -> Iterator[tuple[SafeString, str]]:
    """The inputs of a group, each with its words."""
    for choice in bound.subwidgets:
        choice.data["attrs"]["class"] = "form-check-input"
        yield choice.tag(), choice.choice_label


def control(bound: BoundField, hint: str = "") -> SafeString:
    """The input itself, tied to its hint and its error for screen readers."""
    given = bound.field.widget.attrs.get("class", "")
    classes = [given, _class_of(bound.field.widget), "is-invalid" if bound.errors else ""]
    attrs: dict[str, str | bool] = {"class": " ".join(filter(None, classes))}
    described = [f"{bound.auto_id}_hint"] if hint or bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return bound.as_widget(attrs=attrs)


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
