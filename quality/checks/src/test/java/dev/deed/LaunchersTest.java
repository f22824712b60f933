package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever starts a JVM for the engine spares vector registers on Intel's processors. */
final class LaunchersTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root"))).normalize();

  private static final String START = "cli/src/main/sh/start.sh";

  /** Without it, products wait for an address in a vector register there. */
  private static final String FLAG = "-XX:-UseFPUForSpilling";

  @TempDir Path folder = Path.of("");

  @Test
  void everyLauncherSparesVectorRegisters() throws IOException {
    for (String place : List.of("lab/speed/kernels", "lab/scripts/measure_serving")) {
      assertThat(text(place)).as(place).contains(START, "spare_vectors", "\"${flags[@]}\"");
    }
    for (String place : List.of("deed", "tools/archive/deed", "tools/check_arm64")) {
      assertThat(text(place)).as(place).contains("/start.sh\"", "set_flags", "\"${flags[@]}\"");
    }
    String flags = "start/src/main/java/dev/deed/start/Flags.java";
    for (String place : List.of(START, flags, "docs/embedding.md", "docs/spark.md")) {
      assertThat(text(place)).as(place).contains(FLAG);
    }
    try (Stream<Path> scripts = Files.walk(ROOT.resolve("lab/scripts"))) {
      assertThat(
              scripts
                  .filter(Files::isRegularFile)
                  .map(script -> text(ROOT.relativize(script).toString()))
                  .filter(script -> script.contains("--enable-native-access")))
          .as("scripts that start a JVM themselves")
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @EnabledOnOs(OS.LINUX)
  @CsvSource({
    "processor\t: 0|vendor_id\t: GenuineIntel, -XX:-UseFPUForSpilling",
    "processor\t: 0|vendor_id\t: AuthenticAMD, ''",
    "processor\t: 0|CPU implementer\t: 0x41, ''"
  })
  void theMakerOfTheProcessorDecides(String cpuinfo, String flag)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("cpuinfo"), cpuinfo.replace('|', '\n') + "\n");
    Path out = folder.resolve("out");
    String script =
        "set -euo pipefail; source \"$0\"; flags=(); spare_vectors \"$1\"; echo \"${flags[@]}\"";
    Process shell =
        new ProcessBuilder("bash", "-c", script, ROOT.resolve(START).toString(), file.toString())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(shell.waitFor()).isZero();
    assertThat(Files.readString(out).strip()).isEqualTo(flag);
  }

  /** Byte for byte: some files are no text. */
  private static String text(String place) {
    try {
      return Files.readString(ROOT.resolve(place), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
