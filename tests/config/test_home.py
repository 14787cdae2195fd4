import os
import stat
import time

import pytest

from config.supervisor.errors import CannotStart
from config.supervisor.home import STALE_MESSAGE_SECONDS, Home


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "data")
    yield home
    home.close()


def test_a_second_one_is_refused_and_told_of_the_first(home, tmp_path):
    home.open()
    with pytest.raises(CannotStart, match=rf"process {os.getpid()}"):
        Home(tmp_path / "data").open()


def test_it_is_free_again_when_the_first_has_gone(home, tmp_path):
    home.open()
    home.close()
    second = Home(tmp_path / "data")
    second.open()
    second.close()


def test_a_file_in_its_place_is_a_clear_error(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(CannotStart, match="is not writable"):
        Home(tmp_path / "taken" / "data").open()


def test_the_keys_are_made_once_and_readable_by_their_owner_only(home):
    home.open()
    keys = home.secrets()
    assert set(keys) == {"DRUMBEAT_SECRET_KEY", "DRUMBEAT_TOKEN_KEYS", "DRUMBEAT_VAPID_KEY"}
    assert len(keys["DRUMBEAT_SECRET_KEY"]) >= 50
    assert home.secrets() == keys
    assert stat.S_IMODE((home.path / "secrets.env").stat().st_mode) == 0o600


def test_a_key_that_came_later_is_added_to_those_of_before(home):
    home.open()
    path = home.path / "secrets.env"
    keys = home.secrets()
    path.write_text("".join(line for line in path.open() if "VAPID" not in line))
    again = home.secrets()
    assert again["DRUMBEAT_TOKEN_KEYS"] == keys["DRUMBEAT_TOKEN_KEYS"]
    assert again["DRUMBEAT_VAPID_KEY"] != keys["DRUMBEAT_VAPID_KEY"]
    assert home.secrets() == again
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_homes_have_different_keys(tmp_path):
    keys = []
    for name in ("one", "two"):
        home = Home(tmp_path / name)
        home.open()
        keys.append(home.secrets())
        home.close()
    assert not set(keys[0].values()) & set(keys[1].values())


def test_old_messages_of_dead_workers_are_thrown_away(home):
    home.open()
    home.close()
    old = [home.scratch / "1_a.mail.msg", home.broker / "queue" / "1_b.publish.msg"]
    young = home.broker / "queue" / "2_c.publish.msg"
    for file in (*old, young):
        file.write_text("{}")
    past = time.time() - STALE_MESSAGE_SECONDS - 1
    for file in old:
        os.utime(file, (past, past))
    home.open()
    assert [file.exists() for file in old] == [False, False]
    assert young.exists()
