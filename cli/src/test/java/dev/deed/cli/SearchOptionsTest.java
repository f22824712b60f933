package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import dev.deed.value.SettingType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every setting of generation that a text can spell is an option. */
final class SearchOptionsTest {
  private static Map<String, Object> read(String... options) {
    GenerateCommand command = new GenerateCommand();
    List<String> words = new ArrayList<>(List.of(options));
    words.add("model");
    new CommandLine(command).parseArgs(words.toArray(String[]::new));
    return command.search.settings();
  }

  private static Stream<GenerationSetting<?>> options() {
    return GenerationSetting.ALL.stream().filter(GenerationSetting::isOption);
  }

  private static String text(GenerationSetting<?> setting) {
    return switch (setting.type()) {
      case SettingType.Flag _ -> "true";
      case SettingType.FlagOr three -> three.word();
      case SettingType.Decimal _, SettingType.Positive _ -> "0.5";
      case SettingType.Long64 _ -> "-9223372036854775808";
      case SettingType.Whole _ -> "7";
      default -> throw new IllegalArgumentException(setting + " is no option");
    };
  }

  @ParameterizedTest
  @MethodSource("options")
  void anOptionSetsTheSettingAndIsInTheHelp(GenerationSetting<?> setting) {
    boolean flag = setting.type() instanceof SettingType.Flag;
    String text = text(setting);
    Map<String, Object> read = flag ? read(setting.option()) : read(setting.option(), text);
    assertThat(read.get(setting.name())).isEqualTo(setting.type().parse(text));
    assertThat(read.get("do_sample") == Boolean.TRUE)
        .isEqualTo(
            setting.part() == GenerationSetting.Part.DRAW
                || setting.equals(GenerationSetting.DO_SAMPLE));
    assertThat(new CommandLine(new GenerateCommand()).getUsageMessage())
        .contains(flag ? "--[no-]" + setting.option().substring(2) : setting.option() + "=");
  }

  @ParameterizedTest
  @MethodSource("options")
  void aWrongValueIsRefusedInOneLineThatNamesTheOption(GenerationSetting<?> setting) {
    if (setting.type() instanceof SettingType.Flag) {
      return;
    }
    for (String wrong : List.of("no such value", "", "NaN", "1e999")) {
      assertThatThrownBy(() -> read(setting.option() + "=" + wrong).size())
          .isInstanceOf(InputException.class)
          .hasMessage(setting.option() + ": is " + wrong + "; give " + setting.type().range());
    }
  }

  @Test
  void boundsAreThoseOfTheTable() {
    for (String wrong :
        List.of(
            "--beams=0",
            "--beams=1025",
            "--temperature=-1",
            "--top-p=1.1",
            "--typical-p=0",
            "--repetition-penalty=0",
            "--length-penalty=101",
            "--seed=9223372036854775808",
            "--max-new-tokens=0")) {
      assertThatThrownBy(() -> read(wrong).size()).isInstanceOf(InputException.class);
    }
    assertThat(read("--no-do-sample", "--top-k=3").get("do_sample")).isEqualTo(false);
  }
}
