#!/bin/sh
# Trains without Spark, and on Spark with two executors, each in its own process. Fails if Spark's accuracy is more than
# two points lower. With --kill-executor, trains on Spark again, kills an executor midway, and fails unless the network
# is the same, bit for bit.
#
#   training-scripts/spark-local-cluster.sh [--kill-executor] [SPARK_OPTION...] DATA [OPTION...]
#
# SPARK_OPTION: option of 'shufflenet spark-train' with its value, such as --averaging-frequency 2. OPTION: option of
# 'shufflenet train'.
set -eu
usage() {
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
kill=
spark_options=
while case "${1:-}" in --*) ;; *) false ;; esac; do
  if [ "$1" = --kill-executor ]; then
    kill=yes
    shift
  else
    [ $# -gt 2 ] || usage
    spark_options="$spark_options $1 $2"
    shift 2
  fi
done
[ $# -ge 1 ] || usage
data=$1
shift
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
work=$(mktemp -d)
driver=
# Executors end with their driver.
trap '[ -z "$driver" ] || kill "$driver" 2>/dev/null || true; rm -rf "$work"' EXIT

best() {
  awk -F, 'NR > 1 && $5 + 0 > best { best = $5 + 0 } END { printf "%.2f", best }' "$work/$1/metrics.csv"
}

# Starts a run with driver process $driver; the launcher execs Java, so that the id stays.
start() {
  run=$1
  shift
  # shellcheck disable=SC2086 # A list of options.
  "$home/shufflenet" spark-train --master 'local-cluster[2,1,2048]' --conf spark.executor.memory=2g --workers 2 \
    $spark_options --data "$data" --output "$work/$run" "$@" &
  driver=$!
}

finish() {
  wait "$driver"
  driver=
}

echo "without Spark"
"$home/shufflenet" train --data "$data" --output "$work/local" "$@"
echo "on Spark"
start spark "$@"
finish
awk -v local="$(best local)" -v spark="$(best spark)" 'BEGIN {
  printf "best top-1: %.2f %% without Spark, %.2f %% on Spark\n", local, spark
  exit local - spark <= 2 ? 0 : 1
}'

if [ -n "$kill" ]; then
  echo "on Spark, with an executor killed"
  start killed "$@"
  # Once an epoch has ended, the next is running.
  while kill -0 "$driver" 2>/dev/null && [ ! -f "$work/killed/metrics.csv" ]; do
    sleep 0.2
  done
  sleep 1
  executor=$(pgrep -P "$driver" -f CoarseGrainedExecutorBackend | head -n 1)
  kill -KILL "$executor"
  echo "killed executor $executor"
  finish
  for run in spark killed; do
    unzip -p "$work/$run/last.zip" coefficients.bin >"$work/$run.bin"
  done
  cmp "$work/spark.bin" "$work/killed.bin"
  echo "the same network"
fi
