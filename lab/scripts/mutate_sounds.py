"""Sends damaged recordings to a running server, one after the other, and says what they cost it and what is left.

    lab/scripts/mutate_sounds.py http://127.0.0.1:8080 PID 3000 FILE...      # PID: the server's

Processor time is that of the server and of the children that it waited for, by /proc.
"""
import collections, glob, json, os, pathlib, random, sys, time, urllib.error, urllib.request

URL, PID, COUNT, FILES = sys.argv[1].rstrip("/"), sys.argv[2], int(sys.argv[3]), sys.argv[4:]
BOUND = "a-bound-that-no-sound-has"


def stat(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def parent(pid):
    try: return stat(pid)[1]
    except OSError: return None  # ended since


def processor():
    return sum(int(x) for x in stat(PID)[11:15]) / os.sysconf("SC_CLK_TCK")


def left():
    pids = [p for p in os.listdir("/proc") if p.isdigit()]
    children = sum(parent(p) == PID for p in pids)
    return {"descriptors": len(os.listdir(f"/proc/{PID}/fd")), "children": children, "files": len(glob.glob("/tmp/deed-sound-*"))}


def ask(model, sound):
    field = lambda name, value: f'--{BOUND}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    head = f'--{BOUND}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'.encode()
    body = field("model", model) + field("language", "en") + field("temperature", 0) + head + sound + f"\r\n--{BOUND}--\r\n".encode()
    request = urllib.request.Request(f"{URL}/v1/audio/transcriptions", body, {"Content-Type": f"multipart/form-data; boundary={BOUND}"})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer: return answer.status, answer.read()
    except urllib.error.HTTPError as e: return e.code, e.read()


def mutant(rnd, sound):
    d = bytearray(sound)
    kind = rnd.randrange(5)
    for _ in range(rnd.choice((1, 1, 2, 4, 16, 64))):
        at = rnd.randrange(len(d) if rnd.random() < 0.6 else min(len(d), 400))
        if kind == 0: d[at] = rnd.randrange(256)
        elif kind == 1: d[at] ^= 1 << rnd.randrange(8)
        elif kind == 2:
            n = rnd.choice((2, 4, 8))
            d[at : at + n] = rnd.choice((b"\xff" * n, bytes(n), b"\x7f" + b"\xff" * (n - 1)))
        elif kind == 3: d[at:at] = d[rnd.randrange(len(d)) :][: rnd.randrange(200)]
        else: d[at : at + rnd.randrange(1, 100)] = b"x"
    return bytes(d[: rnd.randrange(1, len(d) + 1)] if rnd.random() < 0.2 else d)


def main():
    sounds = {f: pathlib.Path(f).read_bytes() for f in FILES}
    model = json.load(urllib.request.urlopen(f"{URL}/v1/models"))["data"][0]["id"]
    refused = [f for f, sound in sounds.items() if ask(model, sound)[0] != 200]
    if refused: sys.exit(f"refused as they are: {refused}")
    before, rnd, statuses, costs, odd = left(), random.Random(11), collections.Counter(), [], []
    for number in range(COUNT):
        name = rnd.choice(FILES)
        sound = mutant(rnd, sounds[name])
        begun = processor()
        status, text = ask(model, sound)
        costs.append((round(processor() - begun, 2), len(sound), os.path.basename(name), status))
        statuses[status] += 1
        if status >= 500 or b"Exception" in text or b"/tmp" in text: odd.append((number, name, status, text[:200]))
        if number % 500 == 499: print(number + 1, dict(statuses), max(costs), flush=True)
    costs.sort()
    print("median and dearest, s of processor, bytes:", costs[len(costs) // 2], costs[-3:])
    print("more than 2 s for each MB, and than half a second:", sum(c > max(0.5, 2e-6 * n) for c, n, _, _ in costs))
    time.sleep(2)
    print("before and after:", before, left(), "odd:", odd[:5], len(odd))


if __name__ == "__main__":
    main()
