"""What `--help` says beside the flags: what each command is for, and examples that work without a network."""

from __future__ import annotations

import argparse
from typing import NamedTuple


class About(NamedTuple):
    """What a command is for, in sentences, and examples beside its first."""

    words: str
    examples: tuple[str, ...] = ()


ROOT = About(
    "Without a command the full-screen app opens; where there is no terminal to draw on, the report is printed. The "
    "default source is a simulated market, the same on every machine, always marked SIMULATED. Data goes to standard "
    "output, everything else to standard error. Exit codes: 0 done; 1 could not be done; 2 wrong usage; 3 done, but "
    "on stale or partial data. A planning aid, not advice.",
    ("smallcap report", "smallcap --pair KRE/SPY report --as-of 2020-03-23 --format json", "smallcap doctor --offline"),
)
ABOUT = {
    "report": About(
        "The regime with what speaks for it and against it, what would flip it, the composite, breadth, sectors, "
        "rates, volume and the position's size, as on one session's close. JSON has every number at full precision, "
        "with its explanation; docs/schema has its schema.",
        (
            "smallcap report --format html --output report.html",
            "smallcap report --pair KRE/SPY --format json --output report.json",
        ),
    ),
    "history": About(
        "The ratio, each axis with its score and state, the label and the composite of every session, each made of "
        "nothing later than its own close. A cell is empty (null in JSON) where something is not known.",
        ("smallcap history --from 2026-01-01 --to 2026-06-30 --format json",),
    ),
    "indicators": About(
        "RSI, MACD, ATR, means, relative volume and volatility of any ticker of the source, with its closes, at full "
        "precision. A cell is empty (null in JSON) while an indicator is warming up.",
        ("smallcap indicators IWM --output iwm.csv",),
    ),
    "size": About(
        "Whole shares from the equity at risk and the distance to the stop, scaled by the ratio's trend and the "
        "sectors, capped by weight, volatility and cash. What is not given comes from the settings. Shares of "
        "equity are written 1% or 0.01.",
        ("smallcap size --ticker KRE --side short --stop-atr 3 --format json",),
    ),
    "plan": About(
        "Each kind of plan asks the questions of the app's wizard as flags, and answers those that are not given from "
        "the reading. --save keeps a plan with the reading it was made on; list and review hold it against today.",
        ("smallcap plan core --value 100000 --held IWM=20", "smallcap plan list"),
    ),
    "list": About(
        "One line a plan: its number, date, profile and title, the label then and now, and how far away its stop is. "
        "`plan active --save` makes the first.",
        ("smallcap plan list --format json",),
    ),
    "show": About(
        "The plan's own numbers and reasons, whatever has happened since. --format html makes a page of it.",
        ("smallcap plan show p1 --format html --output p1.html",),
    ),
    "review": About(
        "Which of its conditions hold no longer and since when, and its result in R beside what the same trade came "
        "to before.",
        ("smallcap plan review p1 --format json",),
    ),
    "delete": About(
        "It is gone from the list and from the app; what is left of it in the journal is no longer read. Without --yes "
        "nothing is deleted, and the exit code is 2."
    ),
    "evidence": About(
        "What each label, state and vote was followed by, beside all other days, with 95 % intervals by a block "
        "bootstrap; where an interval spans zero it says no edge shown. CSV has every target and horizon. "
        "--fragility and --universe take seconds to minutes.",
        ("smallcap evidence --draws 500 --universe SPY,IWM,KRE --format json",),
    ),
    "claims": About(
        "What people say about small caps, each SUPPORTED, NOT SUPPORTED, REVERSED or CAN'T TELL by a rule fixed "
        "before looking. Named ones are printed whole, with definition, interval and periods.",
        ("smallcap claims --draws 500 --format md",),
    ),
    "fetch": About(
        "Daily bars and macro series go into the store, which `--source yahoo` reads. It is the one "
        "command that needs the network. 3: some of it failed and the rest is there. Later runs ask for what is new.",
    ),
    "watch": About(
        "Follows the source until a signal ends it. A line is one change; --exec hands the reading, as `report "
        "--format json` prints it, to a command of your own. SIGHUP reads the configuration anew.",
        ("smallcap watch --once --format json --alert 'IWM < 200' --alert 'regime RISK-OFF'",),
    ),
    "doctor": About(
        "Versions, the terminal and its colours, clock, files and network, each line ok, warning or failure with what "
        "to do about it. 1: something fails. Nothing is changed.",
        ("smallcap doctor --json --offline",),
    ),
    "config": About(
        "Every setting and key with its value and its origin: default, smallcap.toml, account.json (what the app "
        "remembers) or a flag. --init writes a commented file, and never over one that is there.",
        ("smallcap config --init", "smallcap config --completion bash"),
    ),
}


class Formatter(argparse.HelpFormatter):
    """Sentences are filled to the width; a line that is set in, as an example is, stays whole to be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        filled = super()._fill_text
        return "\n".join(line if line.startswith(" ") else filled(line, width, indent) for line in text.splitlines())


def epilog(examples: tuple[str, ...]) -> str:
    """The examples, one a line."""
    return "\n".join(("Example:" if len(examples) == 1 else "Examples:", *(f"  {one}" for one in examples)))
