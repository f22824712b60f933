"""Characters wrong on whole receipts of SROIE: of pages that `deed read` read, and of lines cut by hand.

    ./deed read DATA/test --json > pages.jsonl
    ./deed convert sroie DATA CROPS --task lines --keep-width --largest-width 832
    ./deed generate text-lines --input CROPS/test.jsonl --output lines.jsonl --batch 16
    python3 page_errors.py DATA/test.jsonl pages.jsonl [lines.jsonl]

Texts are in capitals, as SROIE's are. Of a page: edit distance of its rows, joined by line breaks, lines of a row by
spaces, for 100 characters of the reference. By boxes: pairs of lines whose boxes share most come first (intersection
over union of 0.3 or more); what has no partner counts as missing or as extra. Needs Python alone.
"""
import json
import sys
from pathlib import Path


def distance(a, b):
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def rows(boxes):
    """Indices of the boxes in rows, as ReadingOrder of the product has them."""
    middle = lambda i: (boxes[i][1] + boxes[i][3]) / 2
    height = lambda i: boxes[i][3] - boxes[i][1]
    width = lambda i: boxes[i][2] - boxes[i][0]
    gap = lambda i, j: max(boxes[i][0], boxes[j][0]) - min(boxes[i][2], boxes[j][2])
    found = []
    for i in sorted(range(len(boxes)), key=lambda i: (middle(i), boxes[i][0])):
        best, nearest = None, float("inf")
        for row in found[-8:]:
            if any(-gap(i, j) > 0.3 * min(width(i), width(j)) for j in row):
                continue
            j = min(row, key=lambda j: gap(i, j))
            if abs(middle(i) - middle(j)) <= 0.5 * min(height(i), height(j)) and gap(i, j) < nearest:
                best, nearest = row, gap(i, j)
        if best is None:
            found.append([i])
        else:
            best.append(i)
    for row in found:
        row.sort(key=lambda i: boxes[i][0])
    return sorted(found, key=lambda row: sum(map(middle, row)) / len(row))


def page(boxes, texts):
    lines = (" ".join(texts[i] for i in row if texts[i]) for row in rows(boxes))
    return "\n".join(line for line in lines if line)


def overlap(a, b):
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0
    area = lambda c: (c[2] - c[0]) * (c[3] - c[1])
    return wide * high / (area(a) + area(b) - wide * high)


def by_boxes(boxes, texts, own_boxes, own):
    """Characters wrong in pairs, missing, extra."""
    pairs = ((overlap(a, b), i, j) for i, a in enumerate(boxes) for j, b in enumerate(own_boxes))
    left, own_left, wrong = set(range(len(boxes))), set(range(len(own_boxes))), 0
    for share, i, j in sorted(pairs, reverse=True):
        if share >= 0.3 and i in left and j in own_left:
            left.remove(i)
            own_left.remove(j)
            wrong += distance(texts[i], own[j])
    return wrong, sum(len(texts[i]) for i in left), sum(len(own[j]) for j in own_left)


def report(name, pages):
    """pages: reference boxes and texts, own boxes and texts, own page or None."""
    errors = characters = line_characters = 0
    kinds = [0, 0, 0]
    for boxes, texts, own_boxes, own in pages:
        reference = page(boxes, texts)
        errors += distance(reference, page(own_boxes, own))
        characters += len(reference)
        line_characters += sum(map(len, texts))
        kinds = [a + b for a, b in zip(kinds, by_boxes(boxes, texts, own_boxes, own))]
    shares = [100 * k / line_characters for k in kinds]
    print(f"{name}: {len(pages)} pages, {100 * errors / characters:.1f} % of the page wrong; by boxes"
          f" {sum(shares):.1f} % (wrong {shares[0]:.1f}, missing {shares[1]:.1f}, extra {shares[2]:.1f})")


def lines_of(file):
    with open(file, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main():
    receipts = lines_of(sys.argv[1])
    references = {}
    for receipt in receipts:
        boxes = [line["box"] for line in receipt["lines"]]
        references[receipt["id"]] = boxes, [line["text"].strip().upper() for line in receipt["lines"]]
    by_id = {Path(answer["id"]).stem: answer for answer in lines_of(sys.argv[2])}
    for name, wanted in ("pages, certain lines", True), ("pages, all lines", False):
        pages = []
        for key, (boxes, texts) in references.items():
            own = [line for line in by_id.get(key, {}).get("lines", []) if line["certain"] or not wanted]
            pages.append((boxes, texts, [line["box"] for line in own], [line["text"].upper() for line in own]))
        report(name, pages)
    if len(sys.argv) > 3:
        read = {answer["id"]: answer["text"].strip().upper() for answer in lines_of(sys.argv[3])}
        pages = []
        for key, (boxes, texts) in references.items():
            order = [i for row in rows(boxes) for i in row]
            own = [""] * len(boxes)
            for number, i in enumerate(order, 1):
                own[i] = read.get(f"{key}-{number}", "")
            pages.append((boxes, texts, boxes, own))
        report("lines cut by hand", pages)


if __name__ == "__main__":
    main()
