package dev.deed.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.cli.DeedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** lab/help.txt, by which the launcher knows what is the laboratory's, is true. */
final class LaboratoryHelpTest {
  private static final Pattern LISTED = Pattern.compile("(?m)^  ((?:convert )?[a-z0-9-]+)  +\\S");

  @Test
  void listsEachCommandOnce() throws IOException {
    String help = Files.readString(DeedRun.ROOT.resolve("lab/help.txt"));
    LaboratoryAddOn addOn = new LaboratoryAddOn();
    List<String> commands = new ArrayList<>();
    addOn.commands().forEach(command -> commands.add(new CommandLine(command).getCommandName()));
    addOn
        .conversions()
        .forEach(kind -> commands.add("convert " + new CommandLine(kind).getCommandName()));
    assertThat(LISTED.matcher(help).results().map(listed -> listed.group(1)))
        .containsExactlyInAnyOrderElementsOf(commands);
    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
    for (String command : commands) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.add("--help");
      assertThat(DeedRun.of(words.toArray()).out()).startsWith("Usage: deed " + command);
    }
  }
}
