#!/usr/bin/env python3
"""Times of tables over POST /v1/tables: a page as one table, and six tables of a page. Needs nothing but Python.

    measure_tables.py TABLEFORMER PAGES THREADS [--deed ./deed] [--tags 30,100,400]

PAGES is a folder of PNG files of at least 600 x 400 pixels, each asked for in turn. The model must emit tags to the
limit, as random weights do. A row each, for all layers and as by default: milliseconds of the encoder, of a tag, of the
rest and in all, medians of five pages behind twelve seconds of others; then those of six tables, medians of two.
"""

import argparse
import base64
import itertools
import json
import pathlib
import re
import statistics
import subprocess
import threading
import time
import urllib.request

FULL = {"confidence": "full", "lossless": False}


def ask(url, page, tags, exits, tables=None):
    body = {"model": "t", "image": page, "generation": {"max_new_tokens": tags + 1}}
    body |= {"exits": exits} if exits else {}
    body |= {"tables": tables} if tables else {}
    request = urllib.request.Request(url + "/v1/tables", json.dumps(body).encode(), {"Content-Type": "application/json"})
    begin = time.perf_counter()
    with urllib.request.urlopen(request, timeout=300) as answer:
        table = json.load(answer)
    return 1000 * (time.perf_counter() - begin), table


def row(url, page, tags, exits):
    whole, table = ask(url, page, tags, exits)
    encoder, decoder = table["timing"]["encode_ms"], table["timing"]["decode_ms"]
    return encoder, decoder / len(table["token_ids"]), whole - encoder - decoder, whole


def six(url, page, tags, exits, down):
    boxes = [[20 + 30 * i, 20 + 7 * down, 420 + 30 * i, 300 + 7 * down] for i in range(6)]
    return ask(url, page, tags, exits, boxes)[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("pages", type=pathlib.Path)
    parser.add_argument("threads")
    parser.add_argument("--deed", default="./deed")
    parser.add_argument("--tags", default="30,100,400")
    args = parser.parse_args()
    pictures = sorted(args.pages.glob("*.png"))
    pages = itertools.cycle("data:image/png;base64," + base64.b64encode(file.read_bytes()).decode() for file in pictures)
    command = [args.deed, "serve", f"t={args.model}", "--threads", args.threads, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        try:
            url = next(found.group() for line in server.stdout if (found := re.search(r"http://[\d.]+:\d+", line)))
            threading.Thread(target=server.stdout.read, daemon=True).start()
            end = time.time() + 12
            for exits in itertools.takewhile(lambda _: time.time() < end, itertools.cycle([FULL, None])):
                ask(url, next(pages), 100, exits)
            for exits, tags in itertools.product([FULL, None], map(int, args.tags.split(","))):
                times = zip(*(row(url, next(pages), tags, exits) for _ in range(5)))
                encoder, tag, rest, whole = map(statistics.median, times)
                tables = statistics.median(six(url, next(pages), tags, exits, down) for down in range(2))
                print(
                    f"{'all layers' if exits else 'by default'}, {tags} tags: encoder {encoder:.0f}, a tag {tag:.2f},"
                    f" rest {rest:.0f}, in all {whole:.0f}; six tables {tables:.0f}",
                    flush=True,
                )
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
