package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which class path the launcher takes: the add-on's for its commands and their help alone. */
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
    return launcher.checkout().relativize(classes).getName(0).toString();
  }

  @Test
  void theAddOnsCommandsAndTheirHelpTakeItsClassPath() throws IOException, InterruptedException {
    LauncherFolder.built(folder);
    List<String> commands = new ArrayList<>();
    AddOnCommands.COMMANDS.forEach(command -> commands.add(command.getKey()));
    AddOnCommands.CONVERSIONS.forEach(kind -> commands.add("convert " + kind.getKey()));
    for (String command : commands) {
      for (String form : List.of("%s", "%s --help", "help %s", "%s --data D --out O")) {
        String typed = form.formatted(command);
        assertThat(part(typed)).as(typed).isEqualTo("cli-training");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--help",
        "--help train",
        "help",
        "help generate",
        "help convert",
        "help convert checkpoint",
        "convert",
        "convert --help",
        "convert --help sroie",
        "convert checkpoint F --out M",
        "convert chekpoint F",
        "help convert sroi",
        "generate train reproduce",
        "info convert sroie"
      })
  void everythingElseTakesTheProducts(String typed) throws IOException, InterruptedException {
    LauncherFolder.built(folder);
    assertThat(part(typed)).isEqualTo("cli");
  }
}
