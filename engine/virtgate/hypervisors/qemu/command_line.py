"""How a QEMU of any age is started for a probe: the full command line, and less of it for older builds."""

from __future__ import annotations

import re

KVM_OR_TCG = "kvm:tcg"
LADDER: tuple[tuple[tuple[str, ...], ...], ...] = (  # for each purpose, from today's spelling to none
    (("-S",),),
    (("-no-user-config",), ("-nodefconfig",), ()),  # 1.2, 0.13
    (("-nodefaults",), ()),  # 0.12
    (("-display", "none"), ("-nographic",)),  # 0.15
    (("-monitor", "none"),),
    (("-serial", "none"),),
    (("-machine", "none,accel={accel}"), ("-machine", "accel={accel}"), ()),  # 1.0, 0.15
    (("-qmp", "stdio"),),  # 0.13
)
MACHINE = 6
OPTION_REFUSED = re.compile(
    r"(?:invalid option(?: -- )?|unknown option|unrecognized option)[ :]*['\"`]?-{0,2}(?P<after>[a-z][\w-]*)"
    r"|(?<!\w)-{1,2}(?P<before>[a-z][\w-]*): (?:invalid|unknown|unrecognized) option"
)
MACHINE_REFUSED = re.compile(
    r"unsupported machine type|no machine specified|supported machines are|machine .*not found", re.IGNORECASE
)


class CommandLine:
    """The arguments of one start; `relax` gives up what the last start was refused for."""

    def __init__(self, accel: str) -> None:
        self.accel = accel
        self._rungs = [0] * len(LADDER)

    def arguments(self) -> list[str]:
        """What follows the binary."""
        chosen = (LADDER[place][rung] for place, rung in enumerate(self._rungs))
        return [word.format(accel=self.accel) for words in chosen for word in words]

    def relax(self, errors: str) -> bool:
        """Take one step down as standard error says; False when it says nothing that a step would help."""
        if MACHINE_REFUSED.search(errors):
            return self._step_down(MACHINE)
        for match in OPTION_REFUSED.finditer(errors):
            option = "-" + (match["after"] or match["before"])
            for place, rung in enumerate(self._rungs):
                if option in LADDER[place][rung][:1]:
                    return self._step_down(place)
        return False

    def _step_down(self, place: int) -> bool:
        if self._rungs[place] + 1 >= len(LADDER[place]):
            return False
        self._rungs[place] += 1
        return True
