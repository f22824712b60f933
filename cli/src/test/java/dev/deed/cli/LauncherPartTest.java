package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which class path the launcher takes: an add-on's for its commands and their help alone. */
@EnabledOnOs(OS.LINUX)
final class LauncherPartTest {
  @TempDir Path folder = Path.of("");

  /** The module whose jars a command is started with. */
  private String part(String command) throws IOException, InterruptedException {
    LauncherFolder launcher = new LauncherFolder(folder);
    Object[] words = command.isEmpty() ? new Object[0] : command.split(" ");
    DeedProcess run = launcher.start(Map.of(), words);
    assertThat(run.end()).as(run.stderr()).isZero();
    List<String> given = run.stdout().lines().toList();
    Path classes = Path.of(given.get(given.indexOf("-cp") + 1));
    return launcher.checkout().relativize(classes).toString().replace("/target/deed/*", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "%s --help", "help %s", "%s --data D --out O"})
  void aCommandTakesTheClassPathOfItsModule(String form) throws IOException, InterruptedException {
    LauncherFolder launcher = LauncherFolder.built(folder);
    Map<String, String> parts =
        Map.of(
            "train", "extensions/cli-training",
            "measure", "lab/commands",
            "convert data", "lab/commands",
            "convert checkpoint", "cli",
            "info", "cli");
    launcher.laboratory("  measure   Measures.", "  convert data   Converts.", "  convert da");
    for (Map.Entry<String, String> command : parts.entrySet()) {
      String typed = form.formatted(command.getKey());
      assertThat(part(typed)).as(typed).isEqualTo(command.getValue());
    }
  }

  /** Maven is to test the module alone: it has a mark for as long as Maven runs. */
  @Test
  void oneModuleIsTested() throws IOException, InterruptedException {
    LauncherFolder launcher = LauncherFolder.unbuilt(folder);
    launcher.script("bin/mvn", "printf '%s\\n' \"$@\"; find . -name 'tested.*'");
    Path pom = launcher.checkout().resolve("pom.xml");
    Files.writeString(
        pom, "<module>core</module>\n<module>cli</module>\n<module>extensions/spark</module>\n");
    DeedProcess run = launcher.start(Map.of(), "test", "cli", "-Dtest=A");
    assertThat(run.end()).as(run.stderr()).isZero();
    List<String> given = run.stdout().lines().toList();
    String mark = given.getLast().replace("./cli/target/", "");
    assertThat(given)
        .containsSubsequence("verify", "-pl", "cli", "-am", "-Ddeed.test.mark=" + mark, "-Dtest=A");
    assertThat(launcher.checkout().resolve("cli/target")).isEmptyDirectory();
    run = launcher.start(Map.of(), "test", "cor");
    assertThat(run.end()).isEqualTo(2);
    assertThat(run.stderr().strip())
        .isEqualTo("deed: test cor: is no module; give one of core cli spark, product or lab");
  }

  @Test
  void withoutALaboratoryItsCommandsAreTheProducts() throws IOException, InterruptedException {
    LauncherFolder.built(folder);
    assertThat(part("measure")).isEqualTo("cli");
    assertThat(part("convert data")).isEqualTo("cli");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help train",
        "--version",
        "help generate",
        "help convert",
        "help convert checkpoint",
        "convert",
        "convert --help",
        "convert --help data",
        "convert dat",
        "measur",
        "convert checkpoint F --out M",
        "convert chekpoint F",
        "help convert dat",
        "generate train measure",
        "info convert data"
      })
  void everythingElseTakesTheProducts(String typed) throws IOException, InterruptedException {
    LauncherFolder.built(folder).laboratory("  measure   Measures.", "  convert data   C.");
    assertThat(part(typed)).isEqualTo("cli");
  }
}
