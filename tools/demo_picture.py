#!/usr/bin/env python3
"""Draws the demonstration's coloured output as a picture, with headless Chromium.

    tools/demo_picture.py docs/demo.png

Needs chromium on the PATH.
"""

import html
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The 256-colour codes that the demonstration uses, as terminals draw them.
COLOURS = {34: "#00af00", 142: "#afaf00", 208: "#ff8700", 160: "#d70000", 164: "#d700d7", 63: "#5f5fff",
           245: "#8a8a8a"}


def output():
    run = subprocess.run(
        [ROOT / "deed", "demo"], env=dict(os.environ, CLICOLOR_FORCE="1"),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    )
    return run.stdout.strip("\n")


def page(text):
    body = html.escape(text)
    body = re.sub(
        "\x1b\\[38;5;(\\d+)m(.*?)\x1b\\[0m",
        lambda m: f'<span style="color:{COLOURS[int(m[1])]}">{m[2]}</span>',
        body,
        flags=re.S,
    )
    return f"""<!doctype html><meta charset="utf-8"><style>
      body {{ margin: 0; background: #16181d; }}
      pre {{ margin: 24px 28px; color: #d6d9e0; font: 15px/1.45 "DejaVu Sans Mono", monospace; }}
    </style><pre><b>$ ./deed demo</b>\n{body}</pre>"""


def main():
    text = output()
    lines = text.count("\n") + 2
    columns = max(len(re.sub("\x1b\\[[0-9;]*m", "", line)) for line in text.split("\n"))
    with tempfile.TemporaryDirectory() as work:
        source = pathlib.Path(work, "demo.html")
        source.write_text(page(text), encoding="utf-8")
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--disable-background-networking", f"--user-data-dir={work}/profile",
             f"--window-size={int(columns * 9.04) + 60},{int(lines * 21.75) + 50}",
             f"--screenshot={pathlib.Path(sys.argv[1]).resolve()}", source.as_uri()],
            check=True, stderr=subprocess.DEVNULL,
        )


if __name__ == "__main__":
    main()
