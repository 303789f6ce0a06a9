# Starts the command line, for the launchers of a checkout and of an archive, which source this file.

# Sets java to the program's path.
find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
  else
    java=java
  fi
  if ! command -v "$java" >/dev/null 2>&1; then
    echo "error: no Java found: install Java 17 or later, or set JAVA_HOME" >&2
    exit 1
  fi
}

# Java can only open files whose names the locale's encoding has, which in C and POSIX is ASCII.
use_utf8() {
  if [ "$(locale charmap 2>/dev/null)" != UTF-8 ]; then
    for utf8 in C.UTF-8 en_US.UTF-8; do
      if [ "$(LC_ALL=$utf8 locale charmap 2>/dev/null)" = UTF-8 ]; then
        export LC_ALL=$utf8
        break
      fi
    done
  fi
}

# Java warns of the Vector API, and native decoders of each damaged image, on the error stream, which no option
# prevents. The program names such images itself, by a stream of its own; what else native code says comes through, a
# crash above all.
filter_errors() {
  if folder=$(mktemp -d 2>/dev/null) && mkfifo "$folder/errors" 2>/dev/null; then
    grep --line-buffered -v -e '^Corrupt JPEG data' -e '^Premature end of JPEG' -e '^libpng ' \
      -e '^WARNING: Using incubator modules' <"$folder/errors" >&2 &
    exec 3>&2 2>"$folder/errors"
    export SHUFFLENET_ERRORS=/dev/fd/3
  fi
  [ -z "$folder" ] || rm -rf "$folder"
}

# archive_classes OPTIONS CLASS_PATH FILE: makes an archive of the classes that a prediction loads, as they are in
# memory, for starts with the same Java and class path; the prediction of one photo takes three quarters of the time.
archive_classes() {
  "$java" "@$1/java.options" "@$1/launcher.options" -Xlog:disable "-XX:ArchiveClassesAtExit=$3.$$" -cp "$2" \
    io.github.shufflenet4j.cli.StartupClasses >/dev/null 2>&1 || rm -f "$3.$$"
  # Not every Java makes archives: an empty one tells later starts not to try again.
  touch "$3.$$" 2>/dev/null && mv "$3.$$" "$3" 2>/dev/null || :
}

# start OPTIONS CLASS_PATH ARGUMENT...: becomes Java, with the options in the folder OPTIONS, and classes from the file
# that the variable archive names, if it is there.
start() {
  jvm=$1
  class_path=$2${SHUFFLENET_CLASS_PATH:+:$SHUFFLENET_CLASS_PATH}
  shift 2
  spark=
  for argument in "$@"; do
    [ "$argument" != spark-train ] || spark=yes
  done
  # Without CUDA JavaCPP need not search all jars for the CUDA libraries of an OpenCV that is not there either.
  case $class_path in
    *nd4j-cuda*) extension= ;;
    *) extension=-Dorg.bytedeco.javacpp.platform.extension= ;;
  esac
  # Kernels and decoders own the cores; OpenMP threads beside them would only wait for each other.
  export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
  use_utf8
  filter_errors
  # Java ignores an archive of another Java, and would say so.
  share=
  if [ -n "${archive:-}" ] && [ -s "$archive" ]; then
    share="-XX:SharedArchiveFile=$archive"
  fi
  # shellcheck disable=SC2086 # Lists of options.
  exec "$java" "@$jvm/java.options" "@$jvm/launcher.options" ${spark:+"@$jvm/spark.options"} $extension \
    ${share:+"$share" -Xlog:cds=off -Xlog:cds+dynamic=off} ${SHUFFLENET_JAVA_OPTS:-} \
    -cp "$class_path" io.github.shufflenet4j.cli.Main "$@"
}
