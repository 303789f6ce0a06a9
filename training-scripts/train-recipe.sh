#!/bin/sh
# Trains by a recipe of zoo-configs or a recipe file.
#
#   training-scripts/train-recipe.sh RECIPE DATA OUTPUT [OPTION...]   options of 'shufflenet train'
#   training-scripts/train-recipe.sh RECIPE --try                     a few steps on generated pictures
#
# DATA: folder with train/<class>/* and val/<class>/*. Stop with Ctrl-C; resume with resume.sh OUTPUT.
set -eu
if [ $# -lt 2 ]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
recipe=$1
shift
if [ "$1" = --try ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$home/shufflenet" datasets generate --output "$work/data" --train 20 --val 4
  # The recipe, shortened: two epochs of two steps, small pictures, a small network.
  "$home/shufflenet" train --recipe "$recipe" --data "$work/data" --output "$work/run" --variant x0_25 --epochs 2 \
    --batch-size 96 --micro-batch-size 32 --image-size 64 --set warmupEpochs=0.5
  exit
fi
data=$1
output=$2
shift 2
exec "$home/shufflenet" train --recipe "$recipe" --data "$data" --output "$output" "$@"
