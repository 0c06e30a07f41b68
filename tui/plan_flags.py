"""The flags of `smallcap plan`: one a question of each profile, named like it; and what is done with saved plans."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

Add = Callable[[str, str, str], argparse.ArgumentParser]
"""Makes a command of a name, what it does, and an example."""


class Flags(NamedTuple):
    """One profile's command: what it does, an example, and its flags as (question's key, letter or word, help).

    The analyst's pair has no flag of its own: `--pair`, which every command takes, is its answer.
    """

    does: str
    example: str
    flags: tuple[tuple[str, str, str], ...]


PLANS = {
    "passive": Flags(
        "compare what two funds cost over the years",
        "smallcap plan passive --amount 100000 --years 30 --against SCHA",
        (
            ("fund", "TICKER", "the fund that is held or thought of"),
            ("against", "TICKER", "the fund to compare it with"),
            ("fee", "N", "the fund's expense ratio a year, 0.19%% (default: the facts')"),
            ("fee_against", "N", "the other fund's expense ratio"),
            ("amount", "N", "dollars at the start"),
            ("monthly", "N", "dollars added at each month's end"),
            ("years", "N", "how long"),
            ("return", "N", "assumed return a year before fees, 8%%"),
            ("inflation", "N", "assumed inflation a year, 2.5%%"),
            ("switch_cost", "N", "what switching costs once, tax included, in dollars"),
        ),
    ),
    "active": Flags(
        "plan one trade: its size, a checklist, and what ends it",
        "smallcap plan active --side long --stop 2atr --save",
        (
            ("ticker", "TICKER", "what to buy or sell short (default: the pair's first)"),
            ("side", "long|short", "which way (default: long)"),
            ("entry", "N", "entry price (default: the last close)"),
            ("stop", "N", "stop price, or a distance like 2atr"),
            ("target", "N", "target price (default: 2 R away)"),
            ("equity", "N", "the account's value"),
            ("cash", "N", "cash at hand (default: all of it)"),
            ("risk", "N", "share of equity at risk, 1%% or 0.01"),
            ("commission", "N", "what one order costs, in dollars"),
            ("spread", "N", "the spread as a share of the price, 0.02%%"),
        ),
    ),
    "core": Flags(
        "plan a core with a small-cap satellite: target weight and trades",
        "smallcap plan core --value 100000 --held IWM=20 --core SPY",
        (
            ("value", "N", "the portfolio's value in dollars, cash included"),
            ("held", "T=N", "shares held, like 'IWM=120 SPY=40'"),
            ("small", "TICKER", "the small-cap fund (default: the pair's first)"),
            ("core", "TICKER", "the core fund (default: the pair's second)"),
            ("low", "N", "smallest small-cap weight, 5%%"),
            ("high", "N", "largest small-cap weight, 15%%"),
            ("band", "N", "how far the weight may drift before anything is traded, 2%%"),
            ("cost", "N", "what one trade costs, in dollars"),
        ),
    ),
    "analyst": Flags(
        "report on a pair over a window: labels, axes, divergences",
        "smallcap plan analyst --from 2026-01-01 --panels regimes,divergences",
        (
            ("from", "DATE", "first date of the window (default: a year before the last session)"),
            ("to", "DATE", "last date; nothing later is looked at (default: the last session)"),
            ("panels", "WORDS", "what the report is made of, like regimes,axes (default: all)"),
        ),
    ),
}


def add(commands: Add) -> None:
    """Every command under `smallcap plan`."""
    for name, row in PLANS.items():
        command = commands(name, row.does, row.example)
        for key, shown, words in row.flags:
            command.add_argument(f"--{key.replace('_', '-')}", dest=key, metavar=shown, help=words)
        if name == "active":
            command.add_argument("--stop-atr", dest="stop_atr", metavar="N", help="stop this many ATR from entry")
            command.add_argument("--max-weight", dest="max_weight", metavar="N", help="largest position")
            command.add_argument("--target-vol", dest="target_vol", metavar="N", help="volatility it may bring a year")
        command.add_argument("--save", action="store_true", help="keep the plan, with the reading it was made on")
        _shared(command, name)
    listed = commands("list", "list the saved plans, compared with today", "smallcap plan list")
    _shared(listed, "list")
    for name, does in (
        ("show", "print a saved plan as it was made"),
        ("review", "compare a saved plan with today, and score what came of it"),
        ("delete", "delete a saved plan"),
    ):
        command = commands(name, does, f"smallcap plan {name} p1{' --yes' * (name == 'delete')}")
        command.add_argument("id", metavar="ID", help="as `smallcap plan list` shows it")
        if name == "delete":
            command.add_argument("--yes", action="store_true", help="really")
        _shared(command, name)


def _shared(command: argparse.ArgumentParser, what: str) -> None:
    if what != "delete":
        choices = ("text", "json", "md", "html") if what in {*PLANS, "show"} else ("text", "json")
        command.add_argument("--format", choices=choices, default="text", help="default: text")
        command.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to standard output")
    command.set_defaults(command="plan", what=what)
