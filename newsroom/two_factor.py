"""A second proof at the login, for those who want it: a code from an app (TOTP, RFC 6238), or one of some kept ones."""

from base64 import b32encode
from typing import Any

import segno
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django_otp.forms import OTPAuthenticationFormMixin
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

KEPT_CODES = 10
FIGURES = 6
NAME = "two_factor"


class LoginForm(OTPAuthenticationFormMixin, AdminAuthenticationForm):  # type: ignore[misc]  # the library has no types
    """Name and password, and the code of those who have set one up. A used or wrong code is not taken."""

    otp_token = forms.CharField(
        required=False,
        label="Code",
        max_length=20,
        help_text="If you have set up a second proof: from your app, or one of those that you keep.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}),
    )
    otp_error_messages = OTPAuthenticationFormMixin.otp_error_messages | {
        "token_required": "Type the code of your app, too.",
        "invalid_token": "This code is not right, or was used already. Wait for the next one.",
    }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        person = self.get_user()
        if isinstance(person, User) and is_set_up(person):
            self.clean_otp(person)
        return data

    def clean_otp_token(self) -> str:
        return "".join(self.cleaned_data["otp_token"].split()).lower()

    def _chosen_device(self, user: User) -> TOTPDevice | StaticDevice | None:
        """Whose code was typed: the app shows six figures, the kept ones are longer.

        Trying both, a wrong code would count against either.
        """
        typed = self.cleaned_data.get("otp_token", "")
        devices = TOTPDevice.objects if len(typed) == FIGURES else StaticDevice.objects
        return devices.filter(user=user, confirmed=True).first()

    def _update_form(self, user: User) -> None:
        """The library would offer a choice of devices here."""


def is_set_up(person: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=person, confirmed=True).exists())


@never_cache
def two_factor_view(request: HttpRequest) -> HttpResponse:
    """Set the second proof up, see whether it is, and give it up again."""
    person = request.user
    if not isinstance(person, User):
        raise PermissionDenied
    if request.method == "POST" and "off" in request.POST:
        give_up(person)
        messages.success(request, "From now on your password alone lets you in.")
        return redirect("admin:two_factor")
    context: dict[str, Any] = {**admin.site.each_context(request), "title": "Second proof at the login"}
    if is_set_up(person):
        return TemplateResponse(request, "admin/two_factor.html", context | {"is_set_up": True})
    app, _ = TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": NAME})
    if request.method == "POST":
        if codes := set_up(app, request.POST.get("code", "")):
            return TemplateResponse(request, "admin/two_factor.html", context | {"is_set_up": True, "codes": codes})
        context["is_wrong"] = True
    context["secret"] = b32encode(app.bin_key).decode()
    context["picture"] = segno.make(app.config_url, error="m").svg_inline(scale=5)
    return TemplateResponse(request, "admin/two_factor.html", context)


def set_up(app: TOTPDevice, code: str) -> list[str]:
    """Ask for codes of the app from now on, if it shows the right one: the codes to keep; otherwise none."""
    with transaction.atomic():
        if not app.verify_token(code.replace(" ", "")):
            return []
        app.confirmed = True
        app.save()
        kept, _ = StaticDevice.objects.get_or_create(user=app.user, name=NAME)
        kept.token_set.all().delete()
        codes = [StaticToken.random_token() for _ in range(KEPT_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=kept, token=code) for code in codes)
        return codes


def give_up(person: User) -> None:
    """Ask for no codes any more."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=person).delete()
        StaticDevice.objects.filter(user=person).delete()
