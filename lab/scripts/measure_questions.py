#!/usr/bin/env python3
"""Several questions about one page: what the second, third and fourth take, whose page is encoded already.

Starts `./deed serve`, asks about one page after the other, a question at a time, and prints a row for each place in the
order of questions: milliseconds as the server tells them and as the client sees them, and the mean exit layer. For a
model that reads a picture and is told the question in its decoder_prompt. Python 3 alone.

    lab/scripts/measure_questions.py MODEL TEST.jsonl [--pages 200] [--warm-up 30] [--threads 1]
"""

import argparse
import base64
import collections
import http.client
import json
import pathlib
import subprocess
import time
import urllib.parse


def pages(file):
    """The lines about each picture, which follow each other."""
    found = collections.OrderedDict()
    for line in map(json.loads, file.read_text().splitlines()):
        found.setdefault(line["image"], []).append(line)
    return list(found.items())


def ask(connection, picture, line):
    body = {"image": picture, "decoder_prompt": line["decoder_prompt"], "generation": {"max_new_tokens": 16}}
    begin = time.perf_counter()
    connection.request("POST", "/v1/generate", json.dumps(body), {"Content-Type": "application/json"})
    reply = connection.getresponse()
    content = reply.read()
    wall = 1000 * (time.perf_counter() - begin)
    if reply.status != 200:
        raise SystemExit(f"{reply.status}: {content.decode()}")
    answer = json.loads(content)
    timing = answer["timing"]
    return {
        "picture": timing["preprocess_ms"],
        "encoder": timing["encode_ms"],
        "decoder": timing["decode_ms"],
        "client": wall,
        "exit": sum(answer["exit_layers"]) / len(answer["exit_layers"]),
        "right": answer["text"] == line["target"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--warm-up", type=int, default=30)
    parser.add_argument("--threads", default="1")
    args = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parents[2]
    server = subprocess.Popen(
        [str(root / "deed"), "serve", args.model, "--port", "0", "--json", "--threads", args.threads],
        stdout=subprocess.PIPE,
    )
    try:
        address = urllib.parse.urlsplit(json.loads(server.stdout.readline())["url"])
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        answers = collections.defaultdict(list)
        for number, (image, lines) in enumerate(pages(args.data)[: args.warm_up + args.pages]):
            content = (args.data.parent / image).read_bytes()
            picture = "data:image/png;base64," + base64.b64encode(content).decode()
            for place, line in enumerate(lines, 1):
                answer = ask(connection, picture, line)
                if number >= args.warm_up:
                    answers[place].append(answer)
    finally:
        server.terminate()
        server.wait()
    print("| question | asked | reading the picture, ms | encoder, ms | decoder, ms | at the client, ms | mean exit layer | boxes equal, % |")
    print("|---|---|---|---|---|---|---|---|")
    for place, rows in sorted(answers.items()):
        mean = {key: sum(row[key] for row in rows) / len(rows) for key in rows[0]}
        print(
            f"| {place} | {len(rows)} | {mean['picture']:.2f} | {mean['encoder']:.2f} | {mean['decoder']:.2f}"
            f" | {mean['client']:.2f} | {mean['exit']:.2f} | {100 * mean['right']:.1f} |"
        )


if __name__ == "__main__":
    main()
