"""No box at all: a process with limits, for systems that have nothing better."""

import json
import os

from bpworkbook.grading.box.box import Box, Plan
from bpworkbook.grading.box.layout import Layout, environment
from bpworkbook.grading.box.limits import Limits


class Plain:
    """Limits on time, memory and output; files, network and other processes can be reached.

    Python's own functions for these are refused, which C code can get around.
    """

    name = "plain"
    isolated = False

    def available(self) -> str:
        """Return why it cannot be used here, ``""`` where it can."""
        if not hasattr(os, "fork"):
            return "it needs a system with fork: on Windows use WSL"
        return ""

    def start(self, limits: Limits | None = None) -> Box:
        """Start a box."""
        plan = Plan(self.name, command, scratch_here=True, single=False)
        return Box(plan, limits or Limits())


def command(
    layout: Layout, code: str, control: int, scratch: str
) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts the server, and its environment."""
    return layout.command(code, "plain", control, json.dumps({"scratch": scratch})), environment(
        scratch
    )
