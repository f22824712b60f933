package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.SettingType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Every exit setting of the table is an option. */
final class ExitOptionsTest {
  private static ExitSettings read(String... options) {
    GenerateCommand command = new GenerateCommand();
    CommandLine line = new CommandLine(command);
    List<String> words = new ArrayList<>(List.of(options));
    words.add("model");
    line.parseArgs(words.toArray(String[]::new));
    return command.exits.settings();
  }

  private static String option(String name) {
    return "--" + name.replace('_', '-');
  }

  private static String text(SettingType<?> type) {
    return switch (type) {
      case SettingType.Choice<?> choice -> choice.names().getLast();
      case SettingType.Decimal _ -> "0.5";
      case SettingType.Whole whole -> String.valueOf(whole.most());
      case SettingType.Layers _ -> "1,3";
      case SettingType.Flag _ -> "true";
      default -> throw new IllegalArgumentException(type + " is of no exit setting");
    };
  }

  @Test
  void everySettingIsAnOptionUnderItsNameAndOldOnes() {
    String help = new CommandLine(new GenerateCommand()).getUsageMessage();
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      String text = text(setting.type());
      ExitSettings meant = ExitSettings.parse("", Map.of(setting.name(), text));
      List<String> names = new ArrayList<>(List.of(setting.name()));
      names.addAll(setting.oldNames());
      for (String name : names) {
        boolean flag = setting.type() instanceof SettingType.Flag;
        ExitSettings read = flag ? read(option(name)) : read(option(name), text);
        assertThat(read).as(name).isEqualTo(meant);
        assertThat(help.contains(option(name) + "=") || help.contains(setting.name().substring(1)))
            .as(name)
            .isTrue();
        if (!flag) {
          assertThatThrownBy(() -> read(option(name), "no such value"))
              .isInstanceOf(InputException.class)
              .hasMessageStartingWith(
                  name.equals("policy") ? "policy " : option(name) + ": is not ")
              .hasMessageNotContaining("\n");
        }
      }
    }
  }

  @Test
  void aPolicyMayBeAWholeSettingThatOtherOptionsOverride() {
    assertThat(read()).isEqualTo(ExitSettings.own());
    assertThat(read("--policy", "copy:margin:0.5@min=2", "--threshold", "0.7", "--exit-layers=1,2"))
        .hasToString("copy:margin:0.7@layers=1,2,min=2");
    assertThat(read("--no-lossless")).hasToString("default@lossless=false");
    assertThat(read("--confidence", "margin", "--policy", "margin")).hasToString("margin");
    assertThatThrownBy(() -> read("--confidence", "margin", "--policy", "gate"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--confidence: is another name of a setting that has another value");
  }
}
