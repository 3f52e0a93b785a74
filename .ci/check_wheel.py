"""Builds the wheel, checks its file list, and runs it where a folder called `parsers` lies in wait."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = {
    "losstui/": "losstui/",
    "parsers/losstui_parsers/": "losstui_parsers/",
    "sample_logs/": "losstui/sample_logs/",
}


def tracked() -> list[str]:
    """The files git knows, relative to the root."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    return listed.stdout.splitlines()


def expected() -> set[str]:
    """The names the wheel must hold besides its metadata."""
    return {
        target + name.removeprefix(folder)
        for name in tracked()
        for folder, target in SHIPPED.items()
        if name.startswith(folder)
    }


def check_files(wheel: Path) -> None:
    """Stop with the difference where the wheel holds other files than it should."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    missing, surplus = expected() - names, names - expected()
    if missing or surplus:
        sys.exit(f"{wheel.name}: missing {sorted(missing)}, not expected {sorted(surplus)}")
    print(f"{wheel.name}: {len(names)} files, as expected")


def run_installed(wheel: Path, scratch: Path) -> None:
    """Install the wheel on its own and run it from a folder with a decoy `parsers` package."""
    venv.create(scratch / "venv", with_pip=True)
    python = scratch / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True)
    work = scratch / "work"
    (work / "parsers").mkdir(parents=True)
    (work / "parsers" / "__init__.py").write_text("raise SystemExit('the decoy was imported')\n")
    for command in ([scratch / "venv" / "bin" / "losstui"], [python, "-m", "losstui"]):
        done = subprocess.run(
            [*command, "--json", "--demo"], cwd=work, check=True, capture_output=True, text=True
        )
        report = json.loads(done.stdout)
        if not report["runs"] or report["errors"]:
            sys.exit(f"the installed wheel read {len(report['runs'])} runs, errors: {report['errors']}")
        print(f"{' '.join(map(str, command))} --json --demo: {len(report['runs'])} runs")


def main() -> None:
    """Build, check, install, run."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        subprocess.run(
            [sys.executable, "-m", "build", "--wheel", "--outdir", scratch / "dist", ROOT],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        [wheel] = (scratch / "dist").glob("*.whl")
        check_files(wheel)
        run_installed(wheel, scratch)


if __name__ == "__main__":
    main()
