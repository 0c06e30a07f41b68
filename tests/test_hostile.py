"""Hostile text, wherever it comes from, is shown and never obeyed: in the app, in every command's output, in a CSV."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

import pytest
from rich.cells import cell_len
from smallcap.core import settings, tables
from smallcap.core.alarms import Alarms
from smallcap.core.alerts import Alert, Fired
from smallcap.core.bars import Origin, Panel
from smallcap.core.errors import UsageError
from smallcap.core.framework.plan import Condition, Plan, Row
from smallcap.core.journal import Journal
from smallcap.core.settings import Settings
from smallcap.core.slate import Slate
from smallcap.core.store import Store
from smallcap.core.triggers import Trigger
from smallcap.tui import cli
from smallcap.tui.palette import palette_from
from smallcap.tui.printable import MOST_MARKS, printable
from smallcap.tui.rows import row
from smallcap.tui.standpoint import Standpoint
from smallcap.tui.theme import DARK
from textual.pilot import Pilot
from wcwidth import wcwidth

from .tui.plans.conftest import plan_on
from .tui.stage import Counted, Given, play, press, staged

MEGABYTE = 2**20
CSI = "\x1b[2J\x1b[31mRED\x1b[?1049l"
OSC = "\x1b]52;c;ZXZpbA==\x07\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\\x1b]0;title\x07"
C1 = "\x1bPq#0~~\x1b\\\x9b2J\x9d52;c;eA==\x9c\x90q\x9c\x08\x7f"
MARKUP = "[bold]B[/bold][@click=app.quit]x[/][link=http://e]l[/link][/]"
BIDI = "\u202e\u202d\u2066\u2067\u2068\u2069\u200f\u200e\u061cYPS"
WIDE = "風險資產" * 30
ZALGO = "Z" + "\u0336\u0322\u0489\u20dd" * 100 + "A" + "\u0301" * 50
EMOJI = (
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f \U0001f1fa\U0001f1f8 \U0001f44d\U0001f3fd 1\ufe0f\u20e3"
)
BLANKS = "a\tb\rc\nd\x0be\x85f\u2028g\u2029h\u00a0i\u3000j\x00k\ud800"
SQL = "'); drop table arrays;--"
PATH = "../../../etc/passwd"
EVIL = (CSI, OSC, C1, MARKUP, BIDI, WIDE, ZALGO, EMOJI, BLANKS, SQL, PATH)
LARGE = tuple(what * MEGABYTE for what in ("M", "風", "\u0301", "\x1b"))
KEYS = ("g", "z", "p", "enter", "A", "L", "d", "e", "escape", "slash")
PALETTE = palette_from(DARK.variables, DARK.background or "")
EVENING = datetime(2026, 11, 20, 23, tzinfo=UTC)


def harmless(app: Counted, after: str) -> None:
    """Every row has nothing that a terminal obeys, and one width, however its characters are counted."""
    for line in app.rows():
        assert line.isprintable(), (after, line)
        assert cell_len(line) == 80, (after, line)
        assert sum(max(wcwidth(c), 0) for c in line) == 80, (after, line)
        assert len(line) <= 80 * (1 + MOST_MARKS), (after, line[:200])


def evil_plan(app: Counted, text: str) -> Plan:
    """A plan in which everything that is only shown is `text`."""
    return replace(
        plan_on(app, app.shown.reading.as_of, text),
        answers={"ticker": text},
        rows=(Row(text, text, text),),
        why=(text,),
        invalidated_by=(Condition(text),),
        warnings=(text,),
    )


def evil_alert(n: int, text: str, *, fired: bool) -> Alert:
    """An alert in the words of the text."""
    told = Fired(EVENING, date(2026, 11, 20), 1.0, text) if fired else None
    return Alert(f"a{n}", Trigger("close", "IWM", "<", 1.0 + n), text, EVENING, date(2026, 11, 20), True, fired=told)


def evil_app(panel: Panel, home: Path) -> Counted:
    """The app with hostile tickers, a hostile source, hostile plans, alerts and facts."""
    names = tuple(text.upper().replace("/", "|") for text in EVIL)
    bars = {**panel.bars, **{name: replace(panel["IWM"], ticker=name) for name in names}}
    whole = "".join(EVIL)
    market = Panel(bars, Origin(whole, True, "2020-01-01T00:00:00+00:00"), panel.macro, (f"daily/{whole} is left out",))
    clock = staged(panel).standpoint.clock
    chosen = Settings().but(pair=f"{names[0]}/SPY", watchlist=(names[0], *names, "IWM", "SPY"), recent=names)
    facts = home / "facts.toml"
    facts.write_text(
        f'source = "{MARKUP}{WIDE}"\nrecorded = 2016-01-01\n'
        f'[funds.IWM]\nname = "{MARKUP}{WIDE}"\nindex = "{ZALGO[:99]}"\n'
    )
    facts.chmod(0o600)
    app = Counted(Standpoint(chosen, clock, Given(market), Store(home / "store.sqlite3"), None, facts))
    journal = app.standpoint.journal()
    journal._sync = None
    for text in (*EVIL, *LARGE[:1]):
        journal.save(evil_plan(app, text.replace("\ud800", "")), clock.now())
    slate = Slate(
        tuple(evil_alert(n, text, fired=False) for n, text in enumerate((*EVIL, *LARGE), 1)),
        tuple(evil_alert(n + 50, text, fired=True) for n, text in enumerate((*EVIL, *LARGE), 1)),
        99,
    )
    Alarms(home / "alerts.json").update([lambda _: slate])
    return app


def test_no_screen_of_the_app_is_put_out_by_hostile_text(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        harmless(app, "first")
        for key in KEYS:
            await press(pilot, key)
            harmless(app, key)

    app = evil_app(panel, tmp_path)
    play(app, use, size=(80, 24))
    sent = b"".join(app.frames)
    for command in (b"\x1b]", b"\x1bP", b"\x1b[2J", b"\x1b[?1049", b"\xc2\x9b", b"\xc2\x9d"):
        assert command not in sent


@pytest.mark.parametrize("text", [*EVIL, *LARGE])
def test_a_row_has_its_width_whatever_is_in_it_and_at_once(text: str):
    began = perf_counter()
    for room in (0, 1, 2, 7, 80):
        made = row(room, PALETTE, [(text, "text"), ("|", "text")], [(text, "text")]).text
        assert made.isprintable()
        assert sum(max(wcwidth(c), 0) for c in made) == cell_len(made) == room
        assert len(made) <= room * (1 + MOST_MARKS)
    assert perf_counter() - began < 0.5


def test_marks_are_kept_as_far_as_a_language_needs_them():
    for text in ("Ελλάδα", "Việt Nam", "Vie\u0302\u0323t Nam", "हिन्दी", "Ω ▲ ─ é", ""):
        assert printable(text) == text
    assert printable(ZALGO) == "Z\u0336\u0322\u0489A\u0301\u0301\u0301"
    assert printable("\u2764\ufe0f \U0001f1fa\U0001f1f8 \U0001f44d\U0001f3fd") == "\u2764 ?? \U0001f44d?"


# --- commands -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """A command in a home of its own: its exit code, and what it wrote."""
    monkeypatch.setenv("SMALLCAP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SMALLCAP_NOW", "2017-10-11T23:00:00+00:00")
    monkeypatch.chdir(tmp_path)

    def run(*argv: str) -> tuple[int, str, str]:
        try:
            code = cli.run(argv)
        except SystemExit as end:
            code = int(str(end.code))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def inert(text: str) -> None:
    """Nothing in it but lines of printable text."""
    assert all(c.isprintable() or c == "\n" for c in text), text


FOLDER = f"{CSI}{MARKUP}{BIDI}{SQL}".replace("/", "|") + "\u0301" * 9
OUTPUTS = (
    *(("report", "--format", form) for form in ("text", "json", "md", "html")),
    *(("plan", "passive", "--format", form) for form in ("text", "json", "md", "html")),
    ("history", "--format", "csv"), ("size",), ("watch", "--once"), ("config",), ("doctor", "--offline"),
)  # fmt: skip


def test_every_output_about_a_folder_of_a_hostile_name_is_inert(
    panel: Panel, write_folder: Callable[..., Path], run: Callable[..., tuple[int, str, str]]
):
    names = ("=1+1", "-rf", "+A", "@A", "[bold]", CSI.replace("/", "|"), BIDI, "CON\r", "A'; drop table arrays;--")
    market = write_folder(panel, **dict.fromkeys(names, "date,open\n"), IWQ=f"date,{CSI}\n2017-01-03,=1+1\n")
    folder = market.rename(market.with_name(FOLDER))
    for argv in OUTPUTS:
        code, out, err = run(*argv, "--source", str(folder))
        assert code in {0, 3}, (argv, err)
        inert(out)
        inert(err)
        if argv[-1] == "html":
            assert "<bold" not in out
            assert "@click" not in out.replace("[@click", "")
        if argv[-1] == "json":
            json.loads(out)
    code, _, err = run("report", "--source", str(folder), "--format", "json")
    assert code == 3
    for name in names:
        assert f"daily/{ascii(name + '.csv')[:20]}" in err, name


@pytest.mark.parametrize("text", [f"{CSI}{OSC}{C1}{BIDI}", f"-rf {PATH}\x00\ud800\r\n"])
def test_what_is_wrong_is_said_inertly_and_opens_nothing(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, text: str
):
    for argv in (
        (text,), ("report", text), ("report", f"--pair={text}/SPY"), ("report", f"--source={text}"),
        ("report", f"--as-of={text}"), ("indicators", "--", text), ("plan", "show", "--", text),
        ("plan", "active", f"--ticker={text}"), ("plan", "core", f"--held={text}=3"), ("size", f"--equity={text}"),
        ("plan", "passive", f"--fund={text}"), ("claims", "--", text), ("evidence", f"--universe={text}"),
        ("watch", "--once", f"--alert={text}"), ("report", f"--output={tmp_path}/none/{text}"),
    ):  # fmt: skip
        code, out, err = run(*argv)
        assert code in {1, 2}, (argv, out, err)
        assert out == "", argv
        inert(err)
        assert "Traceback" not in err
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("text", [*EVIL[:9], LARGE[0], LARGE[1]])
def test_a_config_file_cannot_bring_a_hostile_ticker(text: str):
    for key in ("watchlist", "recent"):
        with pytest.raises(UsageError) as raised:
            settings.parse({key: ["IWM", text]}, "smallcap.toml")
        inert(str(raised.value))
        assert len(str(raised.value)) < 200
    if len(text) > settings.LONGEST:
        for key in ("pair", "source", "theme"):
            with pytest.raises(UsageError) as raised:
                settings.parse({key: text}, "smallcap.toml")
            assert len(str(raised.value)) < 200


@pytest.mark.parametrize("form", ["text", "md", "html", "json"])
def test_a_hostile_plan_that_was_saved_is_printed_inertly(
    panel: Panel, run: Callable[..., tuple[int, str, str]], tmp_path: Path, form: str
):
    app = staged(panel)
    for text in EVIL:
        Journal(tmp_path / "home" / "plans.jsonl").save(evil_plan(app, text.replace("\ud800", "")), EVENING)
    for n in range(1, len(EVIL) + 1):
        code, out, err = run("plan", "show", f"p{n}", "--format", form)
        assert (code, err) == (0, "")
        inert(out)
    code, out, _ = run("plan", "list")
    assert code == 0
    inert(out)


# --- tables -------------------------------------------------------------------------------------------------------


def test_a_cell_of_text_is_no_formula_and_a_number_stays_one():
    texts = ["=1+1", "+1", "-1", "@A1", "\tA", "=1+1\t", '=HYPERLINK("http://e")', "IWM", "", "a=b"]
    rows = [{"text": text, "number": -1.5, "none": None, "flag": True} for text in texts]
    found = list(csv.DictReader(io.StringIO(tables.as_csv(["text", "number", "none", "flag"], rows))))
    assert [each["text"] for each in found] == [f"'{text}" for text in texts[:7]] + texts[7:]
    assert {(each["number"], each["none"], each["flag"]) for each in found} == {("-1.5", "", "True")}


def test_no_cell_of_a_table_that_is_printed_is_a_formula(run: Callable[..., tuple[int, str, str]]):
    for argv in (("history",), ("indicators", "IWM")):
        code, out, _ = run(*argv, "--from", "2017-06-01")
        assert code == 0
        cells = [cell for line in csv.reader(io.StringIO(out)) for cell in line if cell.startswith(tables.FORMULA)]
        assert cells
        assert all(float(cell) < 0 for cell in cells)


def test_a_folders_files_are_read_by_name_and_never_through_a_path(
    panel: Panel, write_folder: Callable[..., Path], run: Callable[..., tuple[int, str, str]], tmp_path: Path
):
    folder = write_folder(panel)
    (tmp_path / "secret.csv").write_text((folder / "daily" / "IWM.csv").read_text())
    for name in ("../secret", "../../secret", str(tmp_path / "secret"), "./IWM"):
        code, out, err = run("indicators", "--source", str(folder), "--", name)
        assert (code, out) == (1, "")
        assert err.startswith(f"smallcap: ticker {name.upper()!r} is not in ")
    assert os.listdir(tmp_path / "home") == ["store.sqlite3"] or not (tmp_path / "home").exists()
