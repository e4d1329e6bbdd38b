"""The second best box: Landlock guards files and signals, seccomp the rest of the kernel."""

import json

from bpworkbook.grading.box import kernel, rules
from bpworkbook.grading.box.box import Box, Plan
from bpworkbook.grading.box.layout import Layout, environment
from bpworkbook.grading.box.limits import Limits


class Landlock:
    """No namespaces: for systems that do not allow them to users."""

    name = "landlock"
    isolated = True

    def available(self) -> str:
        """Return why it cannot be used here, ``""`` where it can."""
        if kernel.machine() < 0:
            return "it needs Linux on x86_64 or aarch64"
        if rules.version() < 1:
            return (
                "this kernel has no Landlock, or has it switched off (Linux 5.13 or newer has it)"
            )
        return ""

    def start(self, limits: Limits | None = None) -> Box:
        """Start a box."""
        plan = Plan(self.name, command, scratch_here=True, single=True)
        return Box(plan, limits or Limits())


def command(
    layout: Layout, code: str, control: int, scratch: str
) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts the server, and its environment."""
    settings = {
        "readable": [*layout.readable(), code],
        "listed": [*layout.prefixes, *layout.sites],
        "scratch": scratch,
    }
    return layout.command(code, "landlock", control, json.dumps(settings)), environment(scratch)
