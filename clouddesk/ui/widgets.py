"""Django's form fields in Tabler's clothes; the macros of ``ui/forms.html`` stand on this."""

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString


def kind_of(bound: BoundField) -> str:
    """How the field is laid out: ``check`` (one box), ``choices`` (radio or boxes), ``select``, ``file`` or ``text``."""
    widget = bound.field.widget
    # RadioSelect and CheckboxSelectMultiple are kinds of each other in Django, Select is not.
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect):
        return "choices"
    if isinstance(widget, forms.Select):
        return "select"
    return "file" if isinstance(widget, forms.FileInput) else "text"


CLASSES = {"check": "form-check-input", "choices": "form-check-input", "select": "form-select"}


def control(bound: BoundField, hint: str = "") -> SafeString:
    """The input itself, tied to its hint and its error for screen readers."""
    given = bound.field.widget.attrs.get("class", "")
    classes = [given, CLASSES.get(kind_of(bound), "form-control"), "is-invalid" if bound.errors else ""]
    attrs: dict[str, str | bool] = {"class": " ".join(filter(None, classes))}
    described = [f"{bound.auto_id}_hint"] if hint or bound.help_text else []
    if bound.errors:
        attrs["aria-invalid"] = "true"
        described.append(f"{bound.auto_id}_error")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return bound.as_widget(attrs=attrs)


def is_required(bound: BoundField) -> bool:
    """Whether the field carries the red star of the manual."""
    return bound.field.required
