"""Random logs for the comparison: many equal instants, repeats, broken rows, changing names, files in any order."""

import json
import pathlib
import random

CHANNELS = ["whatsapp", "web", None]
AGENTS = [("ana", "Ana"), ("bruno", "Bruno, \"B\""), ("zoe", "Zoë")]


def write(folder, seed, conversations, files):
    """Writes a log over some files, and gives their paths."""
    dice = random.Random(seed)
    rows = []

    def row(ts, event, **more):
        # Instants are multiples of 10 seconds, so that many are equal.
        ts = 1_772_400_000 + ts // 10 * 10
        more = {name: value for name, value in more.items() if value is not None}
        rows.append({"ts": ts, "event": event, **more})
        if dice.random() < 0.1:
            rows[-1]["event_id"] = f"e{seed}-{len(rows)}"
            if dice.random() < 0.3:
                rows.append({**rows[-1], **({"channel": "other"} if dice.random() < 0.3 else {})})
        elif dice.random() < 0.02:
            rows.append(dict(rows[-1]))

    for number in range(conversations):
        begin = dice.randrange(0, 4 * 86_400)
        same = {
            "conversation_id": f"c{number}" if dice.random() > 0.01 else None,
            "customer_id": f"u{dice.randrange(1 + conversations // 3)}" if dice.random() > 0.02 else None,
            "channel": dice.choice(CHANNELS),
        }
        at = begin
        row(at, "message", actor="customer", **same)
        row(at + dice.randrange(30), "message", actor="bot", **same)
        if dice.random() < 0.7:
            row(at, "transfer_requested", **same)
            row(at + 5, "transfer_succeeded", queue=dice.choice(["billing", "support", None]), **same)
            for _ in range(dice.randrange(1, 5)):
                agent, name = dice.choice(AGENTS)
                at += dice.randrange(0, 900)
                row(at, "assigned", agent_id=agent, **same)
                names = name if dice.random() < 0.8 else f"{name} {dice.randrange(3)}"
                row(at + dice.randrange(60), "message", actor="agent", agent_id=agent, agent_name=names, **same)
                row(at + dice.randrange(90), "message", actor="customer", **same)
            if dice.random() < 0.8:
                row(at + 100, "closed", actor="agent", agent_id=agent, **same)
            if dice.random() < 0.3:
                row(at + 120, "rated", survey="nps", score=dice.randrange(11), **same)
    for number in range(conversations // 5):
        agent, _ = dice.choice(AGENTS)
        row(dice.randrange(4 * 86_400), "agent_status", agent_id=agent, status=dice.choice(["online", "paused", "offline"]))
    lines = [json.dumps(one) for one in rows]
    lines += ['{"ts": 1, "event": "nonsense"}', "broken"] * (1 + conversations // 200)
    dice.shuffle(lines)
    paths = []
    for part in range(files):
        path = pathlib.Path(folder, f"part-{part}.jsonl")
        own = lines[part::files]
        if part == 0:
            own = sorted(own, reverse=True)
        path.write_text("".join(line + "\n" for line in own))
        paths.append(str(path))
    return paths


def write_skewed(folder, seed, events):
    """Writes a log of one customer: half of the events in one conversation, the others in many. Gives its path."""
    dice = random.Random(seed)
    path = pathlib.Path(folder, "skewed.jsonl")
    with path.open("w") as file:
        for number in range(events):
            own = "one" if number % 2 else f"many-{number // 40}"
            ts = 1_772_400_000 + dice.randrange(4 * 86_400)
            who = dice.choice([{"actor": "customer"}, {"actor": "agent", "agent_id": "ana"}])
            row = {"ts": ts, "event": "message", "conversation_id": own, "customer_id": "busy", "channel": "web", **who}
            file.write(json.dumps(row) + "\n")
    return str(path)


def write_spoilt(folder, files):
    """Writes a log whose ids have lost their last digits, or are in two writings in different files. Gives its paths."""
    paths = [pathlib.Path(folder, f"spoilt-{part}.jsonl") for part in range(files)]
    for part, path in enumerate(paths):
        with path.open("w") as file:
            for number in range(40):
                conversation = f"{'C' if part == 0 and number % 9 == 0 else 'c'}{number}"
                row = {"ts": 1_772_400_000 + 100 * number + part, "event": "message", "actor": "customer"}
                row |= {"conversation_id": conversation, "customer_id": f"171234567890{3 * number + part:03}0"}
                file.write(json.dumps(row) + "\n")
    return [str(path) for path in paths]
