package dev.deed.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Jazzer on one door, in a JVM of its own with a small heap. */
final class FuzzRun {
  /** Jazzer itself and what it remembers take most of it. */
  private static final String HEAP = "-Xmx512m";

  /** An input that takes longer is a finding; on a busy machine loading classes takes seconds. */
  private static final int MOST_SECONDS_EACH = 60;

  /** What is counted as covered, and watched for commands and paths that an input brings about. */
  private static final String WATCHED = "dev.deed.**:com.twelvemonkeys.**";

  /** Seconds below which a run is mostly the JVM's start, and an optimising compiler costs more. */
  private static final int SHORT = 60;

  private final Door door;
  private final Path folder;

  FuzzRun(Door door) {
    this.door = door;
    this.folder = Door.ROOT.resolve("fuzz/target/fuzz").resolve(door.id());
  }

  /**
   * Fuzzes for some seconds.
   *
   * @return what was found, with the file of the input; null when nothing was
   */
  @Nullable String run(int seconds) throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    Path seeds = Files.createDirectories(folder.resolve("seeds"));
    for (Path seed : door.seeds()) {
      String name = Door.ROOT.relativize(seed).toString().replace(File.separatorChar, '_');
      Files.copy(seed, seeds.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(HEAP, "-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector"));
    if (seconds < SHORT) {
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.awt.headless=true");
    command.add("-Ddeed.root=" + Door.ROOT);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + door.target().getName());
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
    if (Files.isDirectory(door.cases())) {
      command.add(door.cases().toString());
    }
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
      return door.id() + ": did not end; see " + log;
    }
    return process.exitValue() == 0 ? null : door.id() + ": " + finding(log);
  }

  private static String finding(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
    return "%s%n%s"
        .formatted(
            log, String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size())));
  }
}
