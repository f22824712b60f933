package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.OpenOptions.Screening;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

final class ScreenOptionTest {
  private static final class Command {
    @Mixin ScreenOption screen = new ScreenOption();

    @Parameters String model = "";
  }

  private static Command parsed(String... arguments) {
    Command command = new Command();
    new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return command;
  }

  @ParameterizedTest
  @CsvSource({
    "m, AUTO",
    "--screen m, ON",
    "m --screen, ON",
    "--screen on m, ON",
    "--screen off m, OFF",
    "m --screen=AUTO, AUTO",
    "--screen=off m, OFF"
  })
  void aModelBehindItIsNoValueOfIt(String line, Screening expected) {
    Command command = parsed(line.split(" "));

    assertThat(command.screen.which).isEqualTo(expected);
    assertThat(command.model).isEqualTo("m");
  }

  @Test
  void otherValuesAreRefused() {
    assertThatThrownBy(() -> parsed("--screen=sometimes", "m"))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContainingAll("--screen", "sometimes");
  }
}
