#!/usr/bin/env python3
"""Draws what deed eval, bench and train wrote: of NAME.json or NAME.jsonl FOLDER/NAME.png; of an evaluation with
dynamic policies FOLDER/NAME-exits.png too. `./deed charts` runs it: charts.py FILE FOLDER. The last line that it prints
is JSON: {"charts": [name, …]} or, with exit code 2, {"error": [what, why, what to do]}."""
import colorsys
import json
import math
import os
import re
import sys
from pathlib import Path

try:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patheffects import withStroke
    from matplotlib.ticker import LogLocator, MaxNLocator
    from matplotlib.transforms import Bbox
except ImportError as missing:
    why = f"{sys.executable} cannot load Matplotlib ({missing})"
    print(json.dumps({"error": ["charts", why, "run lab/charts/install, or give --python PROGRAM that has it"]}))
    sys.exit(2)

# Colour, marker and line of each family of policies; those of dynamic ones go by what measures confidence. The first
# colours are those of Okabe and Ito, which the colour-blind can tell apart.
FAMILIES = {"full": ("#000000", "D", "-"), "static": ("#6b6b6b", "o", (0, (1.5, 2.5))), "own": ("#009e73", "*", "-"),
            "copy": ("#d55e00", "^", (0, (5, 3))), "max_prob": ("#0072b2", "s", "-"), "margin": ("#56b4e9", "s", "-"),
            "entropy": ("#cc79a7", "s", "-"), "similarity": ("#e69f00", "s", "-"), "gate": ("#8b5a2b", "s", "-")}
# Those of no family come first where a family's is taken.
COLORS = ["#ff5c77", "#66ddaa", "#332288", "#999933", "#882255"] + [color for color, _, _ in FAMILIES.values()][::-1]
MARKERS = ["p", "<", ">", "d", "h", "v", "P", "X"]
UNITS = {"cider": "0…10", **dict.fromkeys(("cer", "cer_caseless", "wer"), "% (lower is better)")}
DOT = 2  # pixels; a hundred dots are an inch
STYLE = {"font.size": 9, "axes.grid": True, "axes.axisbelow": True, "grid.color": "#e4e4e4", "grid.linewidth": 0.6,
         "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#888888", "figure.dpi": 100 * DOT,
         "legend.frameon": False, "text.parse_math": False}


class Problem(Exception):
    """A file that cannot be drawn: why, and what to do."""


def figure(width, height, title, columns=1):
    """A figure of that many inches, and its axes."""
    made = Figure(figsize=(width, height))
    FigureCanvasAgg(made)
    made.suptitle(title, fontsize=11, fontweight="bold", wrap=True)
    return made, made.subplots(1, columns)


def add_legend(made, handles):
    """One for all axes, below them, in as many columns as fit; the figure grows by its height."""
    for columns in range(len(handles), 0, -1):
        legend = made.legend(handles=handles, loc="lower center", ncol=columns, columnspacing=1.4, handletextpad=0.5)
        size = legend.get_window_extent(made.canvas.get_renderer())
        if size.width <= made.bbox.width or columns == 1:
            break
        legend.remove()
    made.set_figheight((made.bbox.height + size.height) / made.dpi)
    made.tight_layout(rect=(0, size.height / made.bbox.height, 1, 1))


class Row:
    """A model with a policy in an evaluation; decode time and metric are (value, low, high)."""

    def __init__(self, row, metric):
        self.model, self.label = row["model"], row["policy"]
        self.resolved = row.get("resolved")  # of `default`: what the model states
        self.millis = (row["decode_ms"], *row["interval"]["decode_ms"])
        self.metric = (row["metrics"][metric], *row["interval"][metric])
        self.shares, self.by_position = row["exits"]["share_by_layer"], row["exits"]["mean_layer_by_position"]
        # As docs/method.md spells settings: copy:max_prob:0.9@min=2
        head, at, settings = self.label.partition("@")
        parts = head.split(":")
        self.settings, self.value = at + settings, parts[-1]
        self.measure = parts[1] if parts[0] in ("copy", "jit") else parts[0]
        copies = "copy" in (parts[0], *re.findall("[@,]history=(copy)", self.settings))
        kinds = {"full": "full", "static": "static", "default": "own"}
        self.kind = kinds.get(self.measure, "copy" if copies else "dynamic")
        self.style = FAMILIES.get(self.kind) or FAMILIES.get(self.measure, FAMILIES["full"])
        # Copied states, and exits at some layers only, are hollow.
        self.filled = self.kind != "copy" and not re.search("[@,]layers=", self.settings)


def series_of(rows):
    """Rows that belong together, by names: one model, one family of policies, different layers or thresholds. Where
    models are compared, full depth is the last of the fixed exits."""
    models = [row.model for row in rows]
    compares, shared = len(set(models)) > 1, os.path.commonprefix(models).rfind("/") + 1
    fixed = {row.model for row in rows if compares and row.kind == "static" and not row.settings}
    series = {}
    for row in sorted(rows, key=lambda row: compares and row.kind == "full"):
        names = {"full": "fixed exit layer" if row.model in fixed else "full depth", "static": "fixed exit layer",
                 "own": "model's own", "copy": f"copied state (CALM), {row.measure}", "dynamic": f"DEED, {row.measure}"}
        settings = f": {row.resolved}" if row.resolved else f" {row.settings}" if row.settings else ""
        model = f", {row.model[shared:]}" if compares else ""
        series.setdefault(names[row.kind] + settings + model, []).append(row)
    return series


def draw_quality(rows, metric, subject):
    """The metric against decode time, with 90 % intervals. No two series share a colour, nor a marker: a print without
    colours is readable."""
    series, found = series_of(rows), len(series_of(rows))
    for kind in ("copy", "own", "dynamic"):
        if len(series) > len(COLORS):
            series = {name: of_name for name, of_name in series.items() if of_name[0].kind != kind}
    series = dict(list(series.items())[:len(COLORS)])
    left = f" ({found - len(series)} series only in the table)" if found > len(series) else ""
    made, axes = figure(9, 5.2, subject + left)
    drawn = [row for of_name in series.values() for row in of_name]
    low, high = min(row.metric[1] for row in drawn), max(row.metric[2] for row in drawn)
    room = max(0.1 * (high - low), 1.2 - (high - low) / 2)  # what hardly varies must not look as if it did
    axes.set(xlim=(0, 1.08 * max(row.millis[2] for row in drawn) or 1), ylim=(low - room, high + room),
             xlabel="decode time per example, ms", ylabel=f"{metric}, {UNITS.get(metric, '0…100')}")
    axes.set_yticks([tick for tick in axes.get_yticks()
                     if low - room <= tick <= high + room and tick >= 0 and (tick <= 100 or high > 100)])
    colors, outlines, handles = [], [], []
    for name, of_name in series.items():
        color, marker, line = of_name[0].style
        others = [(other, filled) for filled in (of_name[0].filled, not of_name[0].filled) for other in MARKERS]
        colors.append(next(each for each in (color, *COLORS) if each not in colors))
        outlines.append(next(each for each in ((marker, of_name[0].filled), *others) if each not in outlines))
        marker, filled = outlines[-1]
        x, *across = zip(*(row.millis for row in of_name))
        y, *along = zip(*(row.metric for row in of_name))
        axes.hlines(y, *across, color="black", alpha=0.25, linewidth=0.6)
        axes.vlines(x, *along, color="black", alpha=0.25, linewidth=0.6)
        handles += axes.plot(x, y, color=colors[-1], marker=marker, markersize=11 if marker == "*" else 6.5,
                             markerfacecolor=colors[-1] if filled else "white", linewidth=1.4, linestyle=line,
                             label=name, zorder=3 - len(handles) / 100)
    add_legend(made, handles)
    write_labels(axes, series.values(), colors)
    return made


def write_labels(axes, all_series, colors):
    """Writes layers and thresholds so that none covers a point or another label: near places first, farther ones with a
    line to the point; where there is no room, not. Neighbours that coincide share one."""
    spots = [axes.transData.transform([(row.millis[0], row.metric[0]) for row in rows]) for rows in all_series]
    taken = [Bbox.from_bounds(*(spot - 5.5 * DOT), 11 * DOT, 11 * DOT) for places in spots for spot in places]
    # Above first, then to both sides by turns.
    turns = [math.pi / 2 + (-1) ** turn * ((turn + 1) // 2) * math.pi / 8 for turn in range(16)]
    for rows, color, places in zip(all_series, colors, spots):
        last = -1 if rows[0].kind != "own" else len(rows)  # of the model's own the legend says it all
        while (first := last + 1) < len(rows):
            last, (x, y) = first, places[first]
            while last + 1 < len(rows) and math.dist(places[first], places[last + 1]) < 12 * DOT:
                last += 1
            joint = ", " if last == first + 1 else " … "
            text = rows[first].value + (joint + rows[last].value if last > first else "")
            note = axes.annotate(text, (x, y), xycoords="figure pixels", ha="center", va="center", color=color,
                                 zorder=4, path_effects=[withStroke(linewidth=2, foreground="#ffffffc0")])
            _, _, width, height = note.get_window_extent(axes.figure.canvas.get_renderer()).bounds
            for distance, turn in ((d * DOT, turn) for d in (9, 20, 34, 50, 68, 90) for turn in turns):
                left = x + math.cos(turn) * (distance + width / 2) - width / 2
                below = y + math.sin(turn) * (distance + height / 2) - height / 2
                box = Bbox.from_bounds(left - DOT, below - DOT, width + 2 * DOT, height + 2 * DOT)
                if all(axes.bbox.contains(*end) for end in (box.min, box.max)) and not box.count_overlaps(taken):
                    break
            else:
                note.remove()
                continue
            taken.append(box)
            note.set_position((left + width / 2, below + height / 2))
            if distance > 9 * DOT:
                end = min(max(x, box.x0), box.x1), min(max(y, box.y0), box.y1)
                axes.figure.add_artist(Line2D(*zip(end, (x, y)), color=color, linewidth=0.4, transform=None))


def draw_exits(rows, subject):
    """Share of the tokens by layer, and mean layer along the answer."""
    made, (shares, along) = figure(9, 3.4, subject, 2)
    layers, longest = (max(map(len, lists)) for lists in zip(*((row.shares, row.by_position) for row in rows)))
    bars, width = [], 0.8 / len(rows)
    for i, (row, color) in enumerate(zip(rows, ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#6b6b6b"])):
        places = [layer + 1 + width * (i - (len(rows) - 1) / 2) for layer in range(len(row.shares))]
        bars.append(shares.bar(places, [100 * share for share in row.shares], width, color=color,
                               label=row.label + (f" = {row.resolved}" if row.resolved else "")))
        along.plot(range(1, len(row.by_position) + 1), row.by_position, color=color, linewidth=1.2,
                   marker="" if len(row.by_position) > 1 else "o")
    shares.set(xlabel="exit layer", ylabel="share of tokens, %", xlim=(0.4, layers + 0.6), ylim=(0, 100))
    along.set(xlabel="token of the answer", ylabel="mean exit layer", xlim=(0.5, longest + 0.5),
              ylim=(0.8, layers + 0.2))
    shares.grid(visible=False, axis="x")
    for axis in (shares.xaxis, along.xaxis, along.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    add_legend(made, bars)
    return made


def draw_evaluation(value):
    """Its first metric; the exits of the first dynamic policies, as many as can be told apart, of the first model."""
    written = value["rows"]
    if not written or "decode_ms" not in written[0].get("interval", {}) or "exits" not in written[0]:
        raise Problem("has no rows with intervals and exits", "give one that deed eval wrote")
    metric = next(iter(written[0]["metrics"]))
    rows = [Row(row, metric) for row in written]
    # A file with its folder: what is above says nothing of the data.
    subject = "/".join(Path(value["data"]).parts[-2:]) + f", {value['examples']:,} examples"
    dynamic = [row for row in rows if row.model == rows[0].model and row.kind not in ("full", "static")][:5]
    quality = {"": draw_quality(rows, metric, subject)}
    return {**quality, "-exits": draw_exits(dynamic, subject)} if dynamic else quality


def conditions(row):
    """Of a bench. The weights as BenchCase has them; files of before it had three values of screening say true."""
    screen = {"on": " + screen", "true": " + screen", "off": ", no screen"}.get(str(row["screening"]).lower(), "")
    weights = row["precision"] + (f", {row['head_tokens']} tokens" if row.get("head_tokens") else screen)
    return (row["model"], weights, f"{row['threads']} thread{'s' if row['threads'] > 1 else ''}",
            f"batch {row['batch']}", f"{row['source_length']} → {row['new_tokens']} tokens")


def draw_bench(value):
    """What a decoder step takes against reading its weights once; what all bars have in common is in the title."""
    rows = [row for row in value["rows"] if "error" not in row]
    columns = [(column, len(set(column)) == 1) for column in zip(*map(conditions, rows))]
    names = [" · ".join([row["engine"], *filter(None, [", ".join(column[i] for column, same in columns if not same)])])
             for i, row in enumerate(rows)]
    made, axes = figure(9, 1.1 + 0.22 * len(rows), ", ".join(column[0] for column, same in columns if same))
    ratios = [row["ideal_ratio"] or 0 for row in rows]
    colors = ["#1f6feb" if row["engine"].startswith("deed") else "#9aa4b0" for row in rows]
    axes.bar_label(axes.barh(range(len(rows)), ratios, 0.75, color=colors), fmt="%.2f", padding=3)
    axes.set_yticks(range(len(rows)), names)
    axes.set(xlim=(0, 1.12 * max(ratios, default=1) or 1), ylim=(len(rows) - 0.4, -0.6),
             xlabel="time of a decoder step by the time of reading its weights once (lower is better)")
    axes.grid(visible=False, axis="y")
    made.tight_layout()
    return {"": made}


def draw_losses(lines):
    """Loss of every exit against steps: training smoothed, validation as points; from red, the shallowest, to blue."""
    steps = [line for line in lines if "exit_losses" in line]
    window = max(1, len(steps) // 300)  # more points would not be seen
    training = [(part[-1]["step"], [sum(of_exit) / window for of_exit in zip(*(line["exit_losses"] for line in part))])
                for part in (steps[end - window:end] for end in range(window, len(steps) + 1, window))]
    validation = [(line["step"], line["val_exit_losses"]) for line in lines if "val_exit_losses" in line]
    made, axes = figure(10, 6, "Loss of every exit")
    styles = {"linewidth": 1.2}, {"marker": "o", "linestyle": "", "markersize": 4}
    handles = [Line2D([], [], color="black", label="training", **styles[0]),
               Line2D([], [], color="black", label="validation", **styles[1])]
    exits = max((len(losses) for _, losses in training + validation), default=0)
    for i in range(exits):
        color = colorsys.hsv_to_rgb(0.62 * (i / (exits - 1) if exits > 1 else 1), 0.85, 0.8)
        handles.append(Line2D([], [], color=color, linewidth=3, label=f"exit {i + 1}"))
        for points, style in zip((training, validation), styles):
            # A logarithmic axis has no zero.
            known = [(step, max(losses[i], 1e-6)) for step, losses in points if i < len(losses)]
            axes.plot([step for step, _ in known], [loss for _, loss in known], color=color, **style)
    axes.set(xlabel="step", ylabel="cross-entropy per token, nats", yscale="log")
    low, high = axes.get_ylim()
    axes.yaxis.set_major_locator(LogLocator(subs=(1,) if high > 1000 * low else (1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    add_legend(made, handles)
    return {"": made}


def draw(file):
    """The figures of a file by the ends of their names."""
    if not file.is_file():
        raise Problem("is no file", "give one that deed wrote")
    try:
        # Only between values is there a new line between two braces.
        values = json.loads("[" + re.sub(r"}\s*\n\s*{", "},{", file.read_text("utf-8")) + "]")
    except OSError as other:
        raise Problem(f"cannot be read ({other.strerror})", "give one that deed wrote") from None
    except ValueError:
        raise Problem("is no JSON", "give one that deed wrote") from None
    first = values[0] if values and isinstance(values[0], dict) else {}
    try:
        if "parts" in first:
            return draw_bench(first)
        if "rows" in first:
            return draw_evaluation(first)
        if "step" in first:
            return draw_losses(values)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as other:
        raise Problem(f"is not as deed writes it ({other!r})", "give one that deed wrote") from other
    raise Problem("is neither an evaluation nor a bench nor the log of a training",
                  "give evaluation.json, bench.json or training/log.jsonl")


def main(file, folder):
    matplotlib.rcdefaults()  # not the user's colours
    matplotlib.rcParams.update(STYLE)
    try:
        charts = {re.sub(r"\.jsonl?$", "", file.name) + f"{end}.png": made for end, made in draw(file).items()}
        for name, made in charts.items():
            made.savefig(folder / name)
        print(json.dumps({"charts": list(charts)}))
    except Problem as problem:
        print(json.dumps({"error": [str(file), *problem.args]}))
        sys.exit(2)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
