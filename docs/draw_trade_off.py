"""Draw the trade-off of docs/guides/policies.md as an SVG: ``python docs/draw_trade_off.py`` (needs Chromium).

The page that ``siaga compare`` writes is opened without a window, and its picture taken out as it is drawn there.
"""

import html
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
TAKEN_OUT = """<script>addEventListener("load", () =>
  Plotly.toImage(document.querySelector(".plotly-graph-div"), {format: "svg", width: 860, height: 460}).then(url => {
    const drawn = document.createElement("pre");
    drawn.textContent = decodeURIComponent(url.slice(url.indexOf(",") + 1));
    document.body.replaceChildren(drawn);
  }))</script>"""


def command() -> list[str]:
    """The guide's first comparison."""
    text = (HERE / "guides" / "policies.md").read_text(encoding="utf-8")
    found = re.search(r"^\$ siaga (compare .*)$", text, re.M)
    assert found
    return shlex.split(found[1])


def draw() -> str:
    """The picture as text."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or "google-chrome"
    with TemporaryDirectory() as folder:
        run = [sys.executable, "-m", "simulator.cli", *command(), "--out", folder]
        subprocess.run(run, cwd=HERE.parent, check=True, stdout=subprocess.DEVNULL)
        page = next(Path(folder).rglob("trade-off.html"))
        page.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{TAKEN_OUT}</body>"), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000", "--dump-dom"]
        shown = subprocess.run([chromium, *options, page.as_uri()], check=True, capture_output=True, text=True).stdout
    found = re.search(r"<pre>(.*?)</pre>", shown, re.S)
    assert found
    return html.unescape(found[1]) + "\n"


if __name__ == "__main__":
    (HERE / "serang.svg").write_text(draw(), encoding="utf-8")
