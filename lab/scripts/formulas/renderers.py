"""Sets formulas by other programs than the laboratory's own. Each function takes formulas as (tokens, em, display),
em in pixels, and a random generator; it yields an array of ink (0 to 1) for each, or None where that program cannot
set the formula."""

import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import numpy
from PIL import Image

from looks import shrunk

HERE = pathlib.Path(__file__).parent

# Computer Modern, now and then another face of books and papers.
LATEX_FONTS = [("", 0.7), (r"\usepackage{mathptmx}", 0.12), (r"\usepackage{mathpazo}", 0.1), (r"\usepackage{lmodern}", 0.08)]
# The default of matplotlib is the first.
MATHTEXT_FONTS = [("dejavusans", 0.4), ("cm", 0.15), ("stix", 0.15), ("dejavuserif", 0.15), ("stixsans", 0.15)]
POINTS_OF_AN_INCH = 72.27
FONT_SIZE = 10
LINES_BEFORE = 2
COMMAND = re.compile(r"\\[A-Za-z]+$")


def chosen(choices, random):
    names, weights = zip(*choices)
    return names[random.choice(len(names), p=numpy.array(weights) / sum(weights))]


def ink_of(image):
    """Of a picture on white; what is transparent is white."""
    if image.mode in ("RGBA", "LA", "P"):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return 1 - numpy.asarray(image.convert("L")) / 255.0


def run(command, folder, check=True):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")
    if check and done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stdout[-2000:]}")
    return done.stdout


def tex_of(tokens):
    """Without spaces, which mathtext takes for an end of what has scripts, but where a command would swallow a letter."""
    tex = ""
    for token in tokens.split(" "):
        if token[0].isalpha() and COMMAND.search(tex):
            tex += " "
        tex += token + (" " if token == "\\" else "")
    return tex


def latex_of(tokens):
    # A bracket behind the end of a row would be taken for its argument.
    return tex_of(tokens).replace("\\\\", "\\\\\\relax ")


class Latex:
    """LaTeX, its pages turned into pixels by another program: the whole document is set once, then groups of pages have
    one size each."""

    def __init__(self, raster, finer=1):
        self.raster = raster
        self.finer = finer

    def __call__(self, formulas, random):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            self.set(folder, formulas, random)
            wrong = {int(line) for line in re.findall(r"f\.tex:(\d+):", (folder / "f.log").read_text(errors="replace"))}
            # Consecutive formulas of one size: one call makes their pixels. Page 1 is the one before the first formula.
            for em, run in itertools.groupby(range(len(formulas)), lambda at: formulas[at][1]):
                pages = [at + 2 for at in run]
                made = self.pixels(folder, pages[0], pages[-1], em * self.finer * POINTS_OF_AN_INCH / FONT_SIZE)
                for page in pages:
                    if page + LINES_BEFORE in wrong or page not in made:
                        yield None
                        continue
                    ink = ink_of(Image.open(made[page]))
                    yield shrunk(ink, 1 / self.finer, random) if self.finer > 1 else ink

    def set(self, folder, formulas, random):
        font = chosen(LATEX_FONTS, random)
        head = [r"\documentclass{article}\usepackage{amssymb}" + font]
        head += [r"\usepackage[active,tightpage]{preview}\setlength\PreviewBorder{3pt}\begin{document}"]
        pages = [r"\begin{preview}\hbox{$x$}\end{preview}"]
        pages += [
            r"\begin{preview}\hbox{$%s %s$}\end{preview}" % (r"\displaystyle" if display else "", latex_of(tokens))
            for tokens, _, display in formulas
        ]
        (folder / "f.tex").write_text("\n".join([*head, *pages, r"\end{document}"]))
        form = ["-output-format=dvi"] if self.raster == "dvipng" else []
        run(["pdflatex", *form, "-interaction=nonstopmode", "-file-line-error", "f.tex"], folder, check=False)

    def pixels(self, folder, first, last, dpi):
        folder = pathlib.Path(tempfile.mkdtemp(dir=folder))
        if self.raster == "dvipng":
            # It draws the first page that it is asked for cut to the size of the one before.
            pages = ["-p", f"={first - 1}", "-l", f"={last}"]
            run(["dvipng", "-q", "-D", str(round(dpi)), *pages, "-T", "tight", "-o", "p-%d.png", "../f.dvi"], folder)
        else:
            pages = ["-f", str(first), "-l", str(last), "-r", f"{dpi:.2f}"]
            run([self.raster, "-gray", "-png", *pages, "../f.pdf", "p"], folder)
        return {int(path.stem.split("-")[1]): path for path in folder.glob("p-*.png")}


class Mathtext:
    """What matplotlib sets by itself; no arrays."""

    def __init__(self, font=None):
        self.font = font

    def __call__(self, formulas, random):
        import matplotlib
        from matplotlib.font_manager import FontProperties
        from matplotlib.mathtext import MathTextParser

        for tokens, em, display in formulas:
            matplotlib.rcParams["mathtext.fontset"] = self.font or chosen(MATHTEXT_FONTS, random)
            hinting = "force_autohint" if self.font or random.random() < 0.7 else "no_hinting"
            matplotlib.rcParams["text.hinting"] = hinting
            tex = tex_of(tokens)
            tex = tex.replace("\\frac", "\\dfrac") if display else tex
            try:
                parsed = MathTextParser("agg").parse(f"${tex}$", 72, FontProperties(size=em))
                yield numpy.asarray(parsed.image) / 255.0
            except (ValueError, RuntimeError, KeyError):
                yield None


class Browser:
    """KaTeX or MathJax in Chromium. DEED_WEB names the folder whose node_modules hold them and playwright-core."""

    def __init__(self, kind, plain=False):
        self.kind = kind
        self.plain = plain

    def __call__(self, formulas, random):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            job = {
                "kind": self.kind,
                "hinting": "none" if self.plain else ["none", "slight", "full"][random.integers(3)],
                "scale": 1 if self.plain else [1, 1, 1.25, 1.5, 2][random.integers(5)],
                "chromium": os.environ.get("CHROMIUM", shutil.which("chromium")),
                "modules": os.environ["DEED_WEB"],
                "formulas": [{"tex": tex_of(tokens), "em": em, "display": display} for tokens, em, display in formulas],
            }
            (folder / "job.json").write_text(json.dumps(job))
            run(["node", str(HERE / "pages.mjs"), str(folder / "job.json")], folder)
            page = ink_of(Image.open(folder / "page.png"))
            for box in json.loads((folder / "boxes.json").read_text()):
                if box is None:
                    yield None
                    continue
                left, above, right, below = (round(at) for at in box)
                yield page[above:below, left:right]
