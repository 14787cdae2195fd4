from django.urls import include, path

from delivery.views import one, outage, restored, selection
from delivery.views.list import deliveries, pulse
from delivery.views.metrics import metrics

_deliveries = [
    path("", deliveries, name="list"),
    path("pulse/", pulse, name="pulse"),
    path("selection/retry/", selection.selection_retry, name="selection_retry"),
    path("selection/live/", selection.selection_live, name="selection_live"),
    path("selection/reschedule/", selection.selection_reschedule, name="selection_reschedule"),
    path("selection/cancel/", selection.selection_cancel, name="selection_cancel"),
    path("selection/hold/", selection.selection_hold, name="selection_hold"),
    path("selection/resume/", selection.selection_resume, name="selection_resume"),
    path("outages/<int:pk>/paced/", outage.outage_paced, name="outage_paced"),
    path("outages/<int:pk>/reschedule/", outage.outage_reschedule, name="outage_reschedule"),
    path("outages/<int:pk>/drop/", outage.outage_drop, name="outage_drop"),
    path("undo/<int:pk>/", selection.undo, name="undo"),
    path("<int:pk>/", one.delivery, name="delivery"),
    path("<int:pk>/retry/", one.delivery_retry, name="delivery_retry"),
    path("<int:pk>/cancel/", one.delivery_cancel, name="delivery_cancel"),
    path("<int:pk>/confirm/", one.delivery_confirm, name="delivery_confirm"),
    path("<int:pk>/reschedule/", one.delivery_reschedule, name="delivery_reschedule"),
    path("<int:pk>/drop/", one.delivery_drop, name="delivery_drop"),
    path("<int:pk>/stop/", one.delivery_stop, name="delivery_stop"),
    path("restored/", restored.restored, name="restored"),
    path("restored/<int:pk>/noted/", restored.stray_noted, name="stray_noted"),
]

app_name = "delivery"
urlpatterns = [
    path("metrics", metrics, name="metrics"),
    path("t/<slug:team>/deliveries/", include(_deliveries)),
]
