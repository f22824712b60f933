package dev.deed.evaluation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where figures come from: what a reader needs to get them again.
 *
 * @param command as it was typed, quoted for a shell
 * @param machine processor, number of cores, operating system, JVM
 * @param precision in which weights were held; of several models in their order
 * @param threads that worked on a generation
 * @param batch examples that were decoded together
 * @param repeats how often each run was measured; medians of an example's times count
 * @param commit of the source tree, with {@code -dirty} when files under version control differ
 *     from it; null when it is not known
 * @param date in UTC, to the second
 */
public record Provenance(
    String command,
    String machine,
    String precision,
    int threads,
    int batch,
    int repeats,
    @Nullable String commit,
    Instant date) {
  /**
   * The provenance of a run on this machine, now.
   *
   * @param arguments of the command {@code deed}
   * @param precisions of the models, in their order
   * @param root folder of the source tree; null when there is none
   */
  public static Provenance here(
      List<String> arguments,
      List<WeightPrecision> precisions,
      int threads,
      int batch,
      int repeats,
      @Nullable Path root) {
    return new Provenance(
        "deed " + arguments.stream().map(Provenance::quoted).collect(Collectors.joining(" ")),
        describeMachine(),
        precisions.stream()
            .map(WeightPrecision::label)
            .distinct()
            .collect(Collectors.joining(", ")),
        threads,
        batch,
        repeats,
        root == null ? null : commit(root),
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /** Writes what is not a matter of batches and repeats. */
  public void addTo(ObjectNode json) {
    json.put("command", command).put("machine", machine).put("precision", precision);
    json.put("threads", threads).put("commit", commit).put("date", date.toString());
  }

  String conditions() {
    return "batch %d, %s, %s%s"
        .formatted(
            batch,
            threads == 1 ? "1 thread" : threads + " threads",
            precision,
            repeats == 1 ? "" : ", medians of " + repeats + " runs of each example");
  }

  static String quoted(String argument) {
    return argument.matches("[\\w./,:=@+-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }

  private static String describeMachine() {
    return "%s, %d cores, %s, JVM %s"
        .formatted(
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            Runtime.version());
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(() -> System.getProperty("os.arch"));
    } catch (IOException e) { // not Linux
      return System.getProperty("os.arch");
    }
  }

  private static @Nullable String commit(Path root) {
    String head = git(root, "rev-parse", "--short=12", "HEAD");
    String changes = git(root, "status", "--porcelain", "--untracked-files=no");
    return head == null || changes == null ? null : changes.isEmpty() ? head : head + "-dirty";
  }

  /** What git prints; null when there is no git or no repository. */
  private static @Nullable String git(Path root, String... arguments) {
    ProcessBuilder builder = new ProcessBuilder("git", "-C", root.toString());
    builder.command().addAll(List.of(arguments));
    try {
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? output.strip() : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
