#!/usr/bin/env python3
"""Asks for answers by random JSON Schemas, drawn at high temperature, and has jsonschema judge them.

    tools/check_schemas.py [--deed ./deed] [--model models/values] [--answers 1000] [--seed 1]

Needs the package jsonschema. Answers that the limit of tokens cuts are counted apart.
"""

import argparse
import json
import random
import subprocess
import sys

import jsonschema

NAMES = ["kind", "day", "ä b", 'quote"', "n"]


def schema(r, depth):
    """A random schema of the keywords in docs/generation.md."""
    kind = r.choice(["string", "integer", "number", "boolean", "null", "enum", "pattern"] + ["object", "array", "anyOf"] * (depth > 0))
    if kind == "enum":
        return {"enum": r.sample(["a", 'b\n"', 1, 2.5, None, True, "日"], r.randint(1, 4))}
    if kind == "pattern":
        return {"type": "string", "pattern": r.choice(["^[0-9]{4}-[0-9]{2}$", "^(x|yz)+$", "^[A-Z][a-z ]{0,6}$"])}
    if kind == "string":
        least = r.randint(0, 2)
        return {"type": "string", "minLength": least, "maxLength": least + r.randint(0, 6)}
    if kind == "object":
        names = r.sample(NAMES, r.randint(0, 4))
        return {"type": "object", "properties": {n: schema(r, depth - 1) for n in names},
                "required": [n for n in names if r.random() < 0.6], "additionalProperties": False}
    if kind == "array":
        least = r.randint(0, 2)
        return {"type": "array", "items": schema(r, depth - 1), "minItems": least, "maxItems": least + r.randint(0, 2)}
    if kind == "anyOf":
        return {"anyOf": [schema(r, depth - 1) for _ in range(r.randint(1, 3))]}
    return {"type": kind}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--deed", default="./deed")
    options.add_argument("--model", default="models/values")
    options.add_argument("--answers", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    r = random.Random(asked.seed)
    lines = []
    for i in range(asked.answers):
        lines.append({"id": i, "prompt": "en-US: on Mar 24, 2015 for $3.20", "schema": schema(r, 3),
                      "generation": {"do_sample": True, "temperature": r.choice([0.5, 1.0, 3.0]), "top_k": 0, "seed": i, "max_new_tokens": 128}})
    for line in lines:
        line["generation"]["structured_outputs"] = {"json": line["schema"]}
    command = [*asked.deed.split(), "generate", asked.model, "--input", "-", "--output", "-", "--quiet", "--batch", "8"]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    valid = cut = wrong = 0
    for line in map(json.loads, done.stdout.splitlines()):
        if line.get("finish") == "length":
            cut += 1
            continue
        try:
            jsonschema.validate(json.loads(line["text"]), line["schema"])
            valid += 1
        except (KeyError, ValueError, jsonschema.ValidationError) as e:
            wrong += 1
            print(f"{line['id']}: {line.get('text')!r} {line.get('error', '')} {e!r:.120}", file=sys.stderr)
    print(f"{valid} valid, {cut} cut by the limit, {wrong} wrong, of {asked.answers}")
    return 0 if wrong == 0 and valid + cut == asked.answers else 1


if __name__ == "__main__":
    raise SystemExit(main())
