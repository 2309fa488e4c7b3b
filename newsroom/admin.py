"""The people of the desk, in forms without the two-box chooser, which says nothing to a screen reader."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

# The library's own pages, registered by the import of its admin, would show the keys of everybody's second proof.
admin.site.unregister([User, Group, StaticDevice, TOTPDevice])


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # generic for mypy only
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    actions = None


@admin.register(Group)
class PeopleAdmin(GroupAdmin):
    filter_horizontal = ()
    actions = None
