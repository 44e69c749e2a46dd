"""Computes from an event log of the online shop what project/ must deliver, with logic of its own.

Nothing of Wend is used here: the rules below are those that a person reads in project/shop.wend, written once more
as plain Python over each contact's list of events.
"""
import json
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

PROJECT_ZONE = ZoneInfo("Europe/London")
MONTH = timedelta(days=30)


def number(value):
    """A number as a template prints it: the shortest form that reads back, without a bare `.0`."""
    return str(int(value)) if value == int(value) else repr(float(value))


def next_nine(instant, zone):
    """The first 09:00 of the zone that is not before the instant."""
    local = instant.astimezone(zone)
    nine = datetime(local.year, local.month, local.day, 9, 0, tzinfo=zone)
    if nine.astimezone(timezone.utc) < instant:
        day = local.date() + timedelta(days=1)
        nine = datetime(day.year, day.month, day.day, 9, 0, tzinfo=zone)
    return nine.astimezone(timezone.utc)


def zone_of(traits):
    try:
        return ZoneInfo(traits["timezone"])
    except Exception:  # none, or no zone of this name
        return PROJECT_ZONE


def of_contact(contact, events):
    """Deliveries of one contact, whose events are in order and without repetitions: (at, journey, message, body)."""
    made = []
    traits = {}
    thanked = False
    waiting = None  # (due, event) of the order that a reminder is planned for

    def fire(before):
        nonlocal waiting
        if waiting is None or (before is not None and waiting[0] > before):
            return
        due, order = waiting
        p = order["properties"]
        made.append((due, "reminder", "come_back", f"A month ago you ordered {len(p['products'])} products "
                     f"({p['order_id']}, {number(p['total'])} {p['currency']})"))
        waiting = None

    for at, event in events:
        fire(before=at)
        if event["type"] == "identify":
            traits.update(event["traits"])
            continue
        p = event["properties"]
        if event["event"] == "Order Refunded":
            if waiting is not None and p["total"] >= waiting[1]["properties"]["total"]:
                o = waiting[1]["properties"]
                made.append((at, "reminder", "large_refund", f"We are sorry that order {o['order_id']} over "
                             f"{number(o['total'])} {o['currency']} did not please"))
                waiting = None
        elif event["event"] == "Order Completed":
            waiting = None
            if p["total"] > 0:
                # The log never changes a contact's zone, so both waits can be computed here.
                waiting = (next_nine(at + MONTH, zone_of(traits)), event)
            if not thanked:
                thanked = True
                first = p["products"][0]["name"] if p["products"] else "nothing"
                made.append((at, "thanks", "thank_you",
                             f"Thank you for order {p['order_id']} from {traits.get('country') or 'nowhere'}: "
                             f"{number(p['total'])} {p['currency']}, {len(p['products'])} products, first {first}"))
    fire(before=None)
    return [(contact,) + line for line in made]


def expected(lines):
    """All deliveries as (contact, at in ms, journey, message, body), sorted."""
    by_contact, seen = {}, set()
    for text in lines:
        event = json.loads(text)
        if event["messageId"] in seen:
            continue
        seen.add(event["messageId"])
        at = datetime.fromisoformat(event["timestamp"].replace("Z", "+00:00"))
        by_contact.setdefault(event["userId"], []).append((at, event))
    made = []
    for contact, events in by_contact.items():
        events.sort(key=lambda pair: pair[0])  # stable: ties stay in order of arrival
        made += of_contact(contact, events)
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    return sorted((contact, int((at - epoch) / timedelta(milliseconds=1)), journey, message, body)
                  for contact, at, journey, message, body in made)
