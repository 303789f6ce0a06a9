#!/bin/sh
# Measures the models of a run, the best epoch's and the averaged one if there is one, on labelled images.
#
#   training-scripts/evaluate.sh OUTPUT DATA   DATA has <class>/*, such as the val folder of a data set
#   training-scripts/evaluate.sh --try         trains a little on generated pictures first
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
if [ "${1:-}" = --try ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$home/shufflenet" datasets generate --output "$work/data" --train 40 --val 10
  "$home/shufflenet" train --recipe quick --data "$work/data" --output "$work/run" --epochs 2 --set emaDecay=0.99
  set -- "$work/run" "$work/data/val"
fi
if [ $# -ne 2 ]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
for model in model.zip averaged.zip; do
  if [ -f "$1/$model" ]; then
    echo "$1/$model"
    "$home/shufflenet" evaluate --model "$1/$model" --data "$2"
  fi
done
