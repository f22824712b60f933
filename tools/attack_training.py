#!/usr/bin/env python3
"""Attacks `deed train` as users and their machines do: kills, a folder for two, a full disk, hostile models and data.

    kill   kill -9 at random moments, then --resume, again and again: nothing half-written on the way, and in the end the
           model is that of a training that was left in peace, byte for byte
    two    two trainings in one folder at once: one is refused in a line, the other is that of one alone
    full   a disk without room (a tmpfs of a few hundred KiB where this may be mounted, else a bound on files): a line,
           nothing half-written; with room --resume goes on to the same bytes
    init   --init with folders that are damaged, odd or planted: a line or a training, never a trace
    lines  training lines that are broken, huge, NaN or of odd types: likewise

A line for each thing that is wrong, then counts. Python 3 alone; a seed draws the same cases again, but for the moments
of kills.

    tools/attack_training.py [--deed ./deed] [--minutes 10] [--seed 1] [kill|two|full|init|lines ...]
"""

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

WORDS = "red green blue white black grey".split()
TINY = ["--arch", "t5", "--vocabulary", "word:32"] + [x for s in (
    "d_model=32", "d_kv=8", "d_ff=64", "num_layers=1", "num_decoder_layers=3") for x in ("--set", s)]
RECIPE = ["--batch", "8", "--threads", "1", "--quiet"]
LONG, SHORT = (["--max-steps", str(n), "--validate-every", str(n // 12 + 1)] for n in (60, 2))

# Of an own machine, whatever a line or a model asks for.
ROOM = 12 << 30
REFUSALS = (1, 2)
SOUND = {"prompt": "red green", "target": "green red"}
LINES = [
    b"", b"{", b"null", b"[]", b'"a"', b"\xff\xfe{", b"\0", b'{"prompt": NaN, "target": "a"}', b"[" * 100_000,
    b'{"prompt": "a", "prompt": "b", "target": "c"}', json.dumps({**SOUND, "target": 5}).encode(),
    json.dumps({**SOUND, "target": "red " * 10_000}).encode(), json.dumps({**SOUND, "target": "red " * 100_000}).encode(),
    json.dumps({**SOUND, "prompt": "red " * 10_000}).encode(), json.dumps({**SOUND, "prompt": "red " * 1_000_000}).encode(),
    json.dumps({**SOUND, "target": ""}).encode(), json.dumps({**SOUND, "prompt": ""}).encode(),
    json.dumps({**SOUND, "targets": []}).encode(), json.dumps({"prompt": "red", "targets": ["a", 7]}).encode(),
    json.dumps({**SOUND, "image": "/dev/zero"}).encode(), json.dumps({**SOUND, "id": [1]}).encode(),
    json.dumps({**SOUND, "width": 10**18}).encode(), json.dumps({**SOUND, "nobody": 1}).encode(),
    json.dumps({**SOUND, "generation": {"max_new_tokens": -1}}).encode(), json.dumps({**SOUND, "exits": {"threshold": 1e999}}).encode(),
    json.dumps({**SOUND, "decoder_prompt": "red " * 10_000}).encode(), b'{"target": "red"}', b'{"prompt": "\\ud800", "target": "red"}',
]


class Attack:
    def __init__(self, args):
        self.deed, self.seed, self.rng = args.deed, args.seed, random.Random(args.seed)
        self.end = time.monotonic() + 60 * args.minutes
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="deed-attack"))
        self.counts, self.wrong = collections.Counter(), []
        self.data = self.data_set("data")
        started = time.monotonic()
        code, told = self.train(self.work / "peace")
        self.seconds = time.monotonic() - started
        if code != 0:
            sys.exit(f"a training in peace ended with {code}: {told}")

    def data_set(self, name, lines=None):
        folder = self.work / name
        folder.mkdir()
        rng = random.Random(7)
        sound = [json.dumps({"prompt": " ".join(w), "target": " ".join(w[::-1])}).encode() for w in
                 (rng.choices(WORDS, k=3) for _ in range(40))]
        (folder / "val.jsonl").write_bytes(b"\n".join(sound[:10]) + b"\n")
        (folder / "train.jsonl").write_bytes(b"\n".join(sound + (lines or [])) + b"\n")
        return folder

    def begun(self, out, more=LONG, start=TINY, limit=None, data=None):
        """A training in a group of its own; it goes on where one was begun."""
        resume = ["--resume"] if (out / "training/recipe.json").exists() else []
        bound = ["prlimit", f"--as={ROOM}"] + ([f"--fsize={limit}"] if limit else [])
        command = [*bound, self.deed, "train", "--data", str(data or self.data), "--out", str(out), *start, *RECIPE, *more, *resume]
        environment = {"DEED_JAVA_OPTS": "-Xmx1g", **os.environ}
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, env=environment)

    def train(self, out, *options, seconds=300, **more):
        """Exit code and what was said; a code of None: it did not end."""
        process = self.begun(out, *options, **more)
        try:
            told = process.communicate(timeout=seconds)[0].decode("utf-8", "replace")
            return process.returncode, told
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None, f"no end in {seconds} s"

    def note(self, case, wrong=None):
        self.counts[case] += 1
        if wrong:
            self.wrong.append(f"{case}: {wrong}")

    def is_refused(self, case, code, told, out):
        """One line, a code that says so, and nothing left behind."""
        lines = [l for l in told.splitlines() if l.strip()]
        trace = any(l.lstrip().startswith("at ") or "Exception" in l for l in lines)
        if code not in REFUSALS or len(lines) != 1 or trace:
            self.note(case, f"code {code}, said {told[-600:]!r}")
        elif out is not None and out.exists():
            self.note(case, f"left {sorted(p.name for p in out.rglob('*'))}, said {told!r}")
        else:
            self.note(case)

    def whole(self, case, folder):
        """Every file that has its final name can be read to its end."""
        for file in folder.rglob("*") if folder.exists() else []:
            if file.is_dir() or ".part" in str(file) or file.name.endswith("deed-lock"):
                continue
            try:
                data = file.read_bytes()
                if file.suffix == ".safetensors":
                    size = struct.unpack("<Q", data[:8])[0]
                    header = json.loads(data[8 : 8 + size])
                    ends = [t["data_offsets"][1] for k, t in header.items() if k != "__metadata__"]
                    if max(ends) != len(data) - 8 - size:
                        self.note(case, f"{file} is cut short")
                elif file.suffix == ".json":
                    json.loads(data)
                elif file.suffix == ".jsonl":
                    # A kill may cut the last line.
                    [json.loads(l) for l in data.split(b"\n")[:-1]]
            except ValueError as e:
                self.note(case, f"{file}: {e}")

    def is_that_of_peace(self, case, out):
        peace = self.work / "peace"
        for name in ("model.safetensors", "config.json", "tokenizer.json", "generation_config.json"):
            if not (out / name).exists() or (out / name).read_bytes() != (peace / name).read_bytes():
                return self.note(case, f"{out / name} is not that of a training in peace")
        steps = [[json.loads(l).get("loss") for l in (f / "training/log.jsonl").read_text().splitlines()] for f in (out, peace)]
        if steps[0] != steps[1]:
            return self.note(case, "the log has other losses than that of a training in peace")
        left = [p.name for p in out.rglob("*") if ".part" in p.name or p.name.endswith("deed-lock")]
        self.note(case, f"left {left}" if left else None)

    def kill(self):
        out = self.work / "killed"
        for kills in range(100):
            patient = kills > 8 or time.monotonic() > self.end
            # Few get to the end of a start; of those that do most are in the midst of steps.
            wait = 300 if patient else self.rng.uniform(0.2, 1.1) * self.seconds
            code, told = self.train(out, seconds=wait)
            if code is not None:
                break
            self.whole("kill", out)
            self.counts["kill: kills"] += 1
        if code != 0:
            self.note("kill: ended", f"after {kills} kills code {code}, said {told[-300:]}")
        self.is_that_of_peace("kill: ended as in peace", out)
        shutil.rmtree(out)

    def two(self):
        out = self.work / "two"
        processes = [self.begun(out) for _ in range(2)]
        told = [(p, p.communicate(timeout=600)[0].decode()) for p in processes]
        codes = sorted(p.returncode for p, _ in told)
        refused = [t for p, t in told if p.returncode != 0]
        if codes != [0, 2] or "is being written" not in refused[0] and "holds a" not in refused[0]:
            self.note("two: one refused", f"codes {codes}, said {refused}")
        else:
            self.is_refused("two: one refused", 2, refused[0], None)
        self.is_that_of_peace("two: ended as in peace", out)
        shutil.rmtree(out)

    def full(self):
        disk = self.work / "disk"
        disk.mkdir(exist_ok=True)
        size = self.rng.choice([4, 16, 60, 100, 150, 250, 400, 600])
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", disk], capture_output=True).returncode == 0
        out, case = disk / "out", "full" if mounted else "full (bound on files)"
        try:
            code, told = self.train(out, limit=None if mounted else size << 10)
            self.whole(case, out)
            if code != 0:
                self.is_refused(f"{case}: no room", code, told, None)
                left = [p.name for p in out.rglob("*") if ".part" in p.name or p.name.endswith("deed-lock")]
                if left:
                    self.note(case, f"{size} KiB: left {left}")
            if mounted:
                subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
            if code != 0:
                begun = (out / "training/recipe.json").exists()
                self.counts[f"{case}: {'amid steps' if begun else 'before the first step'}"] += 1
                code, told = self.train(out)
                if code != 0:
                    return self.note(f"{case}: goes on", f"{size} KiB: code {code}, said {told[-300:]}")
            self.is_that_of_peace(f"{case}: ended as in peace", out)
        finally:
            if mounted:
                subprocess.run(["umount", disk], check=True)
            else:
                shutil.rmtree(out, ignore_errors=True)

    def init(self):
        folder = self.work / "init"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.work / "peace", folder, ignore=lambda _, names: ["training"])
        name = self.rng.choice(["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "generation_config.json"])
        file, data, how = folder / name, (folder / name).read_bytes(), self.rng.randrange(8)
        file.unlink()
        if how == 0:
            file.symlink_to(self.rng.choice(["/dev/zero", str(file), "/proc/self/mem", "/"]))
        elif how == 1:
            os.mkfifo(file)
        elif how == 2:
            file.write_bytes(data[: self.rng.randrange(len(data))])
        elif how == 3:
            file.write_bytes(self.rng.randbytes(len(data)))
        elif how == 4:
            changed = bytearray(data)
            for _ in range(1 + self.rng.randrange(8)):
                changed[self.rng.randrange(len(data) if name.endswith("json") else 2000)] = self.rng.randrange(256)
            file.write_bytes(changed)
        elif how == 5 and name == "model.safetensors":
            start = 8 + struct.unpack("<Q", data[:8])[0]
            odd = struct.pack("<f", self.rng.choice([float("nan"), float("inf"), 3e38, 1e-45]))
            file.write_bytes(data[:start] + odd * ((len(data) - start) // 4))
        elif how > 5 and name != "model.safetensors":
            told = json.loads(data)
            key = self.rng.choice(sorted(told))
            told[key] = self.rng.choice([None, -1, 0, 1e300, 2**31, 10**18, "", "x" * 100_000, [], {}, True, [[[]]] * 1000])
            file.write_text(json.dumps(told))
            name = f"{name} {key} {str(told[key])[:20]}"
        self.opens(f"init: {name}, {how}", ["--init", str(folder)], self.data)

    def lines(self):
        odd = LINES[(self.seed + self.counts["lines: trained"] + self.counts["lines: refused"]) % len(LINES)]
        data = self.work / "odd"
        shutil.rmtree(data, ignore_errors=True)
        self.opens(f"lines: {odd[:40]} of {len(odd)} bytes", TINY, self.data_set("odd", [odd]))

    def opens(self, case, start, data):
        out = self.work / "out"
        code, told = self.train(out, SHORT, start, data=data)
        if code == 0:
            self.whole(case, out)
            self.counts[f"{case.split(':')[0]}: trained"] += 1
        else:
            self.is_refused(case, code, told, None if "not a number" in told else out)
            self.counts[f"{case.split(':')[0]}: refused"] += 1
        shutil.rmtree(out, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deed", default=str(pathlib.Path(__file__).parent.parent / "deed"))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("cases", nargs="*", default=[])
    args = parser.parse_args()
    kinds = args.cases or ["kill", "two", "full", "init", "lines"]
    attack = Attack(args)
    try:
        while True:
            for kind in kinds:
                getattr(attack, kind)()
            if time.monotonic() > attack.end:
                break
    finally:
        shutil.rmtree(attack.work)
    for case, count in sorted(attack.counts.items()):
        print(f"{count:6} {case}")
    for line in attack.wrong:
        print("WRONG", line[:1000])
    print(f"{len(attack.wrong)} wrong; seed {args.seed}")
    return 1 if attack.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
