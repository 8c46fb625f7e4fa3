"""From an interpreter's start to the first answer of a cached host, beside a bare one and a warm `virsh`."""

from __future__ import annotations

import shutil
import statistics
import subprocess

from measure import Place, Row, in_turns, median_over, milliseconds, timed

# Every form in which a driver that is a shell script asks.
FORMS = ((), ("--quiet",), ("--json",), ("--accel", "kvm"), ("--refuse", "backports"))
FIRST_ANSWER = "import virtgate; virtgate.open({binary!r}).enabled('block.mirror')"


def virsh(folder: str) -> list[str]:
    return ["virsh", "-c", f"qemu:///embed?root={folder}", "domcapabilities"]


def has_virsh() -> bool:
    return shutil.which("virsh") is not None


def measure(place: Place) -> list[Row]:
    environment = place.environment()
    code = FIRST_ANSWER.format(binary=place.binary)
    check = [str(place.own / "bin/virtgate"), "check", "block.mirror", place.binary]
    runs = {
        "bare": lambda: timed([place.python, "-I", "-c", "pass"], environment),
        "answer": lambda: timed([place.python, "-I", "-c", code], environment),
        **{
            " ".join(("check", *form)): lambda form=form: timed([*check, *form], environment, check=False)
            for form in FORMS
        },
    }
    if has_virsh():
        argv = virsh(str(place.scratch / "libvirt-warm"))
        subprocess.run(argv, check=True, capture_output=True)
        runs["virsh"] = lambda: timed(argv, environment)
    times = in_turns(runs, place.rounds)
    peer = "`virsh domcapabilities`, warm: "
    peer += milliseconds(statistics.median(times["virsh"])) if "virsh" in times else "not installed"
    bare = f"a bare interpreter: {milliseconds(statistics.median(times['bare']))}"
    rows = []
    for name, what, budget in (
        ("answer", "start to first answer, host cached, over a bare interpreter", 0.004),
        *(
            (words, f"`virtgate {words}`, host cached, over a bare interpreter", 0.015)
            for words in (" ".join(("check", *form)) for form in FORMS)
        ),
    ):
        over = median_over(times, name, "bare")
        best = min(times[name]) - min(times["bare"])
        rows.append(
            Row(
                what=what,
                ours=f"{milliseconds(over)} (best to best {milliseconds(best)})",
                budget=f"at most {budget * 1000:.0f} ms",
                met=over <= budget,
                beside=f"{bare}; {peer}",
                runs=place.rounds,
            )
        )
    return rows
