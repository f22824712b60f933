package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.ResourceBundle;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** The texts of help.properties, which picocli finds by the names of commands and options. */
final class HelpTextsTest {
  @Test
  void everyOptionSaysWhatItDoesAndNoTextIsOfNone() {
    Set<String> texts = new HashSet<>(ResourceBundle.getBundle("dev.deed.cli.help").keySet());
    visit(Main.all(), texts);
    // The add-on's, which is not here.
    texts.removeIf(key -> key.startsWith("deed.train.") || key.startsWith("recipe."));
    assertThat(texts).isEmpty();
  }

  private static void visit(CommandLine command, Set<String> texts) {
    CommandSpec spec = command.getCommandSpec();
    String name = spec.qualifiedName(".") + ".";
    for (ArgSpec each : spec.args()) {
      assertThat(String.join("", each.description())).as("%s%s", name, each).isNotBlank();
      String key = String.valueOf(each.descriptionKey());
      texts.remove(key);
      texts.remove(name + key);
    }
    spec.options().forEach(option -> texts.remove(name + option.longestName().substring(2)));
    texts.removeIf(key -> key.startsWith(name + "usage.footer."));
    command.getSubcommands().values().forEach(sub -> visit(sub, texts));
  }
}
