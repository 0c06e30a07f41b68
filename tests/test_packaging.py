"""The package as strangers get it: archive, wheel, a clean environment, a report and the app there."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive of this checkout, made from a copy so that nothing is left behind in it."""
    source = tmp_path_factory.mktemp("source") / "smallcap"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        capture_output=True, check=True, cwd=ROOT,
    ).stdout.decode().split("\0")  # fmt: skip
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    builder, out = tmp_path_factory.mktemp("builder"), tmp_path_factory.mktemp("sdist")
    venv.create(builder, with_pip=True)
    python = builder / "bin" / "python"
    pip(python, "install", *PROJECT["build-system"]["requires"])
    build = f"from {PROJECT['build-system']['build-backend']} import build_sdist; build_sdist({str(out)!r})"
    subprocess.run([str(python), "-c", build], cwd=source, capture_output=True, check=True)
    return next(out.glob("smallcap-*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the source archive makes: what it lacks, the wheel lacks."""
    out = tmp_path_factory.mktemp("wheel")
    pip(Path(sys.executable), "wheel", "--no-deps", "--wheel-dir", str(out), str(sdist))
    return next(out.glob("smallcap-*.whl"))


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that has the wheel, what it needs, and nothing else."""
    made = tmp_path_factory.mktemp("clean")
    venv.create(made, with_pip=True)
    pip(made / "bin" / "python", "install", str(wheel))
    return made / "bin"


def pip(python: Path, *args: str) -> None:
    done = subprocess.run(
        [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", *args],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_wheel_holds_every_file_under_one_name(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"smallcap"}
    code = [(top, kind) for top in ("core", "tui") for kind in ("*.py", "py.typed")]
    for top, kind in (*code, ("styles", "*.tcss"), ("seeds", "*.toml")):
        files = {f"smallcap/{path.relative_to(ROOT)}" for path in (ROOT / top).rglob(kind)}
        assert files
        assert files <= names


def test_the_version_is_said_in_one_place(clean: Path, sdist: Path, wheel: Path):
    version = PROJECT["project"]["version"]
    assert sdist.name == f"smallcap-{version}.tar.gz"
    assert wheel.name == f"smallcap-{version}-py3-none-any.whl"
    done = subprocess.run([str(clean / "smallcap"), "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"smallcap {version}\n"
    every = (path for top in ("core", "tui", "styles", "seeds") for path in (ROOT / top).rglob("*"))
    saying = [path for path in every if path.suffix in {".py", ".toml", ".tcss"}]
    assert [str(path) for path in saying if re.search(rf"__version__|{re.escape(version)}\b", path.read_text())] == []
    releases = re.findall(r"^## \[(.*)\] - ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert releases[0] == version


def test_the_installed_wheel_reports_without_a_terminal_or_a_warning(clean: Path, tmp_path: Path):
    done = subprocess.run(
        [str(clean / "python"), "-W", "error", "-m", "smallcap.tui", "report", "--as-of", "2026-10-30"],
        env={"SMALLCAP_HOME": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    assert "IWM/SPY as of Fri 2026-10-30 close  simulated market" in done.stdout


def test_the_installed_wheel_opens_far_from_the_checkout(clean: Path, tmp_path: Path):
    terminal = Terminal([str(clean / "smallcap")], {"SMALLCAP_HOME": str(tmp_path / "home")}, tmp_path)
    try:
        for words in ("SIMULATED", "WATCH", "SECTORS vs SPY", "SIZE  long IWM"):
            terminal.wait_for(words)
        terminal.press("j")
        terminal.wait_for("SIZE  long SPY")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    except AssertionError:
        terminal.kill()
        raise
