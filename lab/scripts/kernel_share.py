#!/usr/bin/env python3
"""What share of decoder steps is spent in kernels, from a flight recording; a row of a Markdown table for each recording.

    JDK_JAVA_OPTIONS="-XX:StartFlightRecording=filename=step.jfr,settings=profile -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints" \\
        ./deed bench MODEL --threads 1 --no-parts --quiet
    lab/scripts/kernel_share.py [--jfr JDK/bin/jfr] step.jfr...

Counted are samples of the deciding thread inside a decoder step (`DecoderStep.run`) by what they were in: products (oneDNN's too),
attention, what else runs over vectors (norms, activations, softmax of the logits), waiting for other threads, and all the rest.
Samples of native code are taken half as often as those of Java code, and count twice.
"""

import argparse
import collections
import json
import subprocess

PARTS = {
    "products": ("WeightMatrix", "PackedMatrix", "QuantizedMatrix", "EngineProduct", "ScreeningMatrix"),
    "attention": ("AttentionKernel",),
    "vectors": ("dev.deed.tensor.kernel.VectorKernels", "dev.deed.model.Norm"),
}
WEIGHTS = {"jdk.ExecutionSample": 1, "jdk.NativeMethodSample": 2}


def part(frames):
    """What a sample was in; None for one outside decoder steps."""
    if not any("decode.DecoderStep.run" in frame for frame in frames):
        return None
    if any("WorkerTeam$Job.awaitEnd" in frame for frame in frames):
        return "waiting"
    for name, classes in PARTS.items():
        if any(owner in frame for frame in frames for owner in classes):
            return name
    return "rest"


def samples(jfr, recording):
    shown = subprocess.run(
        [jfr, "print", "--json", "--stack-depth", "64", "--events", ",".join(WEIGHTS), recording],
        check=True, capture_output=True, text=True)
    for event in json.loads(shown.stdout)["recording"]["events"]:
        stack = event["values"]["stackTrace"]
        if stack:
            methods = [frame["method"] for frame in stack["frames"]]
            yield WEIGHTS[event["type"]], [m["type"]["name"].replace("/", ".") + "." + m["name"] for m in methods]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", nargs="+", metavar="FILE.jfr")
    parser.add_argument("--jfr", default="jfr", help="the JDK's program")
    options = parser.parse_args()
    names = [*PARTS, "waiting", "rest"]
    print("| recording | samples | " + " | ".join(names) + " |")
    print("| --- |" + " ---: |" * (1 + len(names)))
    for recording in options.recordings:
        counts = collections.Counter()
        for weight, frames in samples(options.jfr, recording):
            found = part(frames)
            if found:
                counts[found] += weight
        total = sum(counts.values())
        shares = [f"{100 * counts[name] / total:.1f} %" if total else "–" for name in names]
        print(f"| {recording} | {total} | " + " | ".join(shares) + " |")


if __name__ == "__main__":
    main()
