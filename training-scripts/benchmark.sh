#!/bin/sh
# Times this library against its peers at 224x224, in alternating rounds, and prints a Markdown table.
#
#   training-scripts/benchmark.sh train [--json FILE]   training step: x0.5, x1.0; batch 16, 32; 1 and 2 threads
#   training-scripts/benchmark.sh infer [--json FILE]   prediction: x0.5 to x2.0; batch 1, 16; 1 and 2 threads
#   training-scripts/benchmark.sh train --help          further options, for shorter or longer runs
#
# Or times the tiles of the convolutions alone, by JMH, whose options it takes:
#
#   training-scripts/benchmark.sh kernels [-jvmArgsAppend -XX:UseAVX=2] [-p shape=58x58x784]
#
# Or shows where the time of a prediction on one thread goes, kernel by kernel:
#
#   training-scripts/benchmark.sh profile x1.0 16       width and batch
#
# Or compares two builds, folders of compiled classes, by turns in one process, where differences of 1 % show:
#
#   training-scripts/benchmark.sh compare OLD NEW [--train] [--variant x1_0] [--batch 16]
#
# Or times the data pipeline, alone and while training x0.5:
#
#   training-scripts/benchmark.sh pipeline --data DIR [--json FILE]
#
# The first run downloads the peers (DJL with PyTorch, ONNX Runtime), about 200 MB. A peer that cannot run is skipped
# with a message. Leave the machine idle meanwhile.
set -eu
here=$(pwd)
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
options=$home/src/main/jvm
cd "$home"
mkdir -p target
log=target/benchmark-build.log
if ! mvn -B -ntp -q -Dstyle.color=never -Pbenchmark test-compile dependency:build-classpath@benchmark >"$log" 2>&1; then
  echo "error: the build failed; the end of $home/$log:" >&2
  tail -n 20 "$log" >&2
  exit 1
fi
cd "$here"
if [ "${1-}" = pipeline ] || [ "${1-}" = compare ]; then
  main=PipelineBenchmark
  [ "$1" = pipeline ] || main=BuildComparison
  shift
  set -- "@$options/java.options" "@$options/launcher.options" io.github.shufflenet4j.benchmark.$main "$@"
  export OMP_NUM_THREADS=1
elif [ "${1-}" = profile ]; then
  shift
  set -- io.github.shufflenet4j.inference.plan.PlanProfile "$@"
elif [ "${1-}" = serve ]; then
  # training-scripts/load.sh
  shift
  cd "$home"
  set -- @src/main/jvm/java.options io.github.shufflenet4j.benchmark.ServerLoad "$@"
elif [ "${1-}" = kernels ]; then
  shift
  set -- io.github.shufflenet4j.kernel.vector.TileBenchmark "$@"
else
  set -- "-Djvm.options=$options" io.github.shufflenet4j.benchmark.Benchmark --log "$home/target/benchmark.log" "$@"
fi
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --add-modules jdk.incubator.vector \
  -cp "$home/target/test-classes:$home/target/classes:$(cat "$home/target/class-path-benchmark")" "$@"
