#!/bin/sh
# Loads the server of 'shufflenet serve' with good, broken, huge and slow uploads, on loopback, and prints throughput,
# latency, answers by kind, memory before and after, and what ImageClassifier reaches on the same JPEG files from as
# many threads in alternating rounds. Fails if a good upload fails or gets a wrong answer.
#
#   training-scripts/load.sh --model FILE.zip --images DIR [--seconds 60] [--clients 8] [--broken 10] [--huge 0]
#                            [--slow 20] [--photos 100] [--heap 1g] [--peer] [--other FILE.zip [--swaps 20]] [--stop]
#
# --broken: percent of uploads that are cut in half; --huge: per mille of uploads of 21 MB, more than the server takes;
# --slow: clients that send a byte a second; --peer: also ONNX Runtime behind the same HTTP server and decoder;
# --other: a model that takes the first one's place and back, --swaps times; --stop: at the end, SIGTERM under load.
# Leave the machine idle meanwhile.
set -eu
exec "$(dirname -- "$0")/benchmark.sh" serve "$@"
