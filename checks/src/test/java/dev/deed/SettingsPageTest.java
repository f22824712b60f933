package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.value.GenerationSetting;
import dev.deed.value.GenerationSetting.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The tables of settings in docs/generation.md are those of the code. */
final class SettingsPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("deed.root", "..")).resolve("docs/generation.md");
  private static final String START = "<!-- settings: written by SettingsPageTest -->\n";
  private static final String END = "<!-- end of settings -->";
  private static final Map<Part, String> HEADINGS =
      Map.of(
          Part.LENGTH, "Length",
          Part.SEARCH, "Search",
          Part.DRAW, "Draws, in the order in which they act",
          Part.PROCESSOR, "Processors, in the order in which they act");

  @Test
  void theTablesAreThoseOfTheCode() throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf(START) + START.length();
    int end = page.indexOf(END);
    if ("write".equals(System.getProperty("deed.docs"))) {
      Files.writeString(PAGE, page.substring(0, start) + tables() + page.substring(end));
    } else {
      assertThat(page.substring(start, end))
          .as("run it with -Ddeed.docs=write after a change of the settings")
          .isEqualTo(tables());
    }
  }

  private static String tables() {
    StringBuilder tables = new StringBuilder();
    for (Part part : Part.values()) {
      tables.append(
          "**%s**%n%n| setting | option | takes | what it does |%n".formatted(HEADINGS.get(part)));
      tables.append("|---|---|---|---|%n".formatted());
      GenerationSetting.ALL.stream()
          .filter(setting -> setting.part() == part)
          .map(SettingsPageTest::row)
          .forEach(tables::append);
      tables.append("\n");
    }
    return tables.toString();
  }

  private static String row(GenerationSetting<?> setting) {
    return "| `%s` | %s | %s | %s |%n"
        .formatted(
            setting.name(),
            setting.isOption() ? "`" + setting.option() + "`" : "",
            escaped(setting.type().range()),
            escaped(setting.help()));
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|");
  }
}
