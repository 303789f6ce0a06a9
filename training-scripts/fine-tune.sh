#!/bin/sh
# Teaches a trained network new classes: its own classifier is replaced by one for those of the data.
#
#   training-scripts/fine-tune.sh WEIGHTS DATA OUTPUT [OPTION...]   options as of 'shufflenet train'
#   training-scripts/fine-tune.sh --try                             from a little network to pictures of fewer classes
#
# WEIGHTS is a weight or model file, or a name such as imagenet:x0_5, which is downloaded the first time; DATA has
# train/<class>/* and val/<class>/*. Stop it with Ctrl-C, and go on with resume.sh OUTPUT.
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
