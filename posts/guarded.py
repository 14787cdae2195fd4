"""Becomes another program, with little memory, time and disk. Run as a program of its own.

    python -I guarded.py MEMORY SECONDS LARGEST PROGRAM ARGUMENT...

Memory and the largest file in bytes, time in seconds of work. Called by ffmpeg.py; what a child is
told of our surroundings is said here for every child that reads hostile files.
"""

import os
import resource
import sys

# No keys, but where a Python of one's own finds its libraries.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


def surroundings() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def main() -> None:
    memory, seconds, largest = (int(number) for number in sys.argv[1:4])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.execv(sys.argv[4], sys.argv[4:])


if __name__ == "__main__":
    main()
