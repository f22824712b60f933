package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Names beyond ASCII where the locale knows none: C, and one that is not installed. */
@EnabledOnOs(OS.LINUX)
final class LocaleTest {
  private static final Path SHIPPED = DeedRun.ROOT.resolve("models/screenshot-markup");
  private static final String IMAGE = "samples/one-row.png";

  @TempDir Path folder = Path.of("");

  private Path model(String name) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(SHIPPED)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName().toString()));
      }
    }
    return copy;
  }

  @Test
  void theLauncherSpeaksUtf8() throws IOException, InterruptedException {
    speaksUtf8("C");
  }

  @Test
  @Tag("night")
  void theLauncherSpeaksUtf8WhereNoLocaleOfTheNameIsInstalled()
      throws IOException, InterruptedException {
    speaksUtf8("xx_XX.UTF-8");
  }

  private void speaksUtf8(String locale) throws IOException, InterruptedException {
    Path model = model("Modell für 中文");
    Files.copy(SHIPPED.resolve(IMAGE), folder.resolve("Bild ü 图.png"));
    Path input =
        Files.writeString(
            folder.resolve("Eingabe ä 输入.jsonl"),
            "{\"id\": \"ß猫\", \"image\": \"Bild ü 图.png\"}\n");
    Path output = folder.resolve("Ausgabe ö 输出.jsonl");
    LauncherFolder launcher =
        LauncherFolder.working(Files.createDirectory(folder.resolve("Ordner ç")));
    DeedProcess run =
        launcher.start(
            Map.of("LC_ALL", locale), "generate", model, "--input", input, "--output", output);
    assertThat(run.end()).as(run.stderr()).isZero();
    assertThat(Files.readString(output)).contains("\"ß猫\"", "\"header");
    run =
        launcher.start(
            Map.of("LC_ALL", locale, "LANG", locale), "generate", model, "--input", input);
    assertThat(run.end()).as(run.stderr()).isZero();
    assertThat(run.stdout()).contains("\"ß猫\"", "\"header");
    run = launcher.start(Map.of("LC_ALL", locale), "info", folder.resolve("fehlt ü 无"));
    assertThat(run.end()).isEqualTo(Failures.BAD_INPUT);
    assertThat(run.stderr()).contains("fehlt ü 无: is not a folder");
  }

  @Test
  void aJvmInTheLocaleCSaysWhatToDo() throws IOException, InterruptedException {
    Path input =
        Files.writeString(
            folder.resolve("in.jsonl"), "{\"image\": \"Bild ü.png\"}\n{\"input_ids\": [5]}\n");
    DeedProcess run = inLocaleC("info", folder.resolve("Modell für"));
    assertThat(run.end()).isEqualTo(Failures.BAD_INPUT);
    assertOneLine(run, "deed: path \"", "cannot be a path in this locale");
    run = inLocaleC("generate", DeedRun.model("bart"), "--input", folder.resolve("ü.jsonl"));
    assertThat(run.end()).isEqualTo(Failures.BAD_INPUT);
    assertOneLine(run, "deed: --input: cannot be a path in this locale");
    run = inLocaleC("generate", DeedRun.model("bart"), "--input", input);
    assertThat(run.end()).isEqualTo(Failures.FAILED);
    assertThat(run.stdout().lines().toList())
        .hasSize(2)
        .first()
        .asString()
        .contains("line 1, field image: cannot be a path in this locale", "LC_ALL=C.UTF-8");
  }

  private DeedProcess inLocaleC(Object... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(DeedProcess.command(List.of(), arguments))
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile());
    builder.environment().put("LC_ALL", "C");
    return new DeedProcess(builder.start(), folder);
  }

  private static void assertOneLine(DeedProcess run, String... parts) throws IOException {
    assertThat(run.stderr().lines().toList()).hasSize(1);
    assertThat(run.stderr()).contains(parts).contains("LC_ALL=C.UTF-8");
  }
}
