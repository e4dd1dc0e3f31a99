"""The macros that show forms."""

from __future__ import annotations

from django import forms
from django.template import engines


class Question(forms.Form):
    title = forms.CharField(label="问题标题")
    urgency = forms.ChoiceField(label="紧急程度", choices=[("1", "紧急"), ("2", "不紧急")], widget=forms.RadioSelect)
    remark = forms.CharField(label="备注", required=False)
    private = forms.BooleanField(label="不公开", required=False)


def show(form: forms.Form) -> str:
    """All of the form through the macros."""
    source = """
        {% from "ui/forms.html" import checkbox, field, form_errors %}
        {{ form_errors(form) }}{{ field(form.title, "请简明扼要。") }}{{ field(form.urgency) }}
        {{ field(form.remark) }}{{ checkbox(form.private) }}"""
    return engines["jinja2"].from_string(source).render({"form": form})


def test_an_untouched_form_shows_no_fault() -> None:
    page = show(Question())
    assert "field-error" not in page
    assert "is-invalid" not in page
    assert "alert" not in page


def test_required_fields_carry_the_star_and_others_do_not() -> None:
    page = show(Question())
    assert 'class="form-label required"\n             for="id_title"' in page
    assert 'class="form-label"\n             for="id_remark"' in page


def test_a_fault_stands_beside_its_field_and_is_tied_to_it() -> None:
    page = show(Question({"remark": "<b>"}))
    assert 'aria-describedby="id_title_hint id_title_error"' in page
    assert 'id="id_title_error"' in page
    assert 'aria-invalid="true"' in page
    assert "有 2 处需要修改" in page
    assert 'href="#id_title"' in page
    assert 'href="#id_urgency"' in page
    assert 'id="id_urgency"' in page
    assert 'value="&lt;b&gt;"' in page  # what was typed stays, and stays text


def test_a_group_of_choices_has_one_legend() -> None:
    page = show(Question({"urgency": "2"}))
    assert page.count("<legend") == 1
    assert page.count('type="radio"') == 2
    assert page.count("checked") == 1
