"""The page that shows the app in a browser: textual-serve's terminal and font, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from string import Template

SCRIPT = """
const terminal = document.getElementById("terminal");
const line = new URL("ws", location.href);
line.protocol = line.protocol.replace("http", "ws");
line.search = line.hash = "";
terminal.dataset.sessionWebsocketUrl = line.href;
const asked = Number(new URLSearchParams(location.search).get("fontsize"));
const fits = Math.floor(document.documentElement.clientWidth / (NEEDED * 0.605));
terminal.dataset.fontSize = asked || Math.min(15, Math.max(8, fits));
document.getElementById("again").addEventListener("click", () => location.reload());
function focus(_, opened) {
  opened.disconnect();
  if (matchMedia("(pointer: fine)").matches) document.querySelector(".xterm-helper-textarea").focus();
}
addEventListener("load", async () => {
  const styles = ["", "bold ", "italic ", "italic bold "];
  await Promise.allSettled(styles.map((style) => document.fonts.load(style + "16px 'Roboto Mono'")));
  const script = document.createElement("script");
  script.src = "static/js/textual.js";
  script.addEventListener("load", () => {
    window.onload();
    new MutationObserver(focus).observe(document.body, { attributeFilter: ["class"] });
  });
  document.body.append(script);
});
"""
"""textual.js measures the font when it starts and doesn't come back to it: the font is there first.

NEEDED columns should fit on a telephone as well. A cell of Roboto Mono is 0.6 of its size wide, at 15 px a whole
number of pixels. textual.js can't hear of the focus before its line is open, which it tells by a class of the body;
on a telephone the focus would bring the keyboard up.
"""
PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport"
  content="width=device-width, initial-scale=1, maximum-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="$scheme">
<title>smallcap</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="static/css/xterm.css">
<style>
@font-face { font-family: "Roboto Mono"; font-weight: 100 700; font-style: normal;
  src: url("static/fonts/RobotoMono-VariableFont_wght.ttf"); }
@font-face { font-family: "Roboto Mono"; font-weight: 100 700; font-style: italic;
  src: url("static/fonts/RobotoMono-Italic-VariableFont_wght.ttf"); }
html, body { margin: 0; height: 100%; overflow: hidden; background: $ground; color: $ink;
  font: 16px "Roboto Mono", monospace; }
.textual-terminal { width: 100vw; height: 100vh; height: 100dvh; opacity: 0; }
.-first-byte .textual-terminal { opacity: 1; }
.xterm .xterm-helper-textarea { font-size: 16px !important; }
.xterm .xterm-viewport { background-color: $ground !important; }
#opening, #ended { position: fixed; left: 0; right: 0; z-index: 10; text-align: center; }
#opening { top: 40%; }
#ended { bottom: 0; display: none; padding: 16px; background: $banner; border-top: 1px solid $muted; }
.-first-byte #opening, .-closed #opening { display: none; }
.-closed #ended { display: block; }
button { margin-left: 16px; padding: 8px 24px; font: inherit; color: $ground; background: $ink; border: 0; }
</style>
</head>
<body>
<main>
<h1 hidden>smallcap</h1>
<div id="terminal" class="textual-terminal"></div>
<p id="opening">smallcap is opening<noscript>: it needs JavaScript, which is turned off here</noscript></p>
<div id="ended" role="status">This app has ended. <button type="button" id="again">Open it again</button></div>
</main>
<script>$script</script>
</body>
</html>
""")


def page(colours: dict[str, str], needed: int, *, dark: bool) -> str:
    """The HTML, in a theme's colours, for an app that needs so many columns."""
    return PAGE.substitute(
        scheme="dark" if dark else "light",
        ground=colours["background"],
        banner=colours["banner"],
        ink=colours["text"],
        muted=colours["muted"],
        script=_script(needed),
    )


def headers(needed: int) -> dict[str, str]:
    """What every answer says: run and load nothing but our own, and let no other page frame or read it."""
    allowed = base64.b64encode(hashlib.sha256(_script(needed).encode()).digest()).decode()
    rules = (
        "default-src 'none'",
        f"script-src 'self' 'sha256-{allowed}'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(rules),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }


def _script(needed: int) -> str:
    return SCRIPT.replace("NEEDED", str(needed))
