#!/bin/sh
# Checks the choice of --backend with ND4J's CUDA backend on the class path, with or without a GPU.
#
#   training-scripts/check-backends.sh
#
# The first run downloads the CUDA backend, about 600 MB. The launcher uses it until 'mvn clean'.
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "failed: $1" >&2
  cat "$work/out" "$work/err" >&2
  exit 1
}

# Runs a command and compares its exit code.
expect() {
  wanted=$1
  shift
  code=0
  "$home/shufflenet" "$@" >"$work/out" 2>"$work/err" || code=$?
  [ "$code" -eq "$wanted" ] || fail "exit code $code, not $wanted: shufflenet $*"
}

# How many lines of the last command's errors hold a text.
lines() {
  grep -c "$1" "$work/err" || true
}

(cd "$home" && mvn -B -ntp -q -Dstyle.color=never -Pcuda -Dmaven.test.skip=true prepare-package)
expect 0 datasets generate --output "$work/data" --size 40 --train 4 --val 2
train="train --data $work/data --variant x0_25 --image-size 32 --batch-size 8 --epochs 1"

expect 0 backends --backend cpu
grep -q '^backend  *CPU' "$work/out" || fail "backends does not report the CPU"
# shellcheck disable=SC2086 # $train is a list of arguments.
expect 0 $train --output "$work/cpu" --backend cpu
[ "$(lines CUDA)" -eq 0 ] || fail "the CPU was asked for, and there is talk of CUDA"

expect 0 backends
if grep -q '^backend  *CUDA' "$work/out"; then
  # shellcheck disable=SC2086
  expect 0 $train --output "$work/auto" --backend cuda
  echo "ok: CUDA can be used, and is; training-scripts/check-cuda.sh compares it with the CPU"
  exit 0
fi
# shellcheck disable=SC2086
expect 0 $train --output "$work/auto"
[ "$(lines 'Computing on the CPU: CUDA cannot be used')" -eq 1 ] || fail "one line should say why it is the CPU"
# shellcheck disable=SC2086
expect 3 $train --output "$work/cuda" --backend cuda
[ "$(lines 'error: CUDA cannot be used')" -eq 1 ] || fail "one line should say what is wrong"
[ "$(lines '^	at ')" -eq 0 ] || fail "a stack trace"
[ ! -e "$work/cuda" ] || fail "the failed run left a folder behind"
expect 3 backends --backend cuda
sed -n 's/^because  */ok: without a usable GPU, cuda fails and auto computes on the CPU. /p' "$work/out"
