"""Seconds since this process was started by the kernel, imports and interpreter included."""

import os
import time


def since_start() -> float:
    """Return seconds since the process began."""
    with open("/proc/self/stat", encoding="ascii") as file:  # noqa: PTH123
        ticks = float(file.read().rsplit(")", 1)[1].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
