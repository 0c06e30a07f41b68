"""The style of a note's page: that of a plan's, with charts to be read on a phone and a colour for each label."""

from __future__ import annotations

from .framework import page_style

LIGHT = {"muted": "#555b66", "risk_on": "#00606e", "narrow": "#987000", "neutral": "#6f757c", "risk_off": "#971d0c"}
DARK = {"muted": "#b8c0cc", "risk_on": "#62dccb", "narrow": "#f0d24f", "neutral": "#98a2ae", "risk_off": "#ee6a48"}


def _inks(colours: dict[str, str]) -> str:
    return "".join(f".{name}{{fill:{colour}}}" for name, colour in colours.items())


# A chart's letters are as large in its own units as a phone needs them; on a wide page, where it is drawn larger, they
# and its lines are made smaller in those units.
STYLE = f"""{page_style.STYLE}
h1{{margin-bottom:.2rem}}
p{{margin:.2rem 0}}
.source,caption{{color:var(--soft);font-size:.9rem}}
caption{{text-align:left;padding:0 0 .3rem}}
.label{{font-size:1.15rem;margin-top:1rem}}
.label strong{{display:inline-block;padding:.1rem .6rem;border:2px solid;margin-right:.4rem}}
th,td{{padding-right:1rem;overflow-wrap:break-word}}
th:last-child,td:last-child{{padding-right:0}}
td:last-child{{color:inherit;font-size:inherit}}
.number{{text-align:right}}
.short{{white-space:nowrap}}
.chart{{max-width:none}}
.ribbon{{display:block;width:100%;height:auto}}
.ribbon text{{fill:var(--soft);font:10px system-ui,sans-serif}}
{_inks(LIGHT)}
@media (max-width:40rem){{
table,thead th,caption{{font-size:.82rem}}
.full table,.full thead th{{font-size:.72rem}}
th,td{{padding-right:.4rem}}}}
@media (min-width:40rem){{
.number{{white-space:nowrap}}
.pair{{display:grid;grid-template-columns:1fr 1fr;gap:2rem}}
main>figure .chart text{{font-size:7.5px}}
main>figure .ribbon text{{font-size:7px}}
main>figure .line{{stroke-width:1.2}}
main>figure .grid{{stroke-width:.5}}}}
@media (min-width:60rem){{
main{{max-width:76rem;display:grid;grid-template-columns:repeat(6,1fr);gap:0 3rem}}
main>*{{grid-column:1/-1;min-width:0}}
main>section{{grid-column:span 3}}
main>.full{{grid-column:1/-1}}
main>figure{{grid-column:span 4}}
main>.pair{{grid-column:span 2;display:block}}}}
@media (prefers-color-scheme:dark){{{_inks(DARK)}}}
@media print{{
{_inks(LIGHT)}
main{{display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}}
main>*{{grid-column:1/-1;min-width:0}}
main>section{{grid-column:auto;break-inside:avoid}}
main>.full{{grid-column:1/-1}}
main>figure{{max-width:30rem;margin-top:.8rem}}
main>.pair{{display:grid}}
h2{{margin:.8rem 0 .2rem}}
main .wide th,main .wide td,caption{{padding:.1rem .5rem .1rem 0;font-size:8pt}}
.number{{white-space:normal}}
footer{{margin-top:1rem}}
caption{{break-after:avoid}}}}
"""
