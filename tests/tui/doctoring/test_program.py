"""`smallcap doctor` on the program: Python, every package within its pin, and what may be in its way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path

import pytest
from smallcap.tui import doctor_program

from tests.tui.doctoring.conftest import says


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Other packages than those that are installed: their versions and what they ask for."""

    def pretend(versions: Mapping[str, str], wants: Mapping[str, list[str]]) -> None:
        def version(name: str) -> str:
            if name not in versions:
                raise metadata.PackageNotFoundError(name)
            return versions[name]

        monkeypatch.setattr(doctor_program.metadata, "version", version)
        monkeypatch.setattr(doctor_program.metadata, "requires", wants.get)

    return pretend


def test_a_package_within_its_pin_is_ok_and_outside_it_a_failure_with_the_command(installed):
    installed({"numpy": "2.3"}, {"smallcap": ["numpy<3,>=2.2"]})
    says(doctor_program.package("numpy", "numpy"), "ok", "2.3", ">=2.2,<3")
    installed({"numpy": "1.26"}, {"smallcap": ["numpy<3,>=2.2"]})
    says(doctor_program.package("numpy", "numpy"), "failure", "1.26", "-m pip install 'numpy>=2.2,<3'")
    installed({}, {"smallcap": ["numpy<3,>=2.2"]})
    says(doctor_program.package("numpy", "numpy"), "failure", "not installed", "-m pip install 'numpy>=2.2,<3'")
    installed({"numpy": "2.3"}, {"smallcap": []})
    says(doctor_program.package("numpy", "numpy"), "warning", "older install")


def test_conflicts_are_found_anywhere_in_the_tree_and_nowhere_else(installed):
    wants = {
        "smallcap": ["textual>=8"],
        "textual": ["rich>=14", 'tzdata; sys_platform == "win32"'],
        "other": ["rich<1"],
    }
    installed({"smallcap": "1", "textual": "8.2", "rich": "14.1", "other": "1"}, wants)
    says(doctor_program.packages(None), "ok", "2 packages fit together")
    installed({"smallcap": "1", "textual": "8.2", "rich": "13.0", "other": "1"}, wants)
    says(doctor_program.packages(None), "failure", "textual needs rich>=14, 13.0 is installed", "install 'rich>=14'")
    installed({"smallcap": "1", "textual": "8.2"}, wants)
    says(doctor_program.packages(None), "failure", "textual needs rich>=14, which is not installed")


def test_packages_that_need_each_other_end(installed):
    installed({"smallcap": "1", "A": "1", "B": "1"}, {"smallcap": ["A"], "A": ["B"], "B": ["A"]})
    says(doctor_program.packages(None), "ok", "2 packages")


def test_textual_plotext_is_a_warning(installed):
    installed({"textual-plotext": "1.0"}, {})
    says(doctor_program.strangers(None), "warning", "textual-plotext 1.0", "pip uninstall textual-plotext")


def test_a_foreign_package_called_core_is_a_warning_and_our_own_folder_is_not(
    installed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    installed({}, {})
    says(doctor_program.strangers(None), "ok")
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    says(doctor_program.strangers(None), "warning", "'core'", str(tmp_path))
    monkeypatch.undo()


def test_python_is_held_against_what_is_required(monkeypatch: pytest.MonkeyPatch):
    says(doctor_program.python(None), "ok", sys.executable)
    monkeypatch.setattr(doctor_program.platform, "python_version", lambda: "3.9.1")
    says(doctor_program.python(None), "failure", "3.9.1", "3.11")


def test_smallcap_that_is_not_installed_is_a_failure(installed):
    installed({}, {})
    says(doctor_program.ours(None), "failure", "without being installed", "pip install --editable")
    installed({"smallcap": "0.1.0"}, {})
    says(doctor_program.ours(None), "ok", "0.1.0")
