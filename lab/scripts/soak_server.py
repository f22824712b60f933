#!/usr/bin/env python3
"""Hours in minutes: mixed requests to a running `deed serve`, and whether its memory, threads and files stay as they are.

Whole and streamed answers of all samples, OpenAI's chat, clients that leave in the middle or never read, and bad input
of many kinds, from a few clients at a time. Python 3 alone; only servers on this machine.

    lab/scripts/soak_server.py PID URL MODELS_FOLDER [--minutes 30] [--clients 6] [--seed 1]
"""

import argparse
import base64
import collections
import http.client
import json
import os
import pathlib
import random
import socket
import sys
import threading
import time
import urllib.parse

BAD = [
    b"", b"{", b"[]", b'{"prompt": 5}', b'{"image": "file:///etc/hostname"}', b'{"image": "data:image/png;base64,AAAA"}',
    b'{"generation": {"max_new_tokens": -1}}', b'{"generation": {"no_such_setting": 1}}', b'{"exits": {"threshold": NaN}}',
    b'{"model": "nobody", "prompt": "a"}', b'{"a": 1, "a": 2}', b"\xff\xfe", b'{"x": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"image": "data:image/png;base64,' + b"iVBORw0KGgo" * 3000 + b'"}',
]


def requests(folder):
    """Bodies for /v1/generate, of all samples of all models."""
    made = []
    for samples in sorted(folder.glob("*/samples/samples.jsonl")):
        for line in map(json.loads, samples.read_text().splitlines()):
            body = {"model": samples.parent.parent.name}
            if "prompt" in line:
                body["prompt"] = line["prompt"]
            if "image" in line:
                content = (samples.parent / line["image"]).read_bytes()
                body["image"] = "data:image/png;base64," + base64.b64encode(content).decode()
            made.append(body)
    return made


class Soak:
    def __init__(self, args):
        url = urllib.parse.urlsplit(args.url)
        if url.hostname not in ("127.0.0.1", "localhost", "::1"):
            sys.exit("only servers on this machine")
        self.host, self.port = url.hostname, url.port
        self.bodies = requests(args.models)
        self.end = time.monotonic() + 60 * args.minutes
        self.outcomes = collections.Counter()
        self.lock = threading.Lock()

    def post(self, path, body, timeout=60):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        return connection

    def drawn(self, rng):
        body = dict(rng.choice(self.bodies))
        body["exits"] = rng.choice([{}, {"confidence": "full"}, {"threshold": rng.random()}])
        body["generation"] = rng.choice([{}, {}, {"max_new_tokens": 5}, {"num_beams": 2}, {"do_sample": True, "seed": rng.randrange(99)}])
        return body

    def whole(self, rng):
        connection = self.post("/v1/generate", json.dumps(self.drawn(rng)))
        status = connection.getresponse()
        status.read()
        connection.close()
        return f"whole {status.status}"

    def streamed(self, rng, most=None):
        connection = self.post("/v1/generate", json.dumps({**self.drawn(rng), "stream": True, "trace": rng.random() < 0.5}))
        response, lines = connection.getresponse(), 0
        for _ in response:
            lines += 1
            if most is not None and lines >= most:
                connection.close()
                return "left in the middle"
        connection.close()
        return f"streamed {response.status}"

    def left(self, rng):
        connection = self.post("/v1/generate", json.dumps(self.drawn(rng)))
        time.sleep(0.05 * rng.random())
        connection.close()
        return "left before the answer"

    def chat(self, rng):
        body = dict(rng.choice(self.bodies))
        parts = [{"type": "text", "text": body["prompt"]}] if "prompt" in body else []
        parts += [{"type": "image_url", "image_url": {"url": body["image"]}}] if "image" in body else []
        question = {"model": body["model"], "messages": [{"role": "user", "content": parts}], "stream": rng.random() < 0.5}
        connection = self.post("/v1/chat/completions", json.dumps(question))
        response = connection.getresponse()
        response.read()
        connection.close()
        return f"chat {response.status}"

    def bad(self, rng):
        connection = self.post(rng.choice(["/v1/generate", "/v1/chat/completions", "/v1/no", "/metrics"]), rng.choice(BAD))
        response = connection.getresponse()
        response.read()
        connection.close()
        if response.status >= 500 and response.status != 503:
            return f"BAD INPUT GAVE {response.status}"
        return "bad input refused"

    def never_reads(self, rng):
        data = json.dumps({**self.drawn(rng), "stream": True, "trace": True}).encode()
        with socket.create_connection((self.host, self.port), timeout=30) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.sendall(b"POST /v1/generate HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                      % (self.host.encode(), self.port, len(data)) + data)
            time.sleep(rng.random())
        return "never read"

    def client(self, seed):
        rng = random.Random(seed)
        kinds = [self.whole, self.streamed, lambda r: self.streamed(r, 3), self.left, self.chat, self.bad, self.bad, self.never_reads]
        while time.monotonic() < self.end:
            try:
                outcome = rng.choice(kinds)(rng)
            except (OSError, http.client.HTTPException) as e:
                outcome = type(e).__name__
            with self.lock:
                self.outcomes[outcome] += 1


def state(pid):
    status = dict(l.split(":", 1) for l in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in l)
    return (int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), len(os.listdir(f"/proc/{pid}/fd")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pid", type=int)
    parser.add_argument("url")
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    soak, seen = Soak(args), []
    clients = [threading.Thread(target=soak.client, args=(args.seed * 1000 + i,)) for i in range(args.clients)]
    for c in clients:
        c.start()
    while any(c.is_alive() for c in clients):
        time.sleep(5)
        seen.append(state(args.pid))
    print(f"{'of the time':14}{'memory MiB':>12}{'threads':>10}{'open files':>12}   (mean, largest)")
    thirds = [seen[len(seen) * i // 6 : len(seen) * (i + 1) // 6] for i in range(6)]
    for i, part in enumerate(thirds):
        columns = [f"{sum(x) / len(x):.0f} {max(x):.0f}" for x in zip(*part)]
        print(f"{i + 1} of 6{'':8}{columns[0]:>12}{columns[1]:>10}{columns[2]:>12}")
    for outcome, count in sorted(soak.outcomes.items()):
        print(f"{count:8} {outcome}")
    bad = [o for o in soak.outcomes if o.startswith("BAD")]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
