"""One web server for the tests of this folder, on their database; people who enter signed in."""

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

from config.supervisor.stack import Options
from tests.browser.world import World
from tests.factories.publishers import ChannelFactory
from tests.processes import RunningStack, database_url_of_this_test, free_port


@pytest.fixture(scope="package")
def web(django_db_setup, django_db_blocker, collected_static, tmp_path_factory):
    """The web process alone, with the keys of the tests: each reads what the other seals."""
    with django_db_blocker.unblock():
        call_command("createcachetable", "cache", verbosity=0)
        database_url = database_url_of_this_test()
    running = RunningStack(
        Options(
            data=tmp_path_factory.mktemp("browser"),
            port=free_port(),
            database_url=database_url,
            settings="config.settings.journey",
            children=("web",),
            env={
                "DRUMBEAT_STATIC": str(collected_static),
                "DRUMBEAT_SECRET_KEY": django_settings.SECRET_KEY,
                "DRUMBEAT_TOKEN_KEYS": ",".join(django_settings.TOKEN_KEYS),
                "DRUMBEAT_LOG_LEVEL": "WARNING",
                "EMAIL_HOST": "",
            },
            prepare=False,
            demo=False,
        )
    )
    running.start()
    yield running
    running.stop()
    print(running.log)


@pytest.fixture(autouse=True)
def own_data_dir(settings, web):
    """Pictures made by a factory lie where the web process looks for them."""
    settings.DATA_DIR = web.options.data
    settings.MEDIA_ROOT = web.options.data / "media"
    settings.SITE_URL = web.address
    settings.SANDBOX_URL = f"{web.address}/sandbox"


@pytest.fixture
def world(web, transactional_db):
    """The demo team, with what the demo has not."""
    call_command("demo", verbosity=0)
    return World()


@pytest.fixture
def channel(team):
    """Nobody has to be asked; it takes a first comment."""
    team.review_required = False
    team.save(update_fields=["review_required"])
    return ChannelFactory(team=team, platform="mastodon", name="Press")


@pytest.fixture
def enter(web, person, as_user):
    """`enter(alice, "/t/tidewater/board/")`: that person's own browser, signed in, on the page."""

    def walk_in(user, path="", **options):
        page = person(web.address, **options)
        if user is not None:
            cookie = as_user(user).cookies[django_settings.SESSION_COOKIE_NAME]
            page.context.add_cookies(
                [{"name": cookie.key, "value": cookie.value, "url": web.address}]
            )
        if path:
            page.goto(path)
        return page

    return walk_in
