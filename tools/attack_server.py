#!/usr/bin/env python3
"""Attacks a `deed serve` of its own, on loopback alone: mixed requests, clients that leave, floods, pipelining.

Text, pictures and sound, whole and streamed, OpenAI's shapes and ours; every answer under attack is held against the one
that the same request got alone. Then connections that say nothing, bodies that come slowly, and requests sent without
waiting for answers. At the end: no 5xx but 503 and 504, no trace in the log, nothing running or waiting, ready, and
memory, threads and open files as before. A line for each thing that is wrong, then counts. Python 3 alone; a seed draws
the same requests again.

    tools/attack_server.py [--deed ./deed] [--requests 2000] [--clients 24] [--seed 1] [NAME=]MODEL...

For sound give a speech model with its tokenizer; known answers outside the repository have tiny models of all kinds.
"""

import argparse
import base64
import collections
import http.client
import json
import math
import os
import pathlib
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zlib

TIMEOUT = 120
SAME = ("text", "token_ids", "exit_layers", "log_probs", "finish", "choices", "segments", "words")
WORDS = "a page of the table says what you asked 42 Straße 東京 <extra_id_0> good morning".split()
BAD = [
    b"", b"{", b"[]", b'{"prompt": 5}', b'{"image": "file:///etc/hostname"}', b'{"image": "data:image/png;base64,AAAA"}',
    b'{"audio": "data:audio/wav;base64,UklGRg=="}', b'{"prompt": "a", "generation": {"max_new_tokens": -1}}',
    b'{"prompt": "a", "exits": {"threshold": NaN}}', b'{"model": "nobody", "prompt": "a"}', b'{"prompt": "a", "prompt": "b"}',
    b"\xff\xfe", b'{"x": ' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"prompt": "' + b"a " * 300_000 + b'"}',
]


def png(rng):
    width, height = rng.choice([(32, 32), (97, 41), (1, 300), (640, 3)])
    rows = b"".join(b"\0" + rng.randbytes(3 * width) for _ in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def wav(rng):
    rate, seconds = rng.choice([8000, 16000, 22050]), rng.choice([0.1, 1, 3])
    pitch, noise = rng.uniform(80, 2000), rng.random()
    samples = [math.sin(i * pitch / rate) * (1 - noise) + rng.uniform(-noise, noise) for i in range(int(rate * seconds))]
    data = b"".join(struct.pack("<h", int(20000 * s)) for s in samples)
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16) \
        + b"data" + struct.pack("<I", len(data)) + data


def form(fields, sound):
    edge = "deed-attack"
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'
    return b"".join(parts) + head.encode() + sound + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class Request:
    def __init__(self, kind, path, body, content_type="application/json"):
        self.kind, self.path, self.body, self.type = kind, path, body, content_type
        self.streams = isinstance(body, dict) and body.get("stream", False)
        self.alone = None

    def bytes(self):
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    def raw(self, host, close):
        head = [f"POST {self.path} HTTP/1.1", f"Host: {host}", f"Content-Type: {self.type}", f"Content-Length: {len(self.bytes())}"]
        return "\r\n".join([*head, *(["Connection: close"] if close else []), "", ""]).encode() + self.bytes()


def drawn(models, rng):
    """A request that suits one of the models."""
    model = rng.choice(models)
    reads, may = set(model["reads"]), set(model["reads"]) | set(model["may_read"])
    prompt = " ".join(rng.choices(WORDS, k=rng.choice([1, 5, 30])))
    generation = {"max_new_tokens": rng.choice([1, 4, 12]), **rng.choice([{}, {}, {"do_sample": True, "seed": rng.randrange(99)}])}
    exits = rng.choice([{}, {"policy": "full"}, {"policy": "full", "lossless": True, "draft_tokens": 4, "draft_precision": "int8"},
                        *([{"policy": "max_prob", "threshold": rng.random()}] if model["exits"] else [])])
    body = {"model": model["id"], "generation": generation, "exits": exits}
    if reads & {"input_features", "input_values"}:
        sound = wav(rng)
        if "input_features" in reads and rng.random() < 0.7:
            fields = {"model": model["id"], "response_format": "verbose_json", "temperature": "0"}
            if rng.random() < 0.3:
                fields["timestamp_granularities[]"] = "word"
            return Request("transcription", "/v1/audio/transcriptions", *form(fields, sound))
        return Request("sound", "/v1/generate", {**body, "audio": "data:audio/wav;base64," + base64.b64encode(sound).decode()})
    sees = bool(may & {"pixel_values", "flattened_patches"})
    if sees:
        body["image"] = "data:image/png;base64," + base64.b64encode(png(rng)).decode()
    if "input_ids" in may or not sees:
        body["prompt"] = "<start_of_image> " + prompt if sees and "Gemma" in model["family"] else prompt
    if "bbox" in may:
        body.update(width=200, height=100, ocr=[{"text": w, "box": [9 * i, 5, 9 * i + 8, 15]} for i, w in enumerate(prompt.split()[:20])])
    if rng.random() < 0.3 and not sees:
        parts = {"messages": [{"role": "user", "content": prompt}], "logprobs": True}
        return Request("chat", "/v1/chat/completions", {"model": model["id"], "max_tokens": 8, **parts})
    return Request("picture" if sees else "text", "/v1/generate", {**body, "stream": rng.random() < 0.4})


class Server:
    def __init__(self, args):
        self.log = tempfile.TemporaryFile()
        command = [args.deed, "serve", *args.models, "--port", "0", "--json", "--max-waiting", "30"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline()
        if not line:
            sys.exit("the server did not start: " + self.text()[-500:])
        self.host = urllib.parse.urlsplit(json.loads(line)["url"]).netloc
        self.address = ("127.0.0.1", int(self.host.rsplit(":", 1)[1]))

    def text(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")

    def get(self, path, timeout=TIMEOUT):
        connection = http.client.HTTPConnection(*self.address, timeout=timeout)
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body

    def ask(self, request, most=None):
        """Status and answer; of a stream what `done` says. None where the client left after `most` bytes."""
        connection = http.client.HTTPConnection(*self.address, timeout=TIMEOUT)
        try:
            connection.request("POST", request.path, request.bytes(), {"Content-Type": request.type})
            response = connection.getresponse()
            if most is not None:
                response.read(most)
                return response.status, None
            return response.status, answer(response.read(), request)
        finally:
            connection.close()

    def state(self):
        status = dict(l.split(":", 1) for l in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines() if ":" in l)
        files = len(os.listdir(f"/proc/{self.process.pid}/fd"))
        return {"MiB": int(status["VmRSS"].split()[0]) // 1024, "threads": int(status["Threads"]), "files": files}

    def busy(self):
        """What metrics say is running or waiting."""
        text = self.get("/metrics")[1].decode()
        return sum(float(v) for v in re.findall(r"^deed_\w*(?:running|waiting)\w*(?:\{[^}]*\})? (\S+)$", text, re.M))

    def rest(self, seconds=90):
        end = time.monotonic() + seconds
        while self.busy() > 0 and time.monotonic() < end:
            time.sleep(0.5)
        return self.busy() == 0


def answer(body, request):
    """What has to be the same whenever it is asked."""
    if request.streams:
        events = [e.split(b"data: ", 1)[1] for e in body.split(b"\n\n") if b"event: done" in e or b"event: error" in e]
        body = events[-1] if events else body
    try:
        told = json.loads(body)
    except ValueError:
        return body[:200]
    if "error" in told:
        return told["error"].get("message")
    return json.dumps({k: told[k] for k in SAME if k in told}, sort_keys=True)


class Attack:
    def __init__(self, server, args):
        self.server, self.seed, self.clients = server, args.seed, args.clients
        self.wrong, self.counts, self.lock = [], collections.Counter(), threading.Lock()

    def note(self, outcome, wrong=None):
        with self.lock:
            self.counts[outcome] += 1
            if wrong and len(self.wrong) < 50:
                self.wrong.append(wrong)

    def prepare(self, distinct):
        rng = random.Random(self.seed)
        models = json.loads(self.server.get("/v1/models")[1])["data"]
        self.requests = [drawn(models, rng) for _ in range(distinct)]
        for i, request in enumerate(self.requests):
            request.alone = self.server.ask(request)
            if request.alone[0] >= 500:
                self.note("alone", f"seed {self.seed}, request {i} alone: {request.alone}")
            self.counts[f"alone {request.kind} {request.alone[0]}"] += 1
            if request.alone[0] >= 400:
                self.counts[f"alone: {request.body['model']}: {request.alone[1]}"] += 1

    def hold(self, i, got, where):
        request, (status, told) = self.requests[i], got
        if status in (429, 503):
            self.note(f"{where} refused {status}")
        # A stream that has begun tells of an error in its last event.
        elif told != request.alone[1] or (status != request.alone[0] and not request.streams):
            self.note(f"{where} DIFFERENT", f"seed {self.seed}, request {i} ({request.kind}) {where}: {status} {told}, alone {request.alone}")
        else:
            self.note(f"{where} {request.kind} {status}, as alone")

    def one(self, rng):
        i = rng.randrange(len(self.requests))
        request, way = self.requests[i], rng.random()
        if way < 0.7:
            self.hold(i, self.server.ask(request), "mixed")
        elif way < 0.8:
            status, _ = self.server.ask(request, most=rng.choice([1, 100, 1000]))
            self.note(f"left while reading {status}", f"{request.kind}: {status}" if status == 500 else None)
        elif way < 0.9:
            with socket.create_connection(self.server.address, timeout=TIMEOUT) as s:
                data = request.raw(self.server.host, False)
                s.sendall(data[: rng.choice([len(data), len(data), len(data) // 2])])
                time.sleep(0.05 * rng.random())
            self.note("left before the answer")
        else:
            bad = Request("bad", rng.choice(["/v1/generate", "/v1/chat/completions", "/v1/audio/transcriptions", "/none"]), rng.choice(BAD))
            status, told = self.server.ask(bad)
            self.note(f"bad input {status}", f"{bad.path} {bad.body[:60]}: {status} {told}" if status == 500 or status < 400 else None)

    def mixed(self, count):
        left = iter(range(count))

        def client(number):
            rng = random.Random(self.seed * 1000 + number)
            while True:
                with self.lock:
                    if next(left, None) is None:
                        return
                try:
                    self.one(rng)
                except (OSError, http.client.HTTPException) as e:
                    self.note(f"connection: {type(e).__name__}", f"client {number}: {e!r}" if isinstance(e, TimeoutError) else None)

        clients = [threading.Thread(target=client, args=(i,)) for i in range(self.clients)]
        for c in clients:
            c.start()
        for c in clients:
            c.join()

    def small(self, where):
        """While others flood: how long health and a small request take."""
        start = time.monotonic()
        status = self.server.get("/health/live", timeout=20)[0]
        live = time.monotonic() - start
        i = min(range(len(self.requests)), key=lambda k: len(self.requests[k].bytes()))
        self.hold(i, self.server.ask(self.requests[i]), where)
        whole = time.monotonic() - start
        print(f"{where}: health {live:.2f} s, a small request {whole - live:.2f} s", flush=True)
        if status != 200 or whole > 60:
            self.note(where, f"{where}: health {status}, {whole:.1f} s")

    def flood(self, connections, say, where, drip=False):
        sockets = []
        try:
            for i in range(connections):
                s = socket.create_connection(self.server.address, timeout=10)
                sockets.append(s)
                s.sendall(say(i))
            for _ in range(5):
                for s in sockets if drip else []:
                    try:
                        s.sendall(b"a")
                    except OSError:
                        pass
                time.sleep(0.2)
            self.small(where)
        except OSError as e:
            self.note(where, f"{where}: after {len(sockets)} connections {e!r}")
        finally:
            for s in sockets:
                s.close()
        self.counts[f"{where}: connections"] += len(sockets)

    def floods(self):
        head = f"POST /v1/generate HTTP/1.1\r\nHost: {self.server.host}\r\nContent-Type: application/json\r\n"
        self.flood(600, lambda i: b"", "silent connections")
        self.flood(600, lambda i: head.encode()[: 1 + i % len(head)], "halves of a head")
        self.flood(200, lambda i: (head + "Content-Length: 1000000\r\n\r\n{").encode(), "slow long bodies", drip=True)
        self.flood(400, lambda i: (head + "Content-Length: 900\r\n\r\n{").encode(), "slow short bodies", drip=True)
        self.flood(100, lambda i: (head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n").encode(), "chunks without an end")

    def crowd(self, connections):
        """More whole requests at once than may run and wait: each is answered as alone, or told to come again."""
        which = [i for i, r in enumerate(self.requests) if not r.streams and len(r.bytes()) < 4000]
        sockets = []
        try:
            for n in range(connections):
                s = socket.create_connection(self.server.address, timeout=TIMEOUT)
                sockets.append((which[n % len(which)], s))
            for i, s in sockets:
                s.sendall(self.requests[i].raw(self.server.host, True))
            for i, s in sockets:
                response = self.response(s.makefile("rb"))
                self.hold(i, (response[0], answer(response[1], self.requests[i])) if response else (0, "no answer"), "crowd")
        except OSError as e:
            self.note("crowd", f"crowd: {e!r}")
        finally:
            for _, s in sockets:
                s.close()

    def pipelined(self, rounds):
        """Several requests in one writing: answered in their order, each as alone, or the connection is closed."""
        rng = random.Random(self.seed)
        whole = [i for i, r in enumerate(self.requests) if not r.streams and len(r.bytes()) < 4000]
        for _ in range(rounds):
            which = rng.choices(whole, k=rng.randint(2, 12))
            data = b"".join(self.requests[i].raw(self.server.host, i is which[-1]) for i in which)
            with socket.create_connection(self.server.address, timeout=TIMEOUT) as s:
                s.sendall(data)
                stream, answered = s.makefile("rb"), 0
                for i in which:
                    response = self.response(stream)
                    if response is None:
                        break
                    answered += 1
                    self.hold(i, (response[0], answer(response[1], self.requests[i])), "pipelined")
                self.note("pipelined: all answered" if answered == len(which) else "pipelined: closed before the end")
        junk = b"GET /health/live HTTP/1.1\r\nHost: " + self.server.host.encode() + b"\r\n\r\n"
        with socket.create_connection(self.server.address, timeout=TIMEOUT) as s:
            s.sendall(junk * 200 + b"\0\1\2 nonsense\r\n\r\n")
            told = b"".join(iter(lambda: s.recv(65536), b""))
            self.note(f"200 pipelined looks at health: {told.count(b'HTTP/1.1 200')} answered")

    @staticmethod
    def response(stream):
        first = stream.readline()
        if not first.startswith(b"HTTP/1.1 "):
            return None
        size = 0
        for line in iter(stream.readline, b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        return int(first.split()[1]), stream.read(size)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deed", default=str(pathlib.Path(__file__).parent.parent / "deed"))
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=24)
    parser.add_argument("--distinct", type=int, default=60, help="requests that are drawn, and asked alone first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("models", nargs="+")
    args = parser.parse_args()
    server = Server(args)
    try:
        attack = Attack(server, args)
        attack.prepare(args.distinct)
        attack.mixed(args.requests // 10)
        server.rest()
        before = server.state()
        attack.mixed(args.requests)
        attack.floods()
        attack.crowd(1500)
        attack.pipelined(40)
        if not server.rest():
            attack.wrong.append(f"{server.busy()} still running or waiting")
        time.sleep(35)  # Idle connections are closed after half a minute.
        after = server.state()
        if server.get("/health/ready")[0] != 200:
            attack.wrong.append("not ready at the end")
        for i, request in enumerate(attack.requests):
            attack.hold(i, server.ask(request), "afterwards")
        print(f"before {before}, after {after}")
        if after["threads"] > before["threads"] + 20 or after["files"] > before["files"] + 20 or after["MiB"] > 1.5 * before["MiB"] + 100:
            attack.wrong.append(f"grew from {before} to {after}")
    finally:
        server.process.send_signal(signal.SIGTERM)
        code = server.process.wait(60)
    log = server.text()
    traces = [l for l in log.splitlines() if "Exception" in l or l.lstrip().startswith("at ") or "internal error" in l]
    attack.wrong += [f"log: {l[:200]}" for l in traces[:10]]
    for outcome, count in sorted(attack.counts.items()):
        print(f"{count:6} {outcome}")
    for line in attack.wrong:
        print("WRONG", line[:600])
    print(f"{len(attack.wrong)} wrong; ended with {code}")
    return 1 if attack.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
