package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command line in locales whose digits, decimal signs and letters differ, and what stands in
 * files for Windows, as far as a machine without it can tell.
 */
final class LauncherElsewhereTest {
  private static final Path MODEL = DeedRun.ROOT.resolve("models/values");

  @TempDir Path folder = Path.of("");

  @Test
  void digitsOfTheLocaleAreNotUsed() throws IOException, InterruptedException {
    holdsIn("ar", "EG");
  }

  /** Capital i with a dot, a decimal comma, a calendar of its own. */
  @Test
  @Tag("night")
  void lettersSignsAndYearsOfTheLocaleAreNotUsed() throws IOException, InterruptedException {
    holdsIn("tr", "TR");
    holdsIn("de", "DE");
    holdsIn("th", "TH");
  }

  private void holdsIn(String language, String country) throws IOException, InterruptedException {
    List<String> flags = List.of("-Duser.language=" + language, "-Duser.country=" + country);
    assertThat(output(flags, "info", MODEL)).isEqualTo(DeedRun.of("info", MODEL).out());
    String question = "de: Zahlung 1.234,50 EUR, İ 3.12.2026";
    assertThat(output(flags, "generate", MODEL, "--prompt", question))
        .isEqualTo(DeedRun.of("generate", MODEL, "--prompt", question).out());
  }

  private String output(List<String> flags, Object... arguments)
      throws IOException, InterruptedException {
    DeedProcess run = DeedProcess.start(folder, flags, arguments);
    assertThat(run.end()).as(run.stderr()).isZero();
    return run.stdout();
  }

  /** Its shell reads lines that end with both signs, and blocks that a path with ")" would end. */
  @Test
  void theFileForWindowsHasItsLinesAndNoBlocks() throws IOException {
    String text =
        Files.readString(
            DeedRun.ROOT.resolve("tools/archive/java/deed.cmd"), StandardCharsets.US_ASCII);
    assertThat(text.replace("\r\n", "")).doesNotContain("\n", "\r");
    assertThat(text).doesNotContain("(", "|").endsWith("exit /b %ERRORLEVEL%\r\n");
    assertThat(text).contains("\"%DEED_JAVA%\" -jar \"%~dp0deed.jar\" %*");
  }
}
