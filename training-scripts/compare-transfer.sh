#!/bin/sh
# Compares ways of transfer learning on image datasets, and prints a Markdown table of top-1 accuracies on val: of
# the best epoch, the mean over the seeds.
#
#   training-scripts/compare-transfer.sh WEIGHTS DATA...
#
# WEIGHTS: weight or model file, or a name such as imagenet:x0_5. DATA: folders with train/<class>/* and val/<class>/*.
# Environment: WAYS, of those below, default all; SEEDS, default "1"; HALVES=1 to take, beside each dataset, the first
# and the second half of its classes; OUTPUT, a folder to keep the runs in, whose results are used again.
set -eu
if [ $# -lt 2 ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
weights=$1
shift
ways=${WAYS:-probe default random-head all-layers slow-body adamw head-only}
seeds=${SEEDS:-1}
if [ -n "${OUTPUT:-}" ]; then
  mkdir -p "$OUTPUT"
  output=$(CDPATH='' cd -- "$OUTPUT" && pwd -P)
else
  output=$(mktemp -d)
  trap 'rm -rf "$output"' EXIT
fi

# The recipe of a way: the settings that they share, and its own.
recipe() {
  printf '%s\n' 'description: A way of transfer learning' 'epochs: 8' 'minIterations: 500' 'batchSize: 32' \
    'warmupEpochs: 1' 'labelSmoothing: 0.1' 'minCropArea: 0.25'
  case $1 in
    random-head) echo 'learningRate: 0.05' ;;
    all-layers) printf '%s\n' 'probe: true' 'learningRate: 0.02' ;;
    slow-body) printf '%s\n' 'probe: true' 'learningRate: 0.02' 'bodyLearningRate: 0.1' ;;
    adamw) printf '%s\n' 'probe: true' 'optimizer: adamw' 'learningRate: 0.0005' 'weightDecay: 0.05' \
      'layerDecay: 0.8' ;;
    head-only) printf '%s\n' 'freeze: conv5' 'learningRate: 0.05' ;;
    *) echo "error: no way is named $1" >&2; exit 2 ;;
  esac
}

# Prints the accuracy of a way on a dataset with a seed, computed unless a file of an earlier call tells.
accuracy() {
  run=$output/$(basename "$2")-$1-$3
  if [ ! -f "$run.top1" ]; then
    rm -rf "$run"
    case $1 in
      probe)
        "$home/shufflenet" --progress 0 probe --data "$2" --weights "$weights" --output "$run.zip" >"$run.log" ;;
      default)
        "$home/shufflenet" --progress 0 train --data "$2" --weights "$weights" --output "$run" --seed "$3" \
          --keep-checkpoints 0 >"$run.log" ;;
      *)
        recipe "$1" >"$output/$1.yaml"
        "$home/shufflenet" --progress 0 train --data "$2" --weights "$weights" --output "$run" --seed "$3" \
          --recipe "$output/$1.yaml" --keep-checkpoints 0 >"$run.log" ;;
    esac
    sed -n 's/^validation:.* top-1 \([0-9.]*\) %.*/\1/p; s/^best: \([0-9.]*\) %.*/\1/p' "$run.log" >"$run.top1"
  fi
  cat "$run.top1"
}

sets=
for data in "$@"; do
  data=$(CDPATH='' cd -- "$data" && pwd -P)
  sets="$sets
$data"
  [ -n "${HALVES:-}" ] || continue
  classes=$(ls "$data/train")
  middle=$(($(echo "$classes" | wc -l) / 2))
  for half in first second; do
    target=$output/$(basename "$data")-$half
    sets="$sets
$target"
    [ ! -d "$target" ] || continue
    mkdir -p "$target/train" "$target/val"
    if [ $half = first ]; then lines="1,${middle}p"; else lines="$((middle + 1)),\$p"; fi
    echo "$classes" | sed -n "$lines" | while IFS= read -r class; do
      cp -R "$data/train/$class" "$target/train/"
      cp -R "$data/val/$class" "$target/val/"
    done
  done
done
sets=$(echo "$sets" | sed 1d)

printf '| dataset |'
printf ' %s |' $ways
printf '\n| --- |'
for way in $ways; do printf ' ---: |'; done
printf '\n'
echo "$sets" | while IFS= read -r data; do
  printf '| %s |' "$(basename "$data")"
  for way in $ways; do
    printf ' %s |' "$(for seed in $seeds; do accuracy "$way" "$data" "$seed"; done |
      awk '{ sum += $1; n++ } END { printf "%.1f", sum / n }')"
  done
  printf '\n'
done | tee "$output/rows"
awk -F'|' '{ for (i = 3; i < NF; i++) sum[i] += $i; fields = NF } END {
  printf "| mean |"
  for (i = 3; i < fields; i++) printf " %.1f |", sum[i] / NR
  printf "\n"
}' "$output/rows"
