# Where a JDK 25 is: the launcher of a checkout sources it, and so do the scripts of tools/ that need one.

# The feature release of the JDK in $1, from its `release` file; 0 when there is none.
jdk_release() {
  local line
  line=$(grep -s '^JAVA_VERSION=' "$1/release") || { echo 0; return; }
  line=${line#*\"}
  line=${line%%[!0-9]*}
  echo "${line:-0}"
}

# How this system gets a JDK 25: from its own packages, or as docs/install.md says.
jdk_package() {
  local system=""
  [ ! -r /etc/os-release ] || system=$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-}")
  case "$system" in
    "debian 12") echo "Debian 12: temurin-25-jdk, from the vendor's repository" ;;
    debian\ * | ubuntu\ *) echo "apt-get install openjdk-25-jdk-headless" ;;
    *) echo "SDKMAN: sdk install java 25-tem" ;;
  esac
}

# How this system gets Maven.
maven_package() {
  local system=""
  [ ! -r /etc/os-release ] || system=$(. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}")
  case " $system " in
    *" debian "* | *" ubuntu "*) echo "apt-get install maven" ;;
    *" fedora "* | *" rhel "*) echo "dnf install maven" ;;
    *) echo "SDKMAN: sdk install maven" ;;
  esac
}

# The folder of a JDK 25 or newer; fails where there is none. Services and cron jobs run without HOME.
find_jdk() {
  local candidate on_path="" home=${HOME:-}
  on_path=$(readlink -f "$(command -v javac)" 2>/dev/null) && on_path=${on_path%/bin/javac}
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/*jdk* "$home"/.jdks/* \
    "$home"/.sdkman/candidates/java/* "$home"/.asdf/installs/java/* "$home"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -x "$candidate/bin/javac" ] && [ "$(jdk_release "$candidate")" -ge 25 ]; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

# Sets and exports JAVA_HOME; without a JDK 25 the script ends, which calls itself $1.
require_jdk() {
  JAVA_HOME=$(find_jdk) || {
    echo "$1: no JDK 25 found: looked in JAVA_HOME, on the PATH and in the usual JVM folders; install one ($(jdk_package)), set JAVA_HOME, or take the archive, which needs none (docs/install.md)" >&2
    exit 2
  }
  export JAVA_HOME
}
