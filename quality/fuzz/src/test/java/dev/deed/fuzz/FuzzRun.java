package dev.deed.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Jazzer on one door, or for a short time on all of them, in a JVM of its own with a small heap.
 */
final class FuzzRun {
  /** Jazzer itself and what it remembers take most of it. */
  private static final String HEAP = "-Xmx512m";

  /** An input that takes longer is a finding; on a busy machine loading classes takes seconds. */
  private static final int MOST_SECONDS_EACH = 60;

  /** What is counted as covered, and watched for commands and paths that an input brings about. */
  private static final String WATCHED = "dev.deed.**:com.twelvemonkeys.**";

  /**
   * Seconds for a door below which the JVM's start and an optimising compiler take most of them.
   */
  static final int SHORT = 60;

  /** Random inputs for each of all doors. */
  private static final int EQUAL = 8;

  private final String name;
  private final Class<?> target;
  private final List<Door> doors;
  private final Path folder;

  private FuzzRun(String name, Class<?> target, List<Door> doors) {
    this.name = name;
    this.target = target;
    this.doors = doors;
    this.folder = Door.ROOT.resolve("quality/fuzz/target/fuzz").resolve(name);
  }

  static FuzzRun of(Door door) {
    return new FuzzRun(door.id(), door.target(), List.of(door));
  }

  static FuzzRun ofAll() {
    return new FuzzRun("all", AnyDoor.class, List.of(Door.values()));
  }

  /**
   * Fuzzes for some seconds.
   *
   * @return what was found, with the file of the input; null when nothing was
   */
  @Nullable String run(int seconds) throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    Path seeds = Files.createDirectories(folder.resolve("seeds"));
    for (Door door : doors) {
      for (Path input : door.inputs()) {
        String file = Door.ROOT.relativize(input).toString().replace(File.separatorChar, '_');
        Files.write(seeds.resolve(door.id() + "_" + file), seed(door, Files.readAllBytes(input)));
      }
      // Each door is an equal among all from the start, with whatever these bytes mean to it.
      for (int i = 0; i < EQUAL && doors.size() > 1; i++) {
        byte[] bytes = new byte[1 << i];
        new Random(i).nextBytes(bytes);
        Files.write(seeds.resolve(door.id() + "_" + i), seed(door, bytes));
      }
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(HEAP, "-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector"));
    if (seconds < SHORT * doors.size()) {
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.awt.headless=true");
    command.add("-Ddeed.root=" + Door.ROOT);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + target.getName());
    command.add("--instrumentation_includes=" + WATCHED);
    command.add("--custom_hook_includes=" + WATCHED);
    command.add("-max_total_time=" + seconds);
    command.add("-timeout=" + MOST_SECONDS_EACH);
    command.add("-rss_limit_mb=0");
    command.add("-seed=" + Integer.getInteger("deed.fuzz.seed", 1));
    command.add("-print_final_stats=1");
    command.add("-artifact_prefix=" + folder + File.separator);
    command.add("--reproducer_path=" + folder);
    command.addAll(List.of(corpus.toString(), seeds.toString()));
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    // On a busy machine the start alone may take minutes; far beyond that, something hangs.
    if (!process.waitFor(seconds + 600L, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return name + ": did not end; see " + log;
    }
    return process.exitValue() == 0 ? null : name + ": " + finding(log);
  }

  private byte[] seed(Door door, byte[] bytes) {
    return doors.size() > 1 ? AnyDoor.input(door, bytes) : bytes;
  }

  private static String finding(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
    return "%s%n%s"
        .formatted(
            log, String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size())));
  }
}
