from allauth.account.forms import ResetPasswordForm
from django import forms


class Sample(forms.Form):
    title = forms.CharField(required=False, help_text="Only the team sees this.")
    time = forms.CharField()
    repeat = forms.ChoiceField(choices=[("a", "Once"), ("b", "Weekly")], widget=forms.RadioSelect)
    agree = forms.BooleanField(required=False)
    place = forms.CharField(required=False, widget=forms.TextInput(attrs={"placeholder": "Lisbon"}))


def test_label_help_and_error_belong_to_the_field():
    html = str(Sample({"title": "", "time": "", "repeat": "a"})["time"].as_field_group())
    assert '<label class="field__label" for="id_time">' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_time_error"' in html
    assert 'id="id_time_error"' in html
    assert 'class="input"' in html


def test_help_is_the_fields_description():
    html = Sample()["title"].as_field_group()
    assert 'aria-describedby="id_title_helptext"' in html
    assert 'id="id_title_helptext"' in html
    assert "optional" in html


def test_a_refused_form_sums_up_its_errors_with_links():
    html = str(Sample({"repeat": "a"}))
    assert 'role="alert"' in html
    assert 'href="#id_time"' in html
    assert "form__summary" not in str(Sample())


def test_choices_are_a_named_group():
    html = Sample()["repeat"].as_field_group()
    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count('class="check"') == 2
    assert 'class="input"' not in html


def test_a_check_has_its_words_beside_it():
    html = Sample()["agree"].as_field_group()
    assert '<label class="check">' in html
    assert 'class="input"' not in html


def test_a_placeholder_does_not_repeat_its_label():
    assert "placeholder" not in ResetPasswordForm()["email"].as_field_group()
    assert 'placeholder="Lisbon"' in Sample()["place"].as_field_group()


def test_what_was_typed_is_kept_and_escaped():
    html = Sample({"title": "<b>", "time": ""})["title"].as_field_group()
    assert 'value="&lt;b&gt;"' in html
