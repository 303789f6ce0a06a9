#!/bin/sh
# Measures whether class activation maps point at the objects. Renders shapes of half the usual size, anywhere in images
# of 160 pixels, with masks of them; fine-tunes ShuffleNetV2 x0.5 on them; and plays the pointing game on the validation
# images with it and with a network of random weights. Fails if fewer maps than MINIMUM point at their object.
#
#   training-scripts/pointing-game.sh [WEIGHTS [MINIMUM]]
#
# WEIGHTS: to start from; default imagenet:x0_5, which is downloaded once. MINIMUM: percentage, default 90.
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
size=160

play() {
  "$home/shufflenet" pointing-game --model "$1" --data "$work/shapes" --masks "$work/masks" --format "$2"
}

"$home/shufflenet" datasets generate --output "$work/shapes" --masks "$work/masks" --size $size --scale 0.5 \
  --train 200 --val 40
cat >"$work/recipe.yaml" <<END
description: Rendered shapes, from the weights of photos
variant: x0_5
epochs: 6
batchSize: 32
learningRate: 0.05
scaleLearningRate: 32
schedule: cosine
warmupEpochs: 0
optimizer: nesterov
momentum: 0.9
weightDecay: 4e-5
labelSmoothing: 0.1
imageSize: $size
minCropArea: 0.6
END
"$home/shufflenet" train --data "$work/shapes" --output "$work/trained" --recipe "$work/recipe.yaml" \
  --weights "${1:-imagenet:x0_5}"
echo "fine-tuned:"
play "$work/trained/model.zip" text

# The smallest of learning rates: the weights stay random, and batch norm gets statistics of the images.
"$home/shufflenet" train --data "$work/shapes" --output "$work/random" --variant x0_5 --image-size $size \
  --min-crop 0.6 --epochs 1 --learning-rate 1e-12
echo "random weights:"
play "$work/random/model.zip" text

play "$work/trained/model.zip" json | awk -F'"in its convex hull":{"images":400,"hits":' -v minimum="${2:-90}" '{
  hits = 100 * $2
  printf "%.1f %% of the maps have their maximum in the convex hull of the object, minimum %s %%\n", hits, minimum
  exit hits >= minimum ? 0 : 1
}'
