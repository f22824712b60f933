package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.ResourceBundle;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The texts of help.properties, which picocli finds by the names of commands and options. */
final class HelpTextsTest {
  @Test
  void everyOptionSaysWhatItDoesAndNoTextIsOfNone() {
    Set<String> texts = new HashSet<>(ResourceBundle.getBundle("dev.deed.cli.help").keySet());
    visit(new CommandLine(new Main()), texts);
    assertThat(texts).isEmpty();
  }

  private static void visit(CommandLine command, Set<String> texts) {
    CommandSpec spec = command.getCommandSpec();
    String name = spec.qualifiedName(".");
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        assertThat(String.join("", option.description())).as("%s %s", name, option).isNotBlank();
      }
      texts.remove(String.valueOf(option.descriptionKey()));
      texts.remove(name + "." + option.longestName().substring(2));
    }
    texts.removeIf(key -> key.startsWith(name + ".usage.footer."));
    command.getSubcommands().values().forEach(sub -> visit(sub, texts));
  }
}
