#!/bin/sh
# Fine-tunes on an image dataset and fails if the best top-1 accuracy is below a minimum.
#
#   training-scripts/check-accuracy.sh DATA WEIGHTS [MINIMUM [EPOCHS]]
#
# DATA: folder with train/<class>/* and val/<class>/*. WEIGHTS: weight or model file, or a name such as imagenet:x0_5.
# MINIMUM: percentage, default 80. EPOCHS: default 4.
set -eu
if [ $# -lt 2 ]; then
  echo "usage: $0 DATA WEIGHTS [MINIMUM [EPOCHS]]" >&2
  exit 2
fi
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
"$home/shufflenet" train --data "$1" --weights "$2" --epochs "${4:-4}" --output "$run/run"
awk -F, -v minimum="${3:-80}" '
  NR > 1 && $5 + 0 > best { best = $5 + 0 }
  END {
    printf "best top-1 %.2f %%, minimum %.2f %%\n", best, minimum
    exit best >= minimum ? 0 : 1
  }' "$run/run/metrics.csv"
