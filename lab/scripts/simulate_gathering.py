#!/usr/bin/env python3
"""Would rows that go deep do better to wait for each other? A count of layers and look-ups, no clock.

Rows in flight are decoded step by step, each token leaving at the layer where a trained model's did. A block of m rows
costs a layer 1 + ROW (m - 1), the head HEAD times that at every second layer; a row that goes deeper than those before
it fills their positions. With gathering, a row that does not leave by layer B waits there until G rows do, W steps at
most. Prints tokens a unit of cost with the best W, B, G, over those without. Python 3 alone.

    lab/scripts/simulate_gathering.py EXITS.jsonl --source-layers 6 [--layers 12] [--row 0.2] [--head 3] [--rows 8]
"""

import argparse
import itertools
import json
import random

TOKENS = 20_000


class Row:
    """An answer on its way: the exit layer of each token, and the depth that each position has so far."""

    def __init__(self, answers, generator):
        self.answers, self.generator = answers, generator
        self.begin()

    def begin(self):
        self.exits, self.at, self.depths, self.waits = self.generator.choice(self.answers), 0, [], None

    def exit(self):
        return self.exits[self.at]

    def run(self, first, last, block, asked):
        """The layers `first` to `last` of this token, and of the positions that lack them."""
        for layer in range(first, last + 1):
            block[layer] += 1 + sum(depth < layer for depth in self.depths)
            asked[layer] += layer % 2 == 0
        self.depths = [max(depth, last) for depth in self.depths]

    def emit(self, layers):
        self.depths = [depth for depth in [*self.depths, self.exit()] if depth < layers]
        self.at += 1
        if self.at == len(self.exits):
            self.begin()


def tokens_per_cost(answers, options, wait=0, behind=0, gather=1):
    generator = random.Random(1)
    rows = [Row(answers, generator) for _ in range(options.rows)]
    tokens = cost = 0

    def price(count):
        return 1 + options.row * (count - 1) if count else 0

    while tokens < TOKENS:
        waiting = [row for row in rows if row.waits is not None]
        go = len(waiting) >= gather or any(row.waits >= wait for row in waiting)
        block, asked = [0] * (options.layers + 1), [0] * (options.layers + 1)
        for row in rows:
            if row.waits is not None and not go:
                row.waits += 1
                continue
            first = 1 if row.waits is None else behind + 1
            stops = wait and row.waits is None and row.exit() > behind
            row.run(first, behind if stops else row.exit(), block, asked)
            row.waits = 0 if stops else None
            if not stops:
                row.emit(options.layers)
                tokens += 1
        cost += sum(map(price, block)) + options.head * sum(map(price, asked))
    return tokens / cost


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("exits", type=argparse.FileType(), help="what generate --output wrote")
    parser.add_argument("--source-layers", type=int, required=True, help="decoder layers of that model")
    parser.add_argument("--layers", type=int, default=12, help="of the decoder that is counted")
    parser.add_argument("--row", type=float, default=0.2, help="what a row more costs, of a layer's first")
    parser.add_argument("--head", type=float, default=3.0, help="what the head costs, in layers")
    parser.add_argument("--rows", type=int, default=8, help="in flight")
    options = parser.parse_args()
    deep = [json.loads(line)["exit_layers"] for line in options.exits]
    answers = [[max(1, round(e * options.layers / options.source_layers)) for e in answer] for answer in deep]
    plain = tokens_per_cost(answers, options)
    choices = itertools.product((1, 2, 4, 8), range(2, options.layers, 2), (2, 4, 8))
    best, choice = max((tokens_per_cost(answers, options, *c), c) for c in choices if c[2] <= options.rows)
    print("row %.2f, rows %d: %.3f times the tokens, wait %d, behind layer %d, gather %d"
          % (options.row, options.rows, best / plain, *choice))


main()
