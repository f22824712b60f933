package dev.deed.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.cli.DeedProcess;
import dev.deed.cli.output.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A bare system has no fonts: charts cannot be drawn, which one line says. */
@EnabledOnOs(OS.LINUX)
final class NoFontsTest {
  private static final String NONE =
      """
      <?xml version="1.0"?>
      <!DOCTYPE fontconfig SYSTEM "fonts.dtd">
      <fontconfig></fontconfig>
      """;

  @TempDir Path folder = Path.of("");

  @Test
  void chartsAreRefusedInOneLine() throws IOException, InterruptedException {
    Path settings = Files.writeString(folder.resolve("fonts.conf"), NONE);
    Path file = Files.writeString(folder.resolve("log.jsonl"), "{\"step\": 1}");
    // The JDK remembers a system's fonts in the user's home.
    List<String> flags = List.of("-Duser.home=" + folder);
    Object[] charts = {"charts", file};
    ProcessBuilder builder =
        new ProcessBuilder(DeedProcess.command(flags, charts))
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile());
    builder.environment().put("FONTCONFIG_FILE", settings.toString());
    DeedProcess run = new DeedProcess(builder.start(), folder);
    assertThat(run.end()).isEqualTo(Failures.BAD_INPUT);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr().lines().toList()).hasSize(1);
    assertThat(run.stderr())
        .startsWith("deed: charts: plots need fonts, and this system has none (")
        .contains("; install fontconfig and a font");
    assertThat(folder.resolve("log.png")).doesNotExist();
  }
}
