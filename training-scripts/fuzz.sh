#!/bin/sh
# Fuzzes the file readers with damaged and hostile files. Fails if one breaks its contract: a result, or one line that
# names the file, within two seconds and 256 MB.
#
#   training-scripts/fuzz.sh [--cases N | --minutes N] [--reader NAME]...
#
# N: cases or minutes per reader, default 10000 cases. NAME: method of ReadersFuzzTest, such as onnx; default all.
# Prints a table. A file that breaks the contract is kept in src/test/resources, where every build reads it again.
set -eu
limit="--max_executions=10000 --max_duration=24h"
only=
while [ $# -gt 1 ]; do
  case $1 in
    --cases) limit="--max_executions=$2 --max_duration=24h" ;;
    --minutes) limit=--max_duration=${2}m ;;
    --reader) only="$only $2" ;;
    *) break ;;
  esac
  shift 2
done
if [ $# -gt 0 ]; then
  echo "usage: $0 [--cases N | --minutes N] [--reader NAME]..." >&2
  exit 2
fi
cd "$(dirname -- "$0")/.."
test=io.github.shufflenet4j.fuzz.ReadersFuzzTest
tests=src/test/java/$(echo "$test" | tr . /).java
found=src/test/resources/$(echo "$test" | tr . /)Inputs
readers=$(sed -n 's/^    void \([A-Za-z]*\)(byte\[\] input).*/\1/p' "$tests")
for name in $only; do
  if ! echo "$readers" | grep -qx "$name"; then
    # shellcheck disable=SC2086 # $readers is a list.
    echo "error: no reader '$name'; there are:" $readers >&2
    exit 2
  fi
done
mvn -B -ntp -q -Dstyle.color=never test-compile dependency:build-classpath -DincludeScope=test \
  -Dmdep.outputFile=target/class-path-fuzz
ours=io.github.shufflenet4j
counted=$ours.weights.**:$ours.modelfile.**:$ours.data.**:$ours.training.recipe.**:$ours.io.yaml.**
counted=$counted:com.twelvemonkeys.**:org.apache.commons.compress.**:org.snakeyaml.**
export JAZZER_FUZZ=1
failed=0
printf '%-14s %9s %10s %9s\n' reader cases edges findings
for reader in ${only:-$readers}; do
  work=target/fuzz/$reader
  rm -rf "$work"
  mkdir -p "$work/corpus"
  status=0
  # A file may take half of this heap. Runs are short, so the quick compiler pays.
  # shellcheck disable=SC2086 # $limit is a list.
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -XX:-OmitStackTraceInFastThrow @src/main/jvm/java.options \
    -cp "target/test-classes:target/classes:$(cat target/class-path-fuzz)" com.code_intelligence.jazzer.Jazzer \
    --target_class="$test" --target_method="$reader" $limit --keep_going=1000 --trace=cov \
    --hooks=true --dedup=true \
    --instrumentation_includes="$counted" --instrumentation_excludes="$ours.fuzz.**" \
    --custom_hook_includes="$counted" --custom_hook_excludes="$ours.fuzz.**" --reproducer_path="$work" \
    -artifact_prefix="$work/" -max_len=200 -timeout=120 "$work/corpus" >"$work/log" 2>&1 || status=$?
  findings=$(grep -c '^== Java Exception' "$work/log" || true)
  last=$(grep -E '^#[0-9]+.* cov: ' "$work/log" | tail -n 1)
  if ! grep -q '^Done ' "$work/log"; then
    findings=$((findings + 1))
    echo "$reader: stopped with exit code $status; see $work/log" >&2
    mkdir -p "$found/$reader"
    cp target/fuzz/fuzzed "$found/$reader/stopped-$(cksum <target/fuzz/fuzzed | cut -d ' ' -f 1)"
  fi
  printf '%-14s %9s %10s %9s\n' "$reader" "$(echo "$last" | sed 's/^#\([0-9]*\).*/\1/')" \
    "$(echo "$last" | sed 's/.* cov: \([0-9]*\).*/\1/')" "$findings"
  failed=$((failed + findings))
done
if [ "$failed" -gt 0 ]; then
  echo "failed: the files that broke the contract are in $found" >&2
  exit 1
fi
