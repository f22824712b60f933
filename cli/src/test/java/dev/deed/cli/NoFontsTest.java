package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.cli.output.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A bare system has no fonts: plots cannot be drawn, which is told before anything is measured. */
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
  void aReportWithPlotsIsRefusedInOneLine() throws IOException, InterruptedException {
    Path settings = Files.writeString(folder.resolve("fonts.conf"), NONE);
    Path out = folder.resolve("report");
    Path samples = DeedRun.ROOT.resolve("models/screenshot-markup/samples/samples.jsonl");
    // The JDK remembers a system's fonts in the user's home.
    List<String> flags = List.of("-Duser.home=" + folder);
    Object[] eval = {
      "eval",
      DeedRun.ROOT.resolve("models/screenshot-markup"),
      "--data",
      samples,
      "--metric",
      "exact",
      "--limit",
      1,
      "--out",
      out
    };
    ProcessBuilder builder =
        new ProcessBuilder(DeedProcess.command(flags, eval))
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile());
    builder.environment().put("FONTCONFIG_FILE", settings.toString());
    DeedProcess run = new DeedProcess(builder.start(), folder);
    assertThat(run.end()).isEqualTo(Failures.BAD_INPUT);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr().lines().toList()).hasSize(1);
    assertThat(run.stderr())
        .startsWith("deed: --out " + out + ": plots need fonts, and this system has none (")
        .contains("; install fontconfig and a font");
    assertThat(out.resolve("evaluation.json")).doesNotExist();
  }
}
