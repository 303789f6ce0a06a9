#!/bin/sh
# Resumes a run that was stopped or killed, to the network that it would have given.
#
#   training-scripts/resume.sh OUTPUT   folder of the run
#   training-scripts/resume.sh --try    stops a run on generated pictures after a few seconds, and resumes it
set -eu
if [ $# -ne 1 ]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
if [ "$1" = --try ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$home/shufflenet" datasets generate --output "$work/data"
  "$home/shufflenet" train --recipe quick --data "$work/data" --output "$work/run" --epochs 3 &
  sleep 8
  kill -TERM $!
  wait $!
  "$home/shufflenet" train --resume "$work/run"
  exit
fi
exec "$home/shufflenet" train --resume "$1"
