"""The embedded broker: kombu's file system transport with one flaw mended.

kombu creates a message's file and then writes it, so a consumer may take it while it is empty and
die of it. Here a message appears in the folder whole, by a rename.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(  # type: ignore[override]  # the stubs of kombu contradict each other here
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        # Without the ending it is nobody's message yet.
        unfinished = folder / f"{name}.new"
        try:
            unfinished.write_text(dumps(payload))
            unfinished.rename(folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot write to the broker's folder {folder}: {error}") from error


class Transport(filesystem.Transport):
    Channel = Channel
