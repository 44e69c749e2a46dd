#!/usr/bin/env python3
"""Writes a synthetic event log for the shop example: Segment spec, one JSON object a line, ordered by arrival.

    generate_events.py --contacts 20000 --days 60 --seed 7 --out events.ndjson

Nothing in it is about a real person. The same arguments give the same bytes on every machine: all randomness comes
from the seed, and only random.Random.random(), whose sequence Python promises to keep, is used.

What it imitates: people sign up, look at products, leave baskets behind, come back or not, order again or not, open
and click some of the mails they would have got, send an order back. About one event in 150 arrives twice, and about
one in 100 arrives some minutes after later ones, as happens with real senders.
"""
import argparse
import json
import random
from datetime import datetime, timedelta, timezone

START = datetime(2026, 3, 2, tzinfo=timezone.utc)
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

ZONES = [("Europe/Paris", "fr-FR", 34), ("Europe/London", "en-GB", 22), ("Europe/Berlin", "de-DE", 20),
         ("America/New_York", "en-US", 14), ("America/Los_Angeles", "en-US", 7), ("Asia/Tokyo", "ja-JP", 3)]
FIRST_NAMES = ["Ana", "Ben", "Chloé", "David", "Elif", "Farid", "Grace", "Hugo", "Inès", "Jonas", "Keiko", "Léa",
               "Marta", "Nils", "Olga", "Paul", "Quentin", "Rosa", "Søren", "Tara", "Uma", "Victor", "Wanda", "Yuki"]
SOURCES = [("search", 50), ("newsletter", 22), ("friend", 18), ("market", 10)]
PRODUCTS = [("linen-sheet", "Washed linen sheet", 129.0), ("linen-towel", "Linen kitchen towel", 14.5),
            ("linen-cloth", "Linen table cloth", 79.0), ("bowl-small", "Stoneware bowl, small", 18.0),
            ("bowl-large", "Stoneware bowl, large", 42.0), ("plate", "Stoneware plate", 24.0),
            ("mug", "Stoneware mug", 19.5), ("knife-office", "Office knife", 28.0), ("knife-chef", "Chef's knife", 96.0),
            ("board", "Oak board", 55.0), ("apron", "Cook's apron", 48.0), ("salt", "Salt pig & spoon", 33.0)]


class Draw:
    """Random choices made of random() alone."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def chance(self, probability):
        return self.random() < probability

    def between(self, low, high):
        return low + (high - low) * self.random()

    def whole(self, low, high):
        return low + int((high - low + 1) * self.random())

    def pick(self, items):
        return items[int(len(items) * self.random())]

    def weighted(self, items):
        """Of tuples whose last element is the weight."""
        at = self.random() * sum(item[-1] for item in items)
        for item in items:
            at -= item[-1]
            if at < 0:
                return item
        return items[-1]


class Log:
    def __init__(self):
        self.lines = []  # (arrival in seconds, order of making, the object)

    def add(self, at_s, kind, contact, draw, event=None, properties=None, traits=None):
        number = len(self.lines)
        line = {"type": kind, "messageId": f"m{number:07d}", "userId": contact}
        if event:
            line["event"] = event
        line["timestamp"] = (START + timedelta(milliseconds=int(at_s * 1000))).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        if kind == "track":
            line["properties"] = properties or {}
        else:
            line["traits"] = traits
        late_s = draw.between(1 * MINUTE, 9 * MINUTE) if kind == "track" and draw.chance(0.01) else 0.0
        self.lines.append((at_s + late_s, number, line))
        if draw.chance(1 / 150):
            self.lines.append((at_s + late_s + draw.between(0.5, 2 * HOUR), number, line))

    def write(self, out, end_s):
        self.lines.sort(key=lambda entry: (entry[0], entry[1]))
        written = 0
        for arrival_s, _, line in self.lines:
            if arrival_s < end_s:
                out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
                written += 1
        return written


class Person:
    """One contact's two months, written into the log."""

    def __init__(self, number, draw, log, days):
        self.id = f"c{number:05d}"
        self.draw, self.log, self.end_s = draw, log, days * DAY
        self.carts = self.orders = 0
        zone, locale, _ = draw.weighted(ZONES)
        self.first_name = draw.pick(FIRST_NAMES)
        self.traits = {"timezone": zone, "locale": locale}
        if draw.chance(0.97):
            self.traits["email"] = f"{self.id}@mail.example"
        if draw.chance(0.55):
            self.traits["phone"] = f"+3360{number:07d}"
        if draw.chance(0.85):
            self.traits["first_name"] = self.first_name

    def track(self, at_s, event, properties=None):
        self.log.add(at_s, "track", self.id, self.draw, event=event, properties=properties)

    def live(self):
        draw = self.draw
        # A third are customers of old; the others sign up some time during the two months.
        old = draw.chance(0.33)
        at_s = draw.between(0, 20 * HOUR) if old else draw.between(0, self.end_s)
        self.log.add(at_s, "identify", self.id, draw, traits=self.traits)
        if not old:
            at_s += draw.between(1, 20)
            self.track(at_s, "Signed Up", {"source": draw.weighted(SOURCES)[0]})
            self.looks_at_mail(at_s, opened=0.5, clicked=0.15)
        eagerness = draw.between(0, 1) ** 2  # few are eager
        for _ in range(draw.whole(1, 2 + int(6 * eagerness))):
            at_s += draw.between(5 * MINUTE, 3 * DAY) + (0 if draw.chance(0.6) else draw.between(2 * DAY, 25 * DAY))
            if at_s >= self.end_s:
                return
            at_s = self.visit(at_s, eagerness)

    def visit(self, at_s, eagerness):
        draw = self.draw
        seen = []
        for _ in range(draw.whole(1, 3)):
            sku, name, price = draw.pick(PRODUCTS)
            seen.append((sku, name, price))
            self.track(at_s, "Product Viewed", {"sku": sku, "name": name, "price": price})
            at_s += draw.between(10, 4 * MINUTE)
        if not draw.chance(0.25 + 0.5 * eagerness):
            return at_s
        items = [{"sku": sku, "name": name, "quantity": draw.whole(1, 4), "price": price} for sku, name, price in seen]
        total = round(sum(item["quantity"] * item["price"] for item in items), 2)
        self.carts += 1
        cart = f"{self.id}-k{self.carts}"
        if draw.chance(0.45):  # straight to the till
            return self.order(at_s + draw.between(1 * MINUTE, 9 * MINUTE), cart, total)
        at_s += draw.between(30 * MINUTE, 45 * MINUTE)
        self.track(at_s, "Cart Abandoned", {"cart_id": cart, "total": total, "url": f"https://shop.example/cart/{cart}",
                                            "items": items})
        if draw.chance(0.12):  # was only on the phone
            return self.order(at_s + draw.between(1 * MINUTE, 18 * MINUTE), cart, total)
        came_back = self.looks_at_mail(at_s + 20 * MINUTE, opened=0.45, clicked=0.3)
        if came_back is not None and draw.chance(0.5):
            return self.order(came_back + draw.between(2 * MINUTE, 40 * MINUTE), cart, total)
        if draw.chance(0.1):
            return self.order(at_s + draw.between(5 * HOUR, 2.5 * DAY), cart, total)
        return at_s

    def looks_at_mail(self, sent_s, opened, clicked):
        """The instant of a click on a mail sent then, or None."""
        if not self.draw.chance(opened):
            return None
        at_s = sent_s + self.draw.between(1 * MINUTE, 6 * HOUR)
        self.track(at_s, "Email Opened")
        if not self.draw.chance(clicked):
            return None
        at_s += self.draw.between(5, 3 * MINUTE)
        self.track(at_s, "Email Link Clicked", {"link_url": "https://shop.example/"})
        return at_s

    def order(self, at_s, cart, total):
        draw = self.draw
        self.orders += 1
        order = f"{self.id}-o{self.orders}"
        self.track(at_s, "Order Completed", {"order_id": order, "cart_id": cart, "total": total})
        if draw.chance(0.04):
            self.track(at_s + draw.between(2 * DAY, 20 * DAY), "Order Refunded", {"order_id": order, "total": total})
        if draw.chance(0.5):  # what may become of a word a month later
            self.looks_at_mail(at_s + 30.5 * DAY, opened=0.4, clicked=0.35)
        return at_s


def main():
    parser = argparse.ArgumentParser(description="Writes a synthetic event log for the shop example.")
    parser.add_argument("--contacts", type=int, default=20000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    draw, log = Draw(options.seed), Log()
    for number in range(1, options.contacts + 1):
        Person(number, draw, log, options.days).live()
    with open(options.out, "w", encoding="utf-8", newline="\n") as out:
        written = log.write(out, options.days * DAY)
    print(f"{written} events of {options.contacts} contacts over {options.days} days (seed {options.seed})")


if __name__ == "__main__":
    main()
