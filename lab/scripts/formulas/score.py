#!/usr/bin/env python3
"""Tells how many formulas were read without a difference, by renderer and size.

    deed generate MODEL --input OUT/test.jsonl --output answers.jsonl --policy full
    score.py answers.jsonl [--wrong 20]

OUT is what `render.py --each` made: ids are RENDERER-EM-NUMBER, and answers hold their targets.
"""

import argparse
import collections
import json
import pathlib


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("answers", type=pathlib.Path)
    options.add_argument("--wrong", type=int, default=0, help="show so many answers that differ")
    given = options.parse_args()
    right, all_of = collections.Counter(), collections.Counter()
    renderers, sizes, wrong = [], set(), []
    for line in given.answers.open():
        answer = json.loads(line)
        renderer, em, number = answer["id"].rsplit("-", 2)
        if renderer not in renderers:
            renderers.append(renderer)
        sizes.add(float(em))
        same = answer["text"] == answer["target"]
        # The first ten are those that everybody tries first.
        for group in [(renderer, float(em)), (renderer, "all"), ("all", float(em)), ("all", "all")]:
            all_of[group] += 1
            right[group] += same
            if int(number) < 10:
                all_of[group, "ten"] += 1
                right[group, "ten"] += same
        if not same:
            wrong.append(f"{answer['id']}\n  {answer['target']}\n  {answer['text']}")
    columns = [*sorted(sizes), "all"]
    for what, key in [("of all", lambda group: group), ("of the first ten", lambda group: (group, "ten"))]:
        print(f"| {what}, % | " + " | ".join(f"{em:g}" if em != "all" else em for em in columns) + " |")
        print("|---" * (len(columns) + 1) + "|")
        for renderer in [*renderers, "all"]:
            shares = [100 * right[key((renderer, em))] / all_of[key((renderer, em))] for em in columns]
            print(f"| {renderer} | " + " | ".join(f"{share:.0f}" for share in shares) + " |")
        print()
    step = max(1, len(wrong) // max(1, given.wrong))
    print("\n".join(wrong[::step][: given.wrong]))


if __name__ == "__main__":
    main()
