"""`virtgate scan` on a made driver of 500,000 lines, and on real ones that are named.

    python benchmarks/scanning.py [PATH…] [--rounds N]

Prints the table of a section of docs/benchmarks.md. The interpreter is the one that runs this, with virtgate
installed. The made driver is the sources of tests/scan, each function of them among many that use nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import in_turns, timed

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "tests/scan"
LINES = 500_000
LINES_OF_A_FILE = 1_000
BUDGET = 5.0
# Functions that use nothing, with as many strings and comments as sources have.
FILLERS = {
    ".c": """
/* What is done with one {n}: a comment of some lines that names things
 * such as "execute" and goes on. */
static int
ourFunction{n}(Thing *thing, const char *name)
{{
    size_t i; // and another

    for (i = 0; i < thing->count; i++) {{
        if (STREQ(thing->parts[i].name, "part-{n}") && !name)
            return report(ERROR, "%s: '%s' has no part '%s'", __func__, name, "stop");
    }}
    return 0;
}}
""",
    ".go": """
// function{n} does something, and says so in a comment of some words.
func (t *Thing) function{n}(name string) error {{
\tfor _, part := range t.parts {{
\t\tif part.Name == "part-{n}" && name != "" {{
\t\t\treturn fmt.Errorf("%s: no part %q in %v", name, "quit", t)
\t\t}}
\t}}

\treturn nil
}}
""",
    ".pm": """
# function_{n} does something, and says so in a comment of some words.
sub function_{n} {{
    my ($self, $name, %rest) = @_;

    for my $part ($self->{{parts}}->@*) {{
        die "no part '$name' in 'thing'\\n" if $part->{{name}} eq 'part-{n}';
    }}
    return $rest{{memory}};
}}
""",
    ".py": '''
def function_{n}(self, name, **rest):
    """Do something, and say so in a docstring of some words."""
    for part in self.parts:
        if part.name == "part-{n}":  # and a comment
            raise ValueError("no part '%s' in %r" % (name, 'thing'))
    return rest.get("memory")
''',
}


def make_driver(folder: Path) -> int:
    """A driver in a folder; how many lines it has."""
    made, number = 0, 0
    samples = {path.suffix: path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*/*"))}
    while made < LINES:
        for suffix, filler in FILLERS.items():
            text = samples[suffix].partition("__END__")[0]
            while text.count("\n") < LINES_OF_A_FILE:
                text += filler.format(n=number)
                number += 1
            place = folder / f"part{made // (LINES // 20)}"
            place.mkdir(exist_ok=True)
            (place / f"file{number}{suffix}").write_text(text, encoding="utf-8")
            made += text.count("\n")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", metavar="PATH", nargs="*")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    begun = os.getloadavg()[0]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    with tempfile.TemporaryDirectory(prefix="virtgate-bench-") as folder:
        make_driver(Path(folder))
        named = {"a made driver": folder, **{Path(path).name: path for path in options.paths}}
        commands = {
            name: [sys.executable, "-m", "virtgate", "scan", path, "--json"] for name, path in named.items()
        }
        told = {
            name: json.loads(subprocess.run(argv, env=environment, capture_output=True, check=False).stdout)
            for name, argv in commands.items()
        }
        spent: dict[str, list[float]] = {name: [] for name in commands}

        def once(name: str) -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            took = timed(commands[name], environment, check=False)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            return took

        times = in_turns({name: lambda name=name: once(name) for name in commands}, options.rounds)
    print(f"load {begun:.1f} at the begin, {os.getloadavg()[0]:.1f} at the end; {options.rounds} turns\n")
    print("| what | files | lines | uses | wall | processor | within 5 s |")
    print("|---|---|---|---|---|---|---|")
    for name, found in times.items():
        wall, processor = statistics.median(found), statistics.median(spent[name][1:])
        lines = told[name]["lines"]
        met = "none" if lines < LINES else "yes" if wall <= BUDGET else "**no**"
        print(
            f"| {name} | {told[name]['files']} | {lines} | {len(told[name]['uses'])} | {wall:.2f} s |"
            f" {processor:.2f} s | {met} |"
        )


if __name__ == "__main__":
    main()
