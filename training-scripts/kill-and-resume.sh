#!/bin/sh
# Kills a training run with SIGKILL at random moments and resumes it each time. Fails unless the network is the same,
# bit for bit, as that of an uninterrupted run. Takes several minutes.
#
#   training-scripts/kill-and-resume.sh [KILLS [OPTION...]]
#
# KILLS: 20 by default. OPTION: of 'shufflenet train', such as --optimizer adamw or --weights FILE.
# Environment: VARIANT, default x0_25.
set -eu
kills=${1:-20}
[ $# -eq 0 ] || shift
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Builds if necessary, before anything is timed.
"$home/shufflenet" datasets generate --output "$work/data" --train 40 --val 5

# Not through the launcher: the signal must reach Java itself.
train() {
  exec java "@$home/src/main/jvm/java.options" -cp "$home/target/classes:$(cat "$home/target/class-path")" \
    io.github.shufflenet4j.cli.Main train "$@"
}

begin() {
  output=$1
  shift
  train --data "$work/data" --output "$output" --variant "${VARIANT:-x0_25}" --image-size 64 --epochs "$kills" \
    --batch-size 32 --micro-batch-size 16 --set mixup=0.2 --set emaDecay=0.999 --set batchNormBatches=4 \
    --checkpoint-minutes 0.01 "$@"
}

resume() {
  train --resume "$1" --checkpoint-minutes 0.01
}

(begin "$work/whole" "$@") >"$work/whole.log" 2>&1 || { tail -n 3 "$work/whole.log" >&2; exit 1; }

newest() {
  # shellcheck disable=SC2012 # The names are our own.
  ls "$work/killed/checkpoints" 2>/dev/null | grep 'zip$' | tail -n 1
}

killed=0
while [ "$killed" -lt "$kills" ]; do
  before=$(newest)
  if [ -n "$before" ]; then
    (resume "$work/killed") >"$work/killed.log" 2>&1 &
  else
    (begin "$work/killed" "$@") >"$work/killed.log" 2>&1 &
  fi
  process=$!
  # Up to two seconds after its next checkpoint: in a step, a validation, or while it writes.
  while kill -0 "$process" 2>/dev/null && [ "$(newest)" = "$before" ]; do
    sleep 0.1
  done
  moment=$(od -An -N2 -tu2 /dev/urandom)
  sleep "$(awk -v m="$moment" 'BEGIN { printf "%.2f", m % 200 / 100 }')"
  if ! kill -KILL "$process" 2>/dev/null; then
    echo "the run ended before kill $((killed + 1))"
    break
  fi
  wait "$process" 2>/dev/null || true
  killed=$((killed + 1))
  echo "kill $killed: $(newest)"
done
(resume "$work/killed") >"$work/killed.log" 2>&1 || { tail -n 3 "$work/killed.log" >&2; exit 1; }

for entry in model.zip/coefficients.bin averaged.zip/coefficients.bin last.zip/coefficients.bin \
  last.zip/updaterState.bin; do
  for run in whole killed; do
    unzip -p "$work/$run/${entry%/*}" "${entry#*/}" >"$work/$run.bin"
  done
  cmp "$work/whole.bin" "$work/killed.bin"
done
# All columns but the last, which is the speed.
for run in whole killed; do
  sed 's/,[^,]*$//' "$work/$run/metrics.csv" >"$work/$run.csv"
done
cmp "$work/whole.csv" "$work/killed.csv"
echo "$killed kills: the same bits"
