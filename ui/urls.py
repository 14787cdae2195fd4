from django.urls import URLPattern, path

from ui import views

app_name = "ui"
urlpatterns: list[URLPattern] = [path("styleguide/", views.styleguide, name="styleguide")]
