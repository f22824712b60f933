#!/usr/bin/env python3
"""How long one client waits beside the flood of another: deed serve with two keys, with a model that takes\ntoken ids; needs nothing but Python.

    fair_shares.py T5 [--deed ./deed] [--flood 64] [--requests 40] [--tokens 40] [--rows 0]

Another client asks one request after the other, alone and beside a flood of so many at a time; --rows bounds the
rows of the flood's key. A row each: median and 95th percentile of its times in ms, and what became of the flood.
"""
import argparse
import json
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request


def ask(url, key, tokens):
    generation = {"max_new_tokens": tokens, "min_new_tokens": tokens}
    body = json.dumps({"input_ids": list(range(3, 30)), "generation": generation})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(url + "/v1/generate", body.encode(), headers)
    begin = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            answer.read()
            return answer.status, 1000 * (time.perf_counter() - begin)
    except urllib.error.HTTPError as error:
        error.read()
        return error.code, 1000 * (time.perf_counter() - begin)


def times(url, args):
    answers = [ask(url, "other-key", args.tokens) for _ in range(args.requests)]
    good = sorted(time for code, time in answers if code == 200)
    refused = len(answers) - len(good)
    return f"{statistics.median(good):.0f} ms, {good[int(0.95 * (len(good) - 1))]:.0f} ms, {refused} refused"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--deed", default="./deed")
    for name, value in (("flood", 64), ("requests", 40), ("tokens", 40), ("rows", 0)):
        parser.add_argument("--" + name, type=int, default=value)
    args = parser.parse_args()
    with tempfile.NamedTemporaryFile("w") as keys:
        limit = f" rows={args.rows}" if args.rows else ""
        keys.write(f"flood-key name=flood{limit}\nother-key name=other\n")
        keys.flush()
        command = [args.deed, "serve", args.model, "--port", "0", "--json", "--quiet", "--api-key-file", keys.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                url = json.loads(server.stdout.readline())["url"]
                times(url, args)
                print("alone:", times(url, args), flush=True)
                counts, over = {}, threading.Event()

                def flood():
                    while not over.is_set():
                        code, _ = ask(url, "flood-key", args.tokens)
                        counts[code] = counts.get(code, 0) + 1
                        if code != 200:
                            time.sleep(0.1)

                threads = [threading.Thread(target=flood) for _ in range(args.flood)]
                for thread in threads:
                    thread.start()
                time.sleep(3)
                print("beside the flood:", times(url, args), flush=True)
                over.set()
                for thread in threads:
                    thread.join()
                print("flood:", counts)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
