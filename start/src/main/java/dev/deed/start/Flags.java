package dev.deed.start;

import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Flags of the JVM; {@code start.sh} of the Bash launchers has the same, and says why. */
final class Flags {
  private static final Pattern HEAP =
      Pattern.compile("(?:-Xmx|-XX:MaxHeapSize=)(\\d{1,12})([kKmMgGtT]?)");

  private static final int KNOWN = 25;

  /** As Windows and Linux name the maker of the processor. */
  private static final String INTEL = "GenuineIntel";

  private Flags() {}

  static List<String> of(Map<String, String> environment, String command) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:PretenureSizeThreshold=128k",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "-Xlog:cds*=off:stderr",
                "-Xlog:aot*=off:stderr"));
    boolean serves = command.equals("serve");
    if (serves) {
      flags.addAll(List.of("-XX:SurvivorRatio=2", "-XX:PretenureSizeThreshold=2m"));
    }
    int heap = serves ? 224 : 96;
    if (mostHeap(environment) >= (long) heap << 20) {
      flags.add("-Xms" + heap + "m");
      flags.add("-XX:NewSize=" + (serves ? 96 : 10) + "m");
    }
    if (environment.getOrDefault("PROCESSOR_IDENTIFIER", "").contains(INTEL)
        || vendor(Path.of("/proc/cpuinfo")).equals(INTEL)) {
      flags.add("-XX:-UseFPUForSpilling");
    }
    if (Runtime.version().feature() == KNOWN) {
      flags.addAll(
          List.of(
              "-XX:+UnlockExperimentalVMOptions",
              "-XX:+EnableVectorSupport",
              "-XX:+EnableVectorReboxing",
              "-XX:+EnableVectorAggressiveReboxing",
              "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED"));
    } else {
      flags.add("--add-modules=jdk.incubator.vector");
    }
    Console console = System.console();
    if (console != null && console.isTerminal()) {
      flags.add("-Ddeed.stdout.terminal=true");
      flags.add("-Ddeed.stderr.columns=" + environment.getOrDefault("COLUMNS", "80"));
    }
    words(environment, "DEED_JAVA_OPTS").forEach(flags::add);
    return flags;
  }

  /** Native libraries that lie unpacked in a folder. */
  static List<String> natives(Path folder) {
    return Stream.of(
            "deed.natives", "java.library.path", "library.jline.path", "jna.boot.library.path")
        .map(name -> "-D" + name + "=" + folder)
        .toList();
  }

  /** Of the processor; empty where the file is not there or says nothing. */
  private static String vendor(Path cpuinfo) {
    try (Stream<String> lines = Files.lines(cpuinfo, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith("vendor_id"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  /** Bytes that the heap may have, as far as options state them. */
  private static long mostHeap(Map<String, String> environment) {
    long most = Long.MAX_VALUE;
    for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "DEED_JAVA_OPTS")) {
      for (String word : words(environment, variable).toList()) {
        Matcher match = HEAP.matcher(word);
        if (match.matches()) {
          String unit = match.group(2).toLowerCase(Locale.ROOT);
          int shift = unit.isEmpty() ? 0 : 10 * (1 + "kmgt".indexOf(unit));
          most = Long.parseLong(match.group(1)) << shift;
        }
      }
    }
    return most;
  }

  private static Stream<String> words(Map<String, String> environment, String variable) {
    return Stream.of(environment.getOrDefault(variable, "").split("\\s+"))
        .filter(word -> !word.isEmpty());
  }
}
