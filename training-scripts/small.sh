#!/bin/sh
# Writes a model in each precision, and prints a Markdown table of file sizes and accuracies.
#
#   training-scripts/small.sh MODEL CALIBRATE DATA
#
# MODEL: model or weight file, or a name such as imagenet:x0_5. CALIBRATE: images for the calibration of int8. DATA:
# images, of which those for validation are used; unless they have the model's classes, accuracies are left out.
# Environment: IMAGES, for calibration, default 500; OUTPUT, a folder to keep the files in.
set -eu
if [ $# -ne 3 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
if [ -n "${OUTPUT:-}" ]; then
  mkdir -p "$OUTPUT"
  output=$OUTPUT
else
  output=$(mktemp -d)
  trap 'rm -rf "$output"' EXIT
fi

# Prints a row: a name, the single-precision file of the same format, and the options of export.
row() {
  name=$1
  file=$2
  shift 2
  "$home/shufflenet" --progress 0 export --model "$model" --to "$output/$file" --verify "$data" "$@" >"$output/log"
  single=$output/fp32.${file##*.}
  sed -n "s/^.* images: top-1 \([0-9.]*\) %.*, top-5 \([0-9.]*\) %.*; same/\1 | \2 | same/; s/^.* images: same/ | | same/
    s/same class for \([0-9.]*\) %, .* \([0-9.]*\) points; .* \([0-9.]*\)\$/\1 | \2 | \3/p" "$output/log" |
    awk -v name="$name" -v file="$file" -v bytes="$(wc -c <"$output/$file")" \
    -v of="$(wc -c <"$single")" '{
      printf "| %s, .%s | %.0f | %.1f | %s |\n", name, substr(file, index(file, ".") + 1), bytes / 1000,
        100 * bytes / of, $0
    }'
}

model=$1
calibrate=$2
data=$3
echo '| precision, file | kB | % of fp32 | top-1, % | top-5, % | same class, % | expected loss, points |' \
  'largest change of a probability |'
echo '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
for format in zip safetensors pth onnx; do
  row fp32 "fp32.$format"
  row fp16 "fp16.$format" --precision fp16
done
for calibration in minmax percentile entropy; do
  row "int8, $calibration" "$calibration.onnx" --precision int8 --calibrate "$calibrate" \
    --images "${IMAGES:-500}" --calibration "$calibration"
done
