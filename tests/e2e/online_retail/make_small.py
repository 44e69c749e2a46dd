#!/usr/bin/env python3
"""Writes small.ndjson: a synthetic log in the form of the real one, for where the real one is absent.

It has what makes the rules interesting: several orders in one minute, orders around the 30 days (also to the second),
free orders, refunds above and below the order, names with quotes and other letters, three zones and an unknown one,
both changes of daylight-saving time, and events that arrive twice.
"""
import json
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

ZONES = ["Europe/London", "Europe/London", "America/New_York", "Asia/Tokyo", "Mars/Olympus"]
NAMES = ['LETTER "M" KEY RING', "POPPY'S PLAYHOUSE", "CRYSTAL & PEARL", "Thé vert <bio>", "雨傘", "{{ BRACES }}", "PLAIN MUG"]
draw = random.Random(11).random


def pick(items):
    return items[int(len(items) * draw())]


def main():
    start = datetime(2010, 12, 1, 8, 0, tzinfo=timezone.utc)
    lines = []
    for number in range(40):
        contact = f"s{number:02d}"
        at = start + timedelta(minutes=int(draw() * 200 * 24 * 60))
        traits = {"timezone": pick(ZONES)}
        if draw() < 0.8:
            traits["country"] = pick(["United Kingdom", "France", "Côte d'Ivoire"])
        lines.append((at, {"type": "identify", "messageId": f"id-{contact}", "userId": contact, "traits": traits}))
        for order in range(1 + int(6 * draw())):
            total = pick([0.0, 20.0, 22.2, 139.12, 1000.5])
            products = [{"sku": f"p{i}", "name": pick(NAMES), "quantity": 1 + int(5 * draw()), "price": total}
                        for i in range(1 + int(3 * draw()))]
            lines.append((at, {"type": "track", "messageId": f"{contact}-{order}", "userId": contact,
                               "event": "Order Completed",
                               "properties": {"order_id": f"{contact}-{order}", "total": total, "currency": "GBP",
                                              "products": products}}))
            if draw() < 0.3:
                back = at + timedelta(minutes=int(draw() * 40 * 24 * 60))
                lines.append((back, {"type": "track", "messageId": f"{contact}-{order}r", "userId": contact,
                                     "event": "Order Refunded",
                                     "properties": {"order_id": f"{contact}-{order}", "currency": "GBP",
                                                    "total": pick([total, total / 2])}}))
            at += pick([timedelta(0), timedelta(minutes=1), timedelta(days=10), timedelta(days=30),
                        timedelta(days=30, seconds=-1), timedelta(days=31), timedelta(days=75)])
    for at, line in lines:
        line["timestamp"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    lines += [(at + timedelta(minutes=3), line) for at, line in lines if draw() < 0.05]
    lines.sort(key=lambda pair: pair[0])
    with open(Path(__file__).with_name("small.ndjson"), "w", encoding="utf-8", newline="\n") as out:
        for _, line in lines:
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
