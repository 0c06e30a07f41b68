"""The settings screen: every setting, where it is from, changed by keys and forgotten only after a yes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from smallcap.core import settings as core_settings
from smallcap.core.bars import Panel
from smallcap.core.settings import THEMES, Settings
from smallcap.core.store import Store
from smallcap.tui.screens.ask import Ask
from smallcap.tui.screens.settings import SettingsScreen
from smallcap.tui.stage import Stage
from smallcap.tui.theme import Look
from smallcap.tui.widgets.setting_list import SettingList
from smallcap.tui.widgets.setting_rows import SETTINGS, Effective, origin, value
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.stage import Counted, play, press, settle, staged

FORGET = len(SETTINGS)


class Shown(Counted):
    """The app with the screen, whether it has it already or not."""

    MODES = {  # noqa: RUF012
        **Counted.MODES,
        "settings": lambda: SettingsScreen().data_bind(Stage.scene, Stage.prices, Stage.notice),
    }


def shown(panel: Panel, home: Path | None = None, **chosen: object) -> Shown:
    standpoint = staged(panel, **chosen).standpoint
    if home:
        standpoint = standpoint.but(store=Store(home / "store.sqlite3"), own_facts=home / "facts.toml")
    return Shown(standpoint)


async def opened(app: Counted, pilot: Pilot[int]) -> None:
    app.action_show_mode("settings")
    await settle(pilot)
    assert isinstance(app.screen, SettingsScreen)


def line(app: Counted, words: str) -> str:
    return next(row for row in app.rows() if row[2:].startswith(words))


def at(name: str) -> int:
    return [setting.name for setting in SETTINGS].index(name)


def test_every_key_of_the_config_file_has_its_row():
    assert {setting.name for setting in SETTINGS} == {key.name for key in core_settings.KEYS}


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_every_setting_is_there_with_its_value_and_where_it_is_from(panel: Panel, size: tuple[int, int]):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        for setting in SETTINGS:
            row = line(app, setting.words)
            assert value(app.shown.reading.settings, setting.name)[:12] in row
            assert row.rstrip().endswith(setting.how)
            assert ("default" in row) == (setting.name not in {"equity"})
        assert "7,500.50" in line(app, "equity")
        assert "flag or key" in line(app, "equity")

    play(shown(panel, equity=7_500.5), use, size)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("theme", "light", "light"),
        ("red_up", True, "on"),
        ("price_ratio", False, "off"),
        ("watchlist", ("IWM", "KRE"), "IWM KRE"),
        ("recent", (), "none"),
        ("equity", 1234567.0, "1,234,567.00"),
        ("risk_fraction", 0.005, "0.5%"),
        ("stop_atr", 2.5, "2.5"),
        ("target_vol", 0.2, "20%"),
        ("composite_weights", (), "all 1"),
        ("composite_weights", (("rsi", 2.0), ("trend", 0.5)), "rsi 2, trend 0.5"),
    ],
)
def test_values_are_written_for_people(name: str, given: object, said: str):
    assert value(Settings().but(**{name: given}), name) == said


def test_where_a_value_is_from():
    config = Settings(equity=5.0, theme="light", pair="IWM/QQQ")
    known = Effective(config.but(theme="contrast", pair="A/B"), config, {"theme": "contrast", "risk_fraction": 0.5})
    found = {name: origin(known, name) for name in ("theme", "equity", "pair", "range", "risk_fraction")}
    assert found == {
        "theme": "remembered",
        "equity": "smallcap.toml",
        "pair": "flag or key",
        "range": "default",
        "risk_fraction": "default",
    }


def test_the_theme_goes_round_both_ways_at_once_and_is_remembered(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        for key, name in (("right", "light"), ("enter", "contrast"), ("right", "dark"), ("left", "contrast")):
            await press(pilot, key)
            assert app.look == Look(name)
            assert name in line(app, "theme")
            assert "remembered" in line(app, "theme")
            assert json.loads((tmp_path / "account.json").read_text()) == {"theme": name}
        assert len(THEMES) == 3

    play(shown(panel, tmp_path), use)


def test_red_for_up_and_the_ratios_basis_are_switched(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        await press(pilot, "j", "right")
        assert app.look.red_up
        assert " on " in line(app, "red for up")
        await press(pilot, "down", "left")
        assert app.shown.reading.settings.price_ratio
        assert " on " in line(app, "ratio on price")
        assert "flag or key" in line(app, "ratio on price")
        assert json.loads((tmp_path / "account.json").read_text()) == {"red_up": True}
        await press(pilot, "k", "enter")
        assert not app.look.red_up

    play(shown(panel, tmp_path), use)


def test_a_setting_that_is_changed_elsewhere_stays_as_it_is(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        await press(pilot, *["j"] * at("equity"))
        before = app.text()
        await press(pilot, "left", "right", "enter")
        assert app.text() == before
        assert not (tmp_path / "account.json").exists()

    play(shown(panel, tmp_path), use)


def test_what_is_remembered_is_forgotten_after_a_typed_yes(panel: Panel, tmp_path: Path):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        await press(pilot, "right", "k")
        assert app.screen.query_one(SettingList).setting is None
        assert "theme" in line(app, "forget")
        await press(pilot, "enter", "y", "enter")
        assert isinstance(app.screen, Ask)
        assert "only by yes" in app.text()
        await press(pilot, "escape")
        assert (tmp_path / "account.json").exists()
        await press(pilot, "enter")
        app.screen.query_one(Input).value = "yes"
        await press(pilot, "enter")
        assert not (tmp_path / "account.json").exists()
        assert "nothing" in line(app, "forget")
        assert "forgotten; what is in use stays until the app ends" in app.rows()[-1]
        assert app.look == Look("light")
        await press(pilot, "enter")
        assert isinstance(app.screen, SettingsScreen)

    play(shown(panel, tmp_path), use)


def test_a_config_file_that_went_bad_meanwhile_is_said(panel: Panel, tmp_path: Path):
    (tmp_path / "smallcap.toml").write_text("theme = 3\n")

    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        assert "theme 3 is not text in quotes" in app.notice

    play(shown(panel, tmp_path), use)


def test_the_chosen_row_stays_in_sight_and_escape_leads_back(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        for _ in range(FORGET + 1):
            await press(pilot, "j")
            assert sum(row[1:].startswith("▸") for row in app.rows()[3:]) == 1
        await press(pilot, "escape")
        assert app.current_mode == "dashboard"

    play(shown(panel), use, (80, 16))


def test_in_ascii_it_says_the_same(panel: Panel):
    async def use(app: Counted, pilot: Pilot[int]) -> None:
        await opened(app, pilot)
        assert app.text().isascii()
        assert "default" in line(app, "theme")

    app = shown(panel)
    app.set_reactive(type(app).scene, app.shown.but(ascii_only=True))
    play(app, use)
