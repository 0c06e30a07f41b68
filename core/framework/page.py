"""A plan as one HTML page that needs nothing else: no script, no remote part, charts drawn in it, light or dark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from .. import format as fmt
from ..reading import ADVICE
from .curve import Curve
from .page_chart import figure, shown
from .page_style import STYLE
from .plan import Plan, Row
from .profiles import name_of

# A second lock behind the escaping: even what slipped through could load and run nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(plan: Plan, curves: Sequence[Curve] = ()) -> str:
    """The page of a plan with a chart for each of its curves; texts from outside are shown and never obeyed."""
    badge = "SIMULATED " if plan.standing.simulated else ""
    return "\n".join((*head(f"{badge}{plan.title}", STYLE), *_body(plan, curves), "</html>")) + "\n"


def head(title: str, style: str) -> Iterator[str]:
    """What stands before the body of a page."""
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{shown(title)}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"


def _body(plan: Plan, curves: Sequence[Curve]) -> Iterator[str]:
    yield "<body>"
    yield "<main>"
    if plan.standing.simulated:
        yield '<p class="badge">SIMULATED</p>'
    yield f"<h1>{shown(plan.title)}</h1>"
    yield from pairs(_origin(plan))
    yield from (f"<p>{shown(sentence)}</p>" for sentence in plan.opening)
    for place, curve in enumerate(curves, 1):
        yield from figure(curve, f"chart-{place}")
    yield from _table(plan.rows)
    yield from _section("Why", plan.why)
    yield from _section("No longer valid if", [condition.words for condition in plan.invalidated_by])
    if plan.answers:
        yield "<h2>Answers</h2>"
        yield from pairs(plan.answers)
    yield from _section("Notes", plan.warnings)
    yield f"<footer>{ADVICE}</footer>"
    yield "</main>"
    yield "</body>"


def _origin(plan: Plan) -> Mapping[str, str]:
    """What the plan was made on."""
    made = plan.standing
    return {
        "Plan": name_of(plan.profile),
        "Pair": made.pair,
        "As of": f"{fmt.day(date.fromisoformat(made.as_of))} close",
        "Source": made.source,
        "Label": f"{made.regime} since {made.since}",
        "Composite": "not known" if made.composite is None else f"{fmt.price(made.composite, 0)} of 100",
    }


def pairs(named: Mapping[str, str]) -> Iterator[str]:
    """Names and what belongs to each."""
    yield "<dl>"
    yield from (f"<div><dt>{shown(name)}</dt><dd>{shown(text)}</dd></div>" for name, text in named.items())
    yield "</dl>"


def _table(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield "<h2>Decision</h2>"
    yield '<div class="wide"><table>'
    yield '<thead><tr><th scope="col">What</th><th scope="col">Value</th><th scope="col">How</th></tr></thead>'
    yield "<tbody>"
    for row in rows:
        name, value, how = map(shown, row)
        yield f'<tr><th scope="row">{name}</th><td class="value">{value}</td><td>{how}</td></tr>'
    yield "</tbody>"
    yield "</table></div>"


def _section(name: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield f"<h2>{name}</h2>"
        yield "<ul>"
        yield from (f"<li>{shown(text)}</li>" for text in texts)
        yield "</ul>"
