"""Draw the pictures of the guides as SVG: ``python docs/draw_figures.py [NAME ...]`` (needs Chromium).

A guide's command is run, the page that it writes is opened without a window, and its picture taken out as drawn there.
"""

import html
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
TAKEN_OUT = """<script>addEventListener("load", () =>
  Plotly.toImage(document.querySelector(".plotly-graph-div"), {{format: "svg", width: {width}, height: {height}}}).then(
    url => {{
      const drawn = document.createElement("pre");
      drawn.textContent = decodeURIComponent(url.slice(url.indexOf(",") + 1));
      document.body.replaceChildren(drawn);
    }}))</script>"""


@dataclass(frozen=True, slots=True)
class Figure:
    """The first command of a guide that matches, the page that it writes, and how large it is drawn."""

    guide: str
    command: str
    page: str
    width: int = 860
    height: int = 460


FIGURES = {
    "serang": Figure("policies", "compare .*", "trade-off.html"),
    "staffing": Figure("staffing", "staff .*--growth .*", "staffing.html", height=960),
    "shifts": Figure("shifts", "shifts .*", "shifts.html", height=520),
    "launch": Figure("launch", "staff .*--phases .*", "phases.html", height=560),
    "capacity": Figure("capacity", "capacity .*", "capacity.html", height=380),
}


def draw(figure: Figure) -> str:
    """The picture as text."""
    text = (HERE / "guides" / f"{figure.guide}.md").read_text(encoding="utf-8")
    found = re.search(rf"^\$ siaga ({figure.command})$", text, re.M)
    assert found
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(HERE.parent / "scenarios", folder / "scenarios")
        for file, content in re.findall(r"^```yaml (\S+)\n(.*?)^```", text, re.M | re.S):
            (folder / file).write_text(content, encoding="utf-8")
        run = [sys.executable, "-m", "simulator.cli", *shlex.split(found[1]), "--out", str(folder / "out")]
        subprocess.run(run, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return taken_out(next((folder / "out").rglob(figure.page)), figure)


def taken_out(page: Path, figure: Figure) -> str:
    """The picture in a page, as Chromium draws it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or "google-chrome"
    script = TAKEN_OUT.format(width=figure.width, height=figure.height)
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{script}</body>"), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000", "--dump-dom"]
    shown = subprocess.run([chromium, *options, page.as_uri()], check=True, capture_output=True, text=True).stdout
    found = re.search(r"<pre>(.*?)</pre>", shown, re.S)
    assert found
    return html.unescape(found[1]) + "\n"


if __name__ == "__main__":
    for wanted in sys.argv[1:] or FIGURES:
        (HERE / f"{wanted}.svg").write_text(draw(FIGURES[wanted]), encoding="utf-8")
