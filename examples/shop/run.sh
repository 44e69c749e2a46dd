#!/usr/bin/env bash
# What `make run` shows: the shop example over 60 synthetic days, through the durable engine in virtual time.
#
#     examples/shop/run.sh build/wend
set -euo pipefail
cd "$(dirname "$0")/../.."
wend=${1:-build/wend}
place=$(dirname "$wend")/shop
log=$place/events.ndjson

mkdir -p "$place"
if [ ! -f "$log" ] || [ examples/shop/generate_events.py -nt "$log" ]; then
  echo "Writing a synthetic event log of 20,000 contacts over 60 days to $log"
  python3 examples/shop/generate_events.py --contacts 20000 --days 60 --seed 7 --out "$log.part"
  mv "$log.part" "$log"
fi
rm -rf "$place/data" "$place/deliveries.ndjson" # of an earlier run of this script

echo
echo "\$ wend run examples/shop --data $place/data --replay $log --out $place/deliveries.ndjson"
"$wend" run examples/shop --data "$place/data" --replay "$log" --out "$place/deliveries.ndjson"

# Three people of the log: a text for a mail that was not opened, a welcome with a product, a refund.
for contact in c00337 c00013 c00602; do
  echo
  echo "\$ wend why $contact --data $place/data"
  "$wend" why "$contact" --data "$place/data"
done

cat << END

To try next:
  $wend why CONTACT --data $place/data        any of c00001 to c20000
  head -3 $place/deliveries.ndjson            the messages themselves, one JSON object a line
  $wend check examples/shop                   then misspell an event in examples/shop/journeys/ and check again
  $wend disasm examples/one-sentence --source what one sentence becomes
  $wend new my-shop                           a project of your own; README.md shows how to go on
END
