#!/bin/sh
# Trains on a Spark cluster in standalone mode: starts a master and two workers on this machine from Maven's jars,
# trains, and stops them.
#
#   training-scripts/spark-standalone.sh DATA OUTPUT [OPTION...]   options of 'shufflenet train'
#   training-scripts/spark-standalone.sh --try                     two epochs on generated pictures
#
# PORT: the master's port, default 17077.
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
if [ "${1:-}" = --try ]; then
  try=$(mktemp -d)
  "$home/shufflenet" datasets generate --output "$try/data" --train 20 --val 4
  "$0" "$try/data" "$try/run" --variant x0_25 --image-size 64 --epochs 2 || { rm -rf "$try"; exit 1; }
  rm -rf "$try"
  exit
fi
if [ $# -lt 2 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
data=$1
output=$2
shift 2
port=${PORT:-17077}
master=spark://127.0.0.1:$port
work=$(mktemp -d)
processes=
# Workers end their executors.
# shellcheck disable=SC2086 # A list of process ids.
trap '[ -z "$processes" ] || kill $processes 2>/dev/null || true; wait; rm -rf "$work"' EXIT

# Builds if necessary.
"$home/shufflenet" spark-train --help >/dev/null
mkdir -p "$work/jars"
export SPARK_HOME="$work" SPARK_SCALA_VERSION=2.12 SPARK_LOCAL_IP=127.0.0.1

daemon() {
  java "@$home/src/main/jvm/spark.options" -Xmx256m \
    -Dlogback.configurationFile=io/github/shufflenet4j/cli/logback.xml \
    -cp "$home/target/classes:$(cat "$home/target/class-path-spark")" "$@" &
  processes="$processes $!"
}

daemon org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0
for worker in 1 2; do
  daemon org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 --cores 1 --memory 2g \
    --work-dir "$work/worker-$worker" "$master"
done

"$home/shufflenet" spark-train --master "$master" --workers 2 --data "$data" --output "$output" \
  --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 --conf spark.executor.memory=2g "$@"
