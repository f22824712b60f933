# What both launchers do, `deed` of a checkout and `bin/deed` of the archive, which source it: words of errors, the locale,
# flags of the JVM.

die() { echo "deed: $1" >&2; exit "${2:-1}"; }

# Names of files, arguments and output are UTF-8 whatever the locale: a JVM in the locale C cannot even name a file with
# an umlaut. It asks the locale alone (-Dsun.jnu.encoding changes nothing for its arguments).
speak_utf8() {
  local charmap
  charmap=$(locale charmap 2>/dev/null) || charmap=${LC_ALL:-${LC_CTYPE:-${LANG:-}}}
  case "$charmap" in *[Uu][Tt][Ff]8* | *[Uu][Tt][Ff]-8*) return ;; esac
  local candidate
  for candidate in C.UTF-8 en_US.UTF-8 $(locale -a 2>/dev/null | grep -iE 'utf-?8$'); do
    if [ "$(env LC_ALL="$candidate" locale charmap 2>/dev/null)" = UTF-8 ]; then
      export LC_ALL=$candidate
      return
    fi
  done
}

# Sets `flags`, which the JVM needs for a command, but for what makes vectors known to it: `set_flags ROOT [COMMAND]`.
# ROOT holds the shipped models.
# Warnings of the JVM belong on stderr: stdout is for results. Those about an archive of classes that does not
# fit (jars built by hand since) concern nobody.
# --sun-misc-unsafe...: what LibTorch's bindings still use.
# Weights lie outside the heap, so it starts small. What is large in it are keys and values and blocks of rows: they
# begin in the old generation (the threshold), which is collected when what -Xms gives it is full. When they were copied
# there from the young one, it grew as far as the machine allows: lab/results/speed.md, "Memory and garbage". What
# -Xms asks for is resident only once it was used.
set_flags() {
  flags=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC
    -XX:PretenureSizeThreshold=128k
    -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
    -Xlog:disable -Xlog:all=warning:stderr -Xlog:cds*=off:stderr -Xlog:aot*=off:stderr -Ddeed.root="$1")
  # A server reads bodies of some hundred kilobytes, most of which it refuses when it is full: they end in the young
  # generation, not the old one, whose collections stop all answers (at 20 times what it can do, 1 in place of 34). What
  # is being read outlives a young collection: where survivors had 6 MB, 1.5 of them went to the old generation each
  # time, which grew by 250 MB in a minute; with 24 it stays at 37.
  if [ "${2:-}" = serve ]; then
    flags+=(-XX:SurvivorRatio=2 -XX:PretenureSizeThreshold=2m)
    start_heap 224 96
  else
    start_heap 96 10
  fi
  spare_vectors
}

# Adds to `flags`, on Intel's processors, that the JVM's compiler keeps addresses on the stack, not in vector registers:
# there it moves one to and fro in the innermost loop of products, and multiply-adds wait for it. Without, encoders take
# 0.7 to 0.9 of the time. On AMD's it costs: lab/results/speed.md, "Addresses in vector registers".
spare_vectors() {
  local file=${1:-/proc/cpuinfo} name value
  [ -r "$file" ] || return 0
  while IFS=: read -r name value; do
    case "$name" in
      vendor_id*)
        [ "$value" != " GenuineIntel" ] || flags+=(-XX:-UseFPUForSpilling)
        return 0
        ;;
    esac
  done <"$file"
}

# Adds to `flags` that the heap starts with $1 MB, and its young generation with $2. A heap that may not become as large
# starts as the JVM chooses, which refuses to start with more than it may have.
start_heap() {
  local word most=""
  for word in ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${DEED_JAVA_OPTS:-}; do
    case "$word" in -Xmx* | -XX:MaxHeapSize=*) most=$(kilobytes "$word") ;; esac
  done
  [ -n "$most" ] && [ "$most" -lt $(($1 * 1024)) ] || flags+=("-Xms$1m" "-XX:NewSize=$2m")
}

# The size at the end of the option $1, such as -Xmx2g; nothing where the JVM will refuse it.
kilobytes() {
  [[ "$1" =~ ^[^0-9]*([0-9]{1,12})([kKmMgGtT]?)$ ]] || return 0
  case "${BASH_REMATCH[2]}" in
    "") echo $((10#${BASH_REMATCH[1]} / 1024)) ;;
    [kK]) echo $((10#${BASH_REMATCH[1]})) ;;
    [mM]) echo $((10#${BASH_REMATCH[1]} << 10)) ;;
    [gG]) echo $((10#${BASH_REMATCH[1]} << 20)) ;;
    [tT]) echo $((10#${BASH_REMATCH[1]} << 30)) ;;
  esac
}

# Adds to `flags` that the JVM's compiler is to know vectors, which it learns by itself only where the module
# jdk.incubator.vector is named with --add-modules.
compile_vectors() {
  flags+=(-XX:+UnlockExperimentalVMOptions -XX:+EnableVectorSupport -XX:+EnableVectorReboxing
    -XX:+EnableVectorAggressiveReboxing)
}

# Adds to `flags` what the JVM cannot find out about its terminal.
tell_terminal() {
  local size
  [ ! -t 1 ] || flags+=(-Ddeed.stdout.terminal=true)
  if [ -t 2 ]; then
    size=$(stty size <&2 2>/dev/null) || size="24 80"
    flags+=(-Ddeed.stderr.columns="${size#* }")
  fi
}
