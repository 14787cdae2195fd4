"""How people, browsers and other programs are told. A part of base.py."""

from config.settings import env

# How long a worker may take over one mail, or one call of a webhook, until another takes it up.
NOTICE_LEASE_SECONDS = env.integer("DRUMBEAT_NOTICE_LEASE_SECONDS", 120)
# What signs for push services that it is us; browsers are let in for one key and no other.
VAPID_KEY = env.text("DRUMBEAT_VAPID_KEY", "").strip()
# Origins in our own network that teams may name for webhooks, such as http://chat.lan:8065; any
# other private address is refused.
WEBHOOK_HOSTS = env.words("DRUMBEAT_WEBHOOK_HOSTS")
OUTGOING_CALLER = "config.outgoing.post"
