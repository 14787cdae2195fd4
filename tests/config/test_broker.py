"""The embedded broker: whole messages, the oldest first whichever queue it waits in."""

import threading
from collections import Counter

import pytest
from kombu import Connection, Consumer, Queue

FIRST, SECOND = Queue("first"), Queue("second")


@pytest.fixture
def options(tmp_path):
    for folder in ("queue", "control"):
        (tmp_path / folder).mkdir()
    return {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
        "polling_interval": 0.01,
    }


def connected(options):
    return Connection(transport="config.broker:Transport", transport_options=options)


def put(connection, queue, *bodies):
    producer = connection.Producer()
    for body in bodies:
        producer.publish(body, routing_key=queue.name, declare=[queue])


def taken(options, queues, count, patience=5.0):
    """What a consumer is given until so many have come, or none came for so long."""
    bodies = []
    with connected(options) as connection:

        def keep(body, message):
            bodies.append(body)
            message.ack()

        with Consumer(connection.channel(), queues, callbacks=[keep]):
            while len(bodies) < count:
                try:
                    connection.drain_events(timeout=patience)
                except TimeoutError:
                    break
    return bodies


def test_the_oldest_comes_first_whichever_queue_it_waits_in(options):
    with connected(options) as connection:
        put(connection, FIRST, "a", "b")
        put(connection, SECOND, "c")
        put(connection, FIRST, "d")

    assert taken(options, [SECOND, FIRST], 4) == ["a", "b", "c", "d"]


def test_a_queue_that_is_not_served_is_left_alone(options):
    with connected(options) as connection:
        put(connection, FIRST, "not mine")
        put(connection, SECOND, "mine")

    assert taken(options, [SECOND], 2, patience=0.3) == ["mine"]
    assert taken(options, [FIRST], 1) == ["not mine"]


def test_several_consumers_take_each_message_once(options):
    bodies = [f"message {number}" for number in range(60)]
    with connected(options) as connection:
        put(connection, FIRST, *bodies)
    found, lock = Counter(), threading.Lock()

    def work():
        mine = taken(options, [SECOND, FIRST], len(bodies), patience=0.5)
        with lock:
            found.update(mine)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert found == Counter(bodies)
