from django.urls import URLPattern

app_name = "publishers"
urlpatterns: list[URLPattern] = []
