#!/bin/sh
# Fine-tunes a trained network on new classes, with a new classifier.
#
#   training-scripts/fine-tune.sh WEIGHTS DATA OUTPUT [OPTION...]   options of 'shufflenet train'
#   training-scripts/fine-tune.sh --try                             a small network, on generated pictures
#
# WEIGHTS: weight or model file, or a name such as imagenet:x0_5, downloaded the first time. DATA: folder with
# train/<class>/* and val/<class>/*. Stop with Ctrl-C; resume with resume.sh OUTPUT.
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
if [ "${1:-}" = --try ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$home/shufflenet" datasets generate --output "$work/all" --train 20 --val 4
  "$home/shufflenet" train --recipe quick --data "$work/all" --output "$work/first" --variant x0_25 --epochs 1
  "$home/shufflenet" datasets generate --output "$work/few" --train 20 --val 4 --seed 2
  rm -r "$work/few"/*/star "$work/few"/*/spiral
  "$home/shufflenet" train --recipe finetune --weights "$work/first/model.zip" --data "$work/few" \
    --output "$work/second" --image-size 64 --epochs 2
  exit
fi
if [ $# -lt 3 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
weights=$1
data=$2
output=$3
shift 3
exec "$home/shufflenet" train --recipe finetune --weights "$weights" --data "$data" --output "$output" "$@"
