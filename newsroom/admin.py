"""The people of the desk, in forms without the two-box chooser, which says nothing to a screen reader.

Who manages people gives nobody more rights than they have, and does not touch those who have more.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

# The library's own pages, registered by the import of its admin, would show the keys of everybody's second proof.
admin.site.unregister([User, Group, StaticDevice, TOTPDevice])


def own_permissions(request: HttpRequest) -> QuerySet[Permission]:
    """What the person may do, and so may let others do."""
    if getattr(request.user, "is_superuser", False):
        return Permission.objects.all()
    return Permission.objects.filter(Q(user=request.user.pk) | Q(group__user=request.user.pk)).distinct()


def own_groups(request: HttpRequest) -> QuerySet[Group]:
    """The groups whose members may do no more than the person."""
    more = Permission.objects.exclude(pk__in=own_permissions(request).values("pk"))
    return Group.objects.exclude(pk__in=Group.objects.filter(permissions__in=more).values("pk"))


def may_manage(request: HttpRequest, other: User) -> bool:
    """Whether `other` may do no more than the person, who is an active one."""
    if getattr(request.user, "is_superuser", False):
        return True
    others = Permission.objects.filter(Q(user=other.pk) | Q(group__user=other.pk))
    return not other.is_superuser and not others.exclude(pk__in=own_permissions(request).values("pk")).exists()


class Giving(admin.options.BaseModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """Only rights and groups that the person may give are there to choose from."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "groups":
            field.queryset = field.queryset.filter(pk__in=own_groups(request).values("pk"))
        elif field and db_field.name in ("permissions", "user_permissions"):
            field.queryset = field.queryset.filter(pk__in=own_permissions(request).values("pk"))
        return field


@admin.register(User)
class PersonAdmin(Giving, UserAdmin):  # type: ignore[type-arg]  # generic for mypy only
    filter_horizontal = ()
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only a superuser makes superusers."""
        always = ("last_login", "date_joined")
        return always if getattr(request.user, "is_superuser", False) else (*always, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_manage(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or may_manage(request, obj))


@admin.register(Group)
class PeopleAdmin(Giving, GroupAdmin):
    filter_horizontal = ()
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_own(request, obj)

    def _is_own(self, request: HttpRequest, group: Group | None) -> bool:
        return group is None or own_groups(request).filter(pk=group.pk).exists()
