#!/usr/bin/env python3
"""How long a short answer takes alone, and while a batch of 8,000 lines is under way. Needs the package openai.

    lab/scripts/beside_a_batch.py MODEL [--deed ./deed] [--requests 40] [--warm-up 20]

Both begin after so many answers, and lines, that warm the server up. Says also how many lines the batch has a second,
alone (for three seconds) and beside.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

from openai import OpenAI

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOKENS = 20


def milliseconds(client, model, number):
    begin = time.perf_counter()
    client.completions.create(model=model, prompt=f"the amount is {number} euros and {number % 100} cents", max_tokens=TOKENS)
    return 1000 * (time.perf_counter() - begin)


def line(model, number):
    body = {"model": model, "prompt": f"{number} euros {number * 7} cents on the {number % 28 + 1} of May", "max_tokens": TOKENS}
    return json.dumps({"custom_id": str(number), "method": "POST", "url": "/v1/completions", "body": body})


def done(client, batch):
    return client.batches.retrieve(batch.id).request_counts.completed


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("model")
parser.add_argument("--requests", type=int, default=40)
parser.add_argument("--warm-up", type=int, default=20)
parser.add_argument("--deed", default=ROOT / "deed")
options = parser.parse_args()
with tempfile.TemporaryDirectory() as folder:
    command = [options.deed, "serve", options.model, "--port", "0", "--json", "--files", folder]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    client = OpenAI(base_url=json.loads(server.stdout.readline())["url"] + "/v1", api_key="none")
    model = client.models.list().data[0].id
    for i in range(options.warm_up):
        milliseconds(client, model, i)
    alone = [milliseconds(client, model, 1000 + i) for i in range(options.requests)]
    file = client.files.create(file=("lines.jsonl", "\n".join(line(model, i) for i in range(8000)).encode()), purpose="batch")
    batch = client.batches.create(input_file_id=file.id, endpoint="/v1/completions", completion_window="24h")
    while done(client, batch) < max(50, options.warm_up):
        time.sleep(0.2)
    begin, before = time.perf_counter(), done(client, batch)
    time.sleep(3)
    middle, between = time.perf_counter(), done(client, batch)
    beside = [milliseconds(client, model, 5000 + i) for i in range(options.requests)]
    end, after = time.perf_counter(), done(client, batch)
    assert client.batches.retrieve(batch.id).status == "in_progress", "the batch ended first; give fewer requests"
    client.batches.cancel(batch.id)
    server.terminate()
    server.wait()
print(f"alone {statistics.median(alone):.1f} ms, beside a batch {statistics.median(beside):.1f} ms")
print(f"lines a second: alone {(between - before) / (middle - begin):.0f}, beside {(after - between) / (end - middle):.0f}")
