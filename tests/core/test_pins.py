"""Whether a version fits what is asked for; PEP 440's own examples, and lines as packages' metadata write them."""

from __future__ import annotations

import pytest
from smallcap.core import pins

HERE = {"python_version": "3.11", "sys_platform": "linux", "implementation_name": "cpython"}


@pytest.mark.parametrize(
    ("versions", "installed", "fits"),
    [
        (">=8.2,<9", "8.2.8", True),
        (">=8.2,<9", "8.2", True),
        (">=8.2,<9", "8.1.9", False),
        (">=8.2,<9", "9.0.0", False),
        (">=8.2,<9", "9.0.0rc1", False),
        (">=8.2,<9", "10.1", False),
        (">=2025.2", "2025.10", True),
        ("", "0.1", True),
        ("==1.2", "1.2.0", True),
        ("==1.2.*", "1.2.9", True),
        ("==1.2.*", "1.3", False),
        ("!=1.5.*", "1.5.2", False),
        ("!=1.5", "1.5.0", False),
        ("~=0.1", "0.9", True),
        ("~=0.1", "1.0", False),
        ("~=2.2.3", "2.2.10", True),
        ("~=2.2.3", "2.3.0", False),
        (">=1.0", "1.0rc1", False),
        (">=1.0", "1.0.post1", True),
        (">1.0", "1.0", False),
        ("<=1.0", "1.0", True),
        (">=1.0", "not a version", True),
        (">=1.0", "1.0+local", True),
    ],
)
def test_versions_compare_as_numbers(versions: str, installed: str, fits: bool):
    assert pins.allows(versions, installed) is fits


@pytest.mark.parametrize(
    ("line", "name", "versions", "marker"),
    [
        ("numpy<3,>=2.2", "numpy", "<3,>=2.2", ""),
        ("markdown-it-py[linkify] (>=2.1.0)", "markdown-it-py", ">=2.1.0", ""),
        ('tzdata; sys_platform == "win32"', "tzdata", "", 'sys_platform == "win32"'),
        ('numpy >= 2.0.2 ; python_version < "3.14"', "numpy", ">=2.0.2", 'python_version < "3.14"'),
        ("pycparser", "pycparser", "", ""),
    ],
)
def test_a_line_of_metadata_is_read(line: str, name: str, versions: str, marker: str):
    assert pins.pin(line) == (name, versions, marker)


@pytest.mark.parametrize("line", ["", "???", "; python_version < '3'"])
def test_a_line_that_is_no_requirement_is_none(line: str):
    assert pins.pin(line) is None


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("", True),
        ('python_version < "3.14"', True),
        ('python_version >= "3.9"', True),
        ('python_version < "3.9"', False),
        ('sys_platform == "win32"', False),
        ('sys_platform == "win32" or sys_platform == "linux"', True),
        ('python_version >= "3.9" and sys_platform == "win32"', False),
        ('implementation_name != "PyPy"', True),
        ('extra == "test"', False),
        ("a marker from another world", False),
    ],
)
def test_a_marker_holds_for_this_interpreter_or_not(marker: str, holds: bool):
    assert pins.applies(marker, HERE) is holds


def test_names_are_compared_as_the_index_does():
    assert pins.same("Typing_Extensions") == pins.same("typing.extensions") == "typing-extensions"
