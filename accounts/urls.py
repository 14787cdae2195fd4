from django.urls import URLPattern, path

from accounts.views import audit, home, invitation, keys, me, profile, team

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("switch/", home.switch, name="switch"),
    path("teams/new/", home.team_create, name="team_create"),
    path("you/", profile.profile, name="profile"),
    path("you/theme/", profile.theme, name="theme"),
    path("t/<slug:team>/leave/", profile.leave, name="leave"),
    path("t/<slug:team>/settings/", team.team_settings, name="team_settings"),
    path("t/<slug:team>/settings/retries/", team.team_retries, name="team_retries"),
    path("t/<slug:team>/settings/holidays/", team.team_holidays, name="team_holidays"),
    path("t/<slug:team>/settings/audit/", audit.audit_log, name="audit"),
    path("t/<slug:team>/settings/audit/export/", audit.audit_export, name="audit_export"),
    path("t/<slug:team>/settings/audit/kept/", audit.audit_retention, name="audit_retention"),
    path("t/<slug:team>/settings/keys/", keys.api_keys, name="api_keys"),
    path(
        "t/<slug:team>/settings/keys/<int:pk>/revoke/", keys.api_key_revoke, name="api_key_revoke"
    ),
    path("api/v1/me", me.me, name="me"),
    path("t/<slug:team>/members/<int:pk>/role/", team.member_role, name="member_role"),
    path("t/<slug:team>/members/<int:pk>/remove/", team.member_remove, name="member_remove"),
    path("t/<slug:team>/invitations/", team.invitation_new, name="invitation_new"),
    path(
        "t/<slug:team>/invitations/<int:pk>/resend/",
        team.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "t/<slug:team>/invitations/<int:pk>/revoke/",
        team.invitation_revoke,
        name="invitation_revoke",
    ),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("invitations/<str:token>/accept/", invitation.invitation_accept, name="invitation_accept"),
    path("invitations/<str:token>/signup/", invitation.invitation_signup, name="invitation_signup"),
]
