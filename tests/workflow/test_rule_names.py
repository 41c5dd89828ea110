"""The functions of the rules, of which snakemake calls some in few studies alone."""

import json
import re
import subprocess
import sys

from support.harness import ROOT

# What snakemake gives to a Snakefile.
GIVEN = {
    *("branch", "collect", "config", "exists", "glob_wildcards", "local", "lookup", "report"),
    *("rules", "storage", "temp", "workflow", "WorkflowError"),
}
NO_PYTHON = re.compile(r"(use rule|rule|module|pathvars|wildcard_constraints|onstart|onsuccess)\b")
# Of a rule that is there in some studies alone.
RULE_IF = re.compile(r"^if (.+):\n\n(?=    (use )?rule )", re.MULTILINE)


def python_of(text: str) -> list[str]:
    """Return a rule file's lines, without its rules."""
    lines, kept = [], True
    for line in RULE_IF.sub(r"needed = \1\nrule:\n", text).splitlines():
        if re.match(r"[^\s#)]", line):
            kept = not NO_PYTHON.match(line)
        lines += [line] if kept else []
    return lines


def test_all_names_that_rules_functions_use_are_there(tmp_path):
    rules = ROOT / "workflow" / "rules"
    included = re.findall(r'include: "rules/(\w+\.smk)"', (rules.parent / "Snakefile").read_text())
    included.remove("apply.smk")  # which takes the others' place
    together = tmp_path / "rules.py"
    lines = [line for name in included for line in python_of((rules / name).read_text())]
    together.write_text("\n".join(lines))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821,E9"),
            *("--output-format", "json", str(together)),
        ],
        capture_output=True,
        text=True,
    )
    said = [one["message"] for one in json.loads(done.stdout)]
    names = {re.sub(r"Undefined name `(\w+)`", r"\1", message) for message in said}
    assert names - GIVEN == set()
    assert "workflow" in names  # the functions were looked at
