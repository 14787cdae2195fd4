"""The embedded broker: kombu's file system transport with two flaws mended.

kombu creates a message's file and then writes it, so a consumer may take it while it is empty and
die of it. Here a message appears in the folder whole, by a rename. And kombu lists the folder once
for each queue: here one look is for all of them, and the oldest message comes first.
"""

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _poll(  # called by kombu for whatever has come, whichever queue it is in
        self,
        cycle: object,
        callback: Callable[[dict[str, Any], str], None],
        timeout: float | None = None,
    ) -> None:
        """Deliver the oldest message. Raises Empty."""
        queues = {f"{queue}.msg": queue for queue in self._active_queues}
        for name in sorted(os.listdir(self.data_folder_in)):
            queue = queues.get(name.partition(".")[2])
            if queue is None:
                continue
            try:
                message = self._get(queue)
            except Empty:
                # Another consumer was quicker.
                continue
            callback(message, queue)
            return
        raise Empty

    def _put(  # type: ignore[override]  # the stubs of kombu contradict each other here
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        # Without the ending it is nobody's message yet.
        unfinished = folder / f"{name}.new"
        try:
            unfinished.write_text(dumps(payload))
            unfinished.rename(folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot write to the broker's folder {folder}: {error}") from error


class Transport(filesystem.Transport):
    Channel = Channel
