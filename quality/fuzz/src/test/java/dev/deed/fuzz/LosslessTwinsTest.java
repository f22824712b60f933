package dev.deed.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@link LosslessTwins} in JVMs of their own, with the flags of {@code deed.test.jvm}, each for as
 * long as a door is fuzzed; {@code tools/fuzz SECONDS lossless} gives them longer. A failure names
 * the seed of its case, which comes first with {@code deed.fuzz.seed}.
 */
final class LosslessTwinsTest {
  static final String NAME = "lossless";

  @Test
  void answersAreThoseOfFullDepth() throws IOException, InterruptedException {
    requireAnswersOfFullDepth("own", "-Xshare:auto", true);
  }

  /** With 256 bits, and without oneDNN. */
  @ParameterizedTest
  @Tag("night")
  @CsvSource({
    "avx2, -XX:UseAVX=2, true",
    "own-alone, -Xshare:auto, false",
    "avx2-alone, -XX:UseAVX=2, false"
  })
  void answersAreThoseOfFullDepthOnOtherMachines(String name, String vectors, boolean oneDnn)
      throws IOException, InterruptedException {
    requireAnswersOfFullDepth(name, vectors, oneDnn);
  }

  private static void requireAnswersOfFullDepth(String name, String vectors, boolean oneDnn)
      throws IOException, InterruptedException {
    int seconds = Integer.getInteger("deed.fuzz.seconds", 0);
    List<String> doors = Arrays.asList(System.getProperty("deed.fuzz.doors", "").split(",", -1));
    Assumptions.assumeTrue(seconds > 0, "skipped: no time to fuzz");
    Assumptions.assumeTrue(doors.contains("") || doors.contains(NAME), "skipped: not named");
    Path folder =
        Files.createDirectories(Door.ROOT.resolve("quality/fuzz/target/fuzz").resolve(NAME));
    Path log = folder.resolve(name + ".txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+IgnoreUnrecognizedVMOptions", vectors));
    Stream.of(System.getProperty("deed.test.jvm", "").split(" "))
        .filter(flag -> !flag.isEmpty())
        .forEach(command::add);
    command.addAll(
        List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
    command.add("-Ddeed.root=" + Door.ROOT);
    command.addAll(List.of("-cp", classPath(oneDnn), LosslessTwins.class.getName()));
    command.add(Integer.toString(seconds));
    command.add(Integer.toString(Integer.getInteger("deed.fuzz.seed", 1)));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(seconds + 600L, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("ended; see " + log).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  private static String classPath(boolean oneDnn) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(part -> oneDnn || !part.contains("onednn"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
