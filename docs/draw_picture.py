"""Draw docs/bontang.svg, README's picture: what `siaga run scenarios/bontang.yaml` prints, as a terminal shows it.

python docs/draw_picture.py
"""

import io
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from simulator.questions.run.request import Request
from simulator.questions.run.run import answer
from simulator.report.run import show

HERE = Path(__file__).parent
COMMAND = "siaga run scenarios/bontang.yaml"
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px;
  line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: arial; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own format less its fonts, which it would have a reader fetch from a server."""


def draw() -> str:
    """The picture as SVG text."""
    with tempfile.TemporaryDirectory() as out:
        path = HERE.parent / "scenarios" / "bontang.yaml"
        done = answer(Request(scenario=path, out=Path(out), command=COMMAND))
        # The key changes with every version; the picture need not.
        done = replace(done, folder=Path("results", "bontang", "..."))
    screen = Console(record=True, width=80, file=io.StringIO(), highlight=False, force_terminal=True)
    show(done, screen)
    return screen.export_svg(title=COMMAND, code_format=SVG, unique_id="siaga")


if __name__ == "__main__":
    (HERE / "bontang.svg").write_text(draw(), encoding="utf-8")
    sys.stdout.write(f"{HERE / 'bontang.svg'}\n")
