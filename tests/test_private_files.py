"""What is the user's stays so: private files, no link followed, no foreign pickle loaded."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from smallcap.core import filing
from smallcap.core.bars import Panel
from smallcap.core.live import yahoo
from smallcap.tui import cli, exporting, saving
from smallcap.tui.output import _of_the_system, write_anew

from tests.tui.plans.conftest import plan_on
from tests.tui.stage import staged

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=[0o000, 0o077], ids=["umask 000", "umask 077"])
def any_umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """An umask, for the test's time."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command in a home of its own, not made yet: its exit code, and what it wrote."""
    monkeypatch.setenv("SMALLCAP_HOME", str(tmp_path / "deep" / "home"))
    monkeypatch.setenv("SMALLCAP_NOW", "2017-10-11T23:00:00+00:00")
    monkeypatch.chdir(tmp_path)

    def run(*argv: str) -> tuple[int, str, str]:
        code = cli.run(argv)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


# --- files --------------------------------------------------------------------------------------------------------


def test_every_file_of_ours_is_the_users_alone_whatever_the_umask(
    panel: Panel, write_folder: Callable[..., Path], run: Run, tmp_path: Path, any_umask: int
):
    folder, home = write_folder(panel), tmp_path / "deep" / "home"
    assert run("config", "--init")[0] == 0
    assert run("report", "--source", str(folder))[0] in {0, 3}
    assert run("plan", "active", "--save")[0] == 0
    assert run("watch", "--once", "--alert", "IWM < 1")[0] in {0, 3}
    from smallcap.core import account
    from smallcap.core.alarms import Alarms
    from smallcap.core.slate import Slate

    account.remember(home / "account.json", {"equity": 5000.0})
    Alarms(home / "alerts.json").update([lambda _: Slate(highest=1)])
    found = {path.name: mode(path) for path in home.iterdir()}
    assert found.keys() >= {"smallcap.toml", "store.sqlite3", "plans.jsonl", "account.json", "alerts.json"}
    assert found.keys() >= {"plans.jsonl.lock", "alerts.json.lock"}
    assert set(found.values()) == {0o600}, found
    assert mode(home) == mode(home.parent) == 0o700
    saving.save(tmp_path, "screen", {".svg": "x", ".txt": "x"})
    assert mode(tmp_path / "screen.svg") == mode(tmp_path / "screen.txt") == 0o600


def test_a_file_that_was_asked_for_by_name_follows_the_umask(panel: Panel, run: Run, tmp_path: Path, any_umask: int):
    assert run("size", "--output", "size.txt")[0] == 0
    exporting.export(plan_on(staged(panel), staged(panel).shown.reading.as_of), str(tmp_path / "plan.md"))
    assert mode(tmp_path / "size.txt") == mode(tmp_path / "plan.md") == 0o666 & ~any_umask


def test_no_link_is_followed_where_a_file_is_replaced(panel: Panel, run: Run, tmp_path: Path):
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    size, plan = tmp_path / "size.txt", tmp_path / "plan.md"
    for path in (size, tmp_path / f".size.txt.{os.getpid()}.part", tmp_path / f".plan.md.{os.getpid()}.part"):
        path.symlink_to(theirs)
    assert run("size", "--output", "size.txt")[0] == 0
    exporting.export(plan_on(staged(panel), staged(panel).shown.reading.as_of), str(plan))
    for ending in (".svg", ".txt"):
        (tmp_path / f".screen{ending}.part").symlink_to(theirs)
    saving.save(tmp_path, "screen", {".svg": "x", ".txt": "x"})
    (tmp_path / "account.json").symlink_to(theirs)
    filing.replace(tmp_path / "account.json", b"{}")
    (tmp_path / "anew").symlink_to(theirs)
    write_anew(tmp_path / "anew", "new")
    assert theirs.read_text() == "theirs"
    for path in (size, plan, tmp_path / "screen.svg", tmp_path / "account.json", tmp_path / "anew"):
        assert not path.is_symlink()


def test_a_config_is_never_written_through_a_link(run: Run, tmp_path: Path):
    home = tmp_path / "deep" / "home"
    home.mkdir(parents=True)
    (home / "smallcap.toml").symlink_to(tmp_path / "nowhere")
    code, _, err = run("config", "--init")
    assert code == 1
    assert "is there already, and stays as it is" in err
    assert not (tmp_path / "nowhere").exists()


def test_standard_output_is_written_to_by_its_name_too(tmp_path: Path):
    made = tmp_path / "made.txt"
    # Before anything is written: were it not so, root would have put a file in the place of /dev/stdout.
    assert all(_of_the_system(Path(folder)) for folder in ("/dev", "/dev/fd", "/proc/self/fd"))
    assert not any(_of_the_system(folder) for folder in (tmp_path, Path("/dev/shm"), Path()))
    for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
        with made.open("w") as file:
            env = {**os.environ, "SMALLCAP_HOME": str(tmp_path)}
            code = "import sys; from pathlib import Path; from argparse import Namespace\n"
            code += "from smallcap.tui.output import put; put(Namespace(output=Path(sys.argv[1])), 'told')"
            subprocess.run([sys.executable, "-c", code, name], env=env, stdout=file, check=True)
        assert made.read_text() == "told", name
        assert Path("/dev/stdout").is_symlink()


def test_a_config_that_everybody_may_write_is_refused_and_one_of_a_link_is_read(run: Run, tmp_path: Path):
    home = tmp_path / "deep" / "home"
    home.mkdir(parents=True)
    config = home / "smallcap.toml"
    config.write_text("equity = 5000\n")
    config.chmod(0o666)
    code, out, err = run("size")
    assert (code, out) == (2, "")
    assert (
        err == f"smallcap: {config} is not read, as every user of this machine may write to it: chmod go-w {config}\n"
    )
    config.chmod(0o644)
    assert run("size")[0] == 0
    config.rename(tmp_path / "dotfile")
    config.symlink_to(tmp_path / "dotfile")
    assert json.loads(run("config", "--format", "json")[1])["settings"]["equity"]["value"] == 5000.0
    (tmp_path / "dotfile").chmod(0o666)
    assert run("size")[0] == 2


def test_doctor_names_what_others_may_read_or_write(run: Run, tmp_path: Path):
    home = tmp_path / "deep" / "home"

    def rights() -> dict[str, str]:
        checks = json.loads(run("doctor", "--offline", "--json")[1])["checks"]
        return next(check for check in checks if check["name"] == "rights")

    home.mkdir(parents=True, mode=0o700)
    (home / "plans.jsonl").touch(mode=0o600)
    (home / "smallcap.toml").touch(mode=0o644)
    assert rights()["state"] == "ok"
    for path, wrong, words in (
        (home, 0o777, "may be written by others"),
        (home / "plans.jsonl", 0o640, "may be read by others"),
        (home / "plans.jsonl", 0o620, "may be written by others"),
        (home / "smallcap.toml", 0o664, "may be written by others"),
    ):
        before = mode(path)
        path.chmod(wrong)
        found = rights()
        assert (found["state"], found["found"]) == ("warning", f"{path} {words}")
        assert "chmod" in found["advice"]
        path.chmod(before)
    if os.geteuid() == 0:
        os.chown(home / "plans.jsonl", 12345, -1)
        assert rights()["found"] == f"{home / 'plans.jsonl'} belongs to user 12345, who may write it"


# --- pickles ------------------------------------------------------------------------------------------------------


class Trap:
    """A pickle that makes a file where it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.mark,)


def trapped(cache: Path, mark: Path) -> Path:
    """A cookie cache as yfinance keeps one, in which the cookie is a trap."""
    import sqlite3

    cache.mkdir(parents=True, exist_ok=True)
    cookies = cache / "cookies.db"
    with sqlite3.connect(cookies) as db:
        db.execute("create table _cookieschema (strategy varchar(255) primary key, fetch_date text, cookie_bytes blob)")
        row = ("basic", "2036-01-01T00:00:00", pickle.dumps(Trap(mark)))
        db.execute("insert into _cookieschema values (?, ?, ?)", row)
    db.close()
    return cookies


LOAD = """
import sys
from pathlib import Path
from smallcap.core.live.yahoo import prepare, yf
prepare(Path(sys.argv[1]), [])
yf.cache.get_cookie_cache().lookup("basic")
"""


def test_a_pickle_that_others_may_have_written_is_taken_away(tmp_path: Path):
    mark, cache = tmp_path / "mark", tmp_path / "home" / "yfinance"
    for wrong in ("", "folder", "file"):
        cookies = trapped(cache, mark)
        cache.parent.chmod(0o700)
        cache.chmod(0o777 if wrong == "folder" else 0o700)
        cookies.chmod(0o666 if wrong == "file" else 0o600)
        assert yahoo._kept(cache)
        assert (b"touch" in cookies.read_bytes()) == (not wrong), wrong
        assert mode(cache) == 0o700
        shutil.rmtree(cache)
    trapped(cache, mark)
    cache.chmod(0o700)
    cache.parent.chmod(0o777)
    assert not yahoo._kept(cache)


def test_the_client_has_its_cache_where_it_is_told_to_and_loads_what_is_there(tmp_path: Path):
    """Where the cookie is looked up, a trap of our own goes off; the cache in the usual place stays as it is."""
    mark, cache, usual = tmp_path / "mark", tmp_path / "home" / "yfinance", tmp_path / "xdg" / "py-yfinance"
    trapped(cache, mark).chmod(0o600)
    trapped(usual, tmp_path / "usual")
    cache.parent.chmod(0o700)
    before = sorted(os.listdir(usual))
    env = {**os.environ, "XDG_CACHE_HOME": str(usual.parent)}
    subprocess.run([sys.executable, "-c", LOAD, str(cache)], env=env, check=True)
    assert mark.exists()
    assert not (tmp_path / "usual").exists()
    assert sorted(os.listdir(usual)) == before


def test_a_cache_behind_a_link_or_of_another_user_is_done_without(tmp_path: Path):
    mark, cache = tmp_path / "mark", tmp_path / "yfinance"
    trapped(tmp_path / "elsewhere", mark)
    cache.symlink_to(tmp_path / "elsewhere")
    assert not yahoo._kept(cache)
    cache.unlink()
    cookies = trapped(cache, mark)
    cache.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(cookies, 12345, -1)
        assert yahoo._kept(cache)
        assert cookies.stat().st_uid == 0
        os.chown(cache, 12345, -1)
        assert not yahoo._kept(cache)
