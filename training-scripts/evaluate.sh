#!/bin/sh
# Evaluates the models of a run on labelled images: the best epoch's, and the averaged one if present.
#
#   training-scripts/evaluate.sh OUTPUT DATA   DATA: class folders, such as the val folder of a dataset
#   training-scripts/evaluate.sh --try         trains briefly on generated pictures first
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
