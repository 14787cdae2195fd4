from django.urls import include, path

from delivery.views import deliveries as views
from delivery.views import restored as restores
from delivery.views.metrics import metrics

_deliveries = [
    path("", views.deliveries, name="list"),
    path("<int:pk>/", views.delivery, name="delivery"),
    path("<int:pk>/retry/", views.delivery_retry, name="delivery_retry"),
    path("<int:pk>/cancel/", views.delivery_cancel, name="delivery_cancel"),
    path("<int:pk>/confirm/", views.delivery_confirm, name="delivery_confirm"),
    path("<int:pk>/drop/", views.delivery_drop, name="delivery_drop"),
    path("restored/", restores.restored, name="restored"),
    path("restored/<int:pk>/noted/", restores.stray_noted, name="stray_noted"),
]

app_name = "delivery"
urlpatterns = [
    path("metrics", metrics, name="metrics"),
    path("t/<slug:team>/deliveries/", include(_deliveries)),
]
