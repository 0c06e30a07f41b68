"""The style of a plan's page: one column, light or dark as the reader's system is, black on white in print."""

from __future__ import annotations

DASHES = ("none", "7 4", "2 3", "10 3 2 3", "14 5")
"""The lines of a chart by place: solid, dashed, dotted, dash and dot, long dashes; after the last from the first on."""

LIGHT = ("#0b5cad", "#a14a00", "#1d7a3c", "#8a2f8f", "#555b66")
DARK = ("#7db8ff", "#ffb067", "#7fdc9b", "#e29be6", "#b8c0cc")


def _inks(colours: tuple[str, ...]) -> str:
    return "".join(f"--line-{place}:{colour};" for place, colour in enumerate(colours))


STYLE = f"""
:root{{--paper:#fff;--ink:#1b1f24;--soft:#59626e;--rule:#d5dae1;--warn:#8a4b00;{_inks(LIGHT)}}}
@media (prefers-color-scheme:dark){{
:root{{--paper:#14171b;--ink:#e6e9ee;--soft:#a2abb8;--rule:#343b45;--warn:#ffc36b;{_inks(DARK)}}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}}
main{{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 3rem;overflow-wrap:anywhere}}
h1{{font-size:1.5rem;line-height:1.25;margin:.3rem 0 .8rem}}
h2{{font-size:1.1rem;margin:2rem 0 .5rem}}
.badge{{display:inline-block;margin:0;padding:.1rem .6rem;border:2px solid;color:var(--warn);font-weight:700}}
dl{{display:flex;flex-wrap:wrap;gap:.3rem 1.5rem;margin:0}}
dt{{color:var(--soft);font-size:.8rem}}
dd{{margin:0}}
figure{{margin:1.8rem 0 0}}
figcaption{{font-weight:600}}
figcaption span,.legend{{color:var(--soft);font-weight:400;font-size:.9rem}}
.legend{{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;margin:.2rem 0 0;padding:0;list-style:none}}
.legend svg{{width:2.4rem;height:.7rem;vertical-align:middle;margin-right:.4rem}}
.chart{{display:block;width:100%;max-width:44rem;height:auto}}
.chart text{{fill:var(--soft);font:12px system-ui,sans-serif}}
.chart .last{{fill:var(--ink);font-weight:600}}
.grid{{stroke:var(--rule);stroke-width:1}}
.line{{fill:none;stroke-width:2;stroke-linejoin:round}}
{"".join(f".line-{n}{{stroke:var(--line-{n});stroke-dasharray:{dash}}}" for n, dash in enumerate(DASHES))}
{"".join(f".dot-{n}{{fill:var(--line-{n})}}" for n in range(len(DASHES)))}
.wide{{overflow-x:auto}}
table{{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}}
th,td{{padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}}
thead th,td:last-child{{color:var(--soft);font-size:.9rem}}
tbody th{{font-weight:400}}
.value{{font-weight:600}}
ul{{margin:0;padding-left:1.2rem}}
footer{{margin-top:2.5rem;padding-top:.8rem;border-top:1px solid var(--rule);color:var(--soft)}}
@media print{{
:root{{--paper:#fff;--ink:#000;--soft:#333;--rule:#999;--warn:#000;{_inks(LIGHT)}}}
body{{font-size:10pt}}
main{{max-width:none;padding:0}}
figure,tr,li{{break-inside:avoid}}
h2{{break-after:avoid}}
thead{{display:table-header-group}}
.wide{{overflow:visible}}}}
"""
