#!/bin/sh
# Swaps 5 % of the labels of training images at random, audits them, and prints how many of the swapped ones are among
# the first 10 % of images by doubt. Fails if the share is below a minimum. The images stay as they are.
#
#   training-scripts/check-audit.sh DATA WEIGHTS [MINIMUM [SEED...]]
#
# DATA: folder with train/<class>/*. WEIGHTS: weight or model file, or a name such as imagenet:x0_5.
# MINIMUM: percentage, default 80. SEED: seeds of the swaps, default 1 2 3.
set -eu
if [ $# -lt 2 ]; then
  echo "usage: $0 DATA WEIGHTS [MINIMUM [SEED...]]" >&2
  exit 2
fi
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
data=$(CDPATH='' cd -- "$1" && pwd -P)
weights=$2
minimum=${3:-80}
shift 2
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- 1 2 3
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
find -L "$data/train" -mindepth 2 -type f | LC_ALL=C sort >"$run/files"

fail=0
for seed; do
  # Park and Miller's generator, for the same swaps with every awk.
  awk -v seed="$seed" -v prefix="$data/train/" -v swapped="$run/swapped" '
    function draw(n) {
      state = (state * 16807) % 2147483647
      return int(state / 2147483647 * n)
    }
    BEGIN { classes = 0 }
    {
      file[NR] = $0
      name = substr($0, length(prefix) + 1)
      sub("/.*", "", name)
      if (!(name in index_of)) {
        index_of[name] = classes
        class[classes++] = name
      }
      label[NR] = index_of[name]
      order[NR] = NR
    }
    END {
      state = seed + 1000
      for (i = 0; i < 10; i++) draw(1)
      for (i = 1; i <= int(0.05 * NR + 0.5); i++) {
        other = i + draw(NR - i + 1)
        image = order[other]
        order[other] = order[i]
        label[image] = (label[image] + 1 + draw(classes - 1)) % classes
        print file[image] >swapped
      }
      for (i = 1; i <= NR; i++) print file[i] "\t" class[label[i]]
    }' "$run/files" >"$run/train.tsv"
  "$home/shufflenet" datasets audit --data "$run/train.tsv" --weights "$weights" --output "$run/audit.html" >"$run/log"
  awk -F '\t' '$2 == "label-error" || $2 == "doubtful-label" { print $6 "\t" $1 }' "$run/audit.tsv" | LC_ALL=C sort -n |
    head -n $(($(wc -l <"$run/files") / 10)) | cut -f 2 >"$run/first"
  awk -F '\t' -v seed="$seed" -v minimum="$minimum" -v first="$run/first" -v table="$run/audit.tsv" '
    FILENAME == first { doubtful[$0] = 1; next }
    FILENAME == table { if ($2 == "label-error") { errors++; error[$1] = 1 } next }
    { all++; found += $0 in doubtful; flagged += $0 in error }
    END {
      printf "seed %s: %.1f %% of %d swapped labels in the first 10 %%; label errors: %d, %d of them swapped\n",
        seed, 100 * found / all, all, errors, flagged
      exit 100 * found / all < minimum
    }' "$run/first" "$run/audit.tsv" "$run/swapped" || fail=1
done
exit $fail
