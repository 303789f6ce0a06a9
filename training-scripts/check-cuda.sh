#!/bin/sh
# Compares CUDA with the CPU on a machine with an NVIDIA GPU: a model must give the same loss and accuracy on both, and
# training on one must continue on the other.
#
#   training-scripts/check-cuda.sh [WORKERS]
#
# WORKERS: number of GPUs to train on, default 1. Requires CUDA 11.6, or a build by 'mvn package -Pcuda,cuda-redist';
# builds with CUDA if that has not been done.
set -eu
workers=${1:-1}
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ ! -f "$home/target/class-path-cuda" ]; then
  (cd "$home" && mvn -B -ntp -q -Dstyle.color=never -Pcuda -Dmaven.test.skip=true prepare-package)
fi
"$home/shufflenet" backends --backend cuda || exit $?
"$home/shufflenet" datasets generate --output "$work/data" --size 72 --train 100 --val 20

train() {
  "$home/shufflenet" train --data "$work/data" --variant x0_5 --image-size 64 --epochs 2 "$@"
}

evaluate() {
  "$home/shufflenet" evaluate --model "$2" --data "$work/data/val" --backend "$1" --format json |
    sed 's/.*"top1":\([-0-9.eE]*\).*"loss":\([-0-9.eE]*\).*/\1 \2/'
}

# The same model on both: top-1 equal to within one image, loss to within a thousandth.
compare() {
  cpu=$(evaluate cpu "$1")
  cuda=$(evaluate cuda "$1")
  echo "$cpu $cuda" | awk -v model="$(basename "$(dirname "$1")")" '
    NF == 4 {
      printf "model of the run on %s: top-1 %.2f %% and loss %.5f on the CPU, %.2f %% and %.5f on CUDA\n", model, $1, $2, $3, $4
      top1 = $1 - $3; loss = $2 - $4
      ok = top1 * top1 <= 0.51 * 0.51 && loss * loss <= 1e-6 * (1 + $2 * $2)
    }
    END { exit ok ? 0 : 1 }' || { echo "failed: $cpu on the CPU, $cuda on CUDA" >&2; exit 1; }
}

train --output "$work/cpu" --backend cpu
train --output "$work/cuda" --backend cuda --workers "$workers"
compare "$work/cpu/last.zip"
compare "$work/cuda/last.zip"
train --output "$work/cuda-then-cpu" --backend cpu --weights "$work/cuda/last.zip"
train --output "$work/cpu-then-cuda" --backend cuda --weights "$work/cpu/last.zip"
echo "ok"
