package dev.deed.cli;

import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/**
 * An option for each exit setting, overridden line by line by the input's own: a section of the
 * help. Old names are options too, which help does not show.
 */
@Command
public final class ExitOptions {
  private final List<OptionSpec> options = new ArrayList<>();

  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec command) {
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      OptionSpec option = SettingOption.of(setting, setting.option());
      options.add(setting == ExitSetting.POLICY ? withSpellings(option) : option);
      for (String name : setting.oldNames()) {
        options.add(
            SettingOption.of(setting, Setting.option(name)).toBuilder().hidden(true).build());
      }
    }
    ArgGroupSpec.Builder section =
        ArgGroupSpec.builder().validate(false).heading("%nExits (docs/method.md):%n");
    options.forEach(section::addArg);
    command.addArgGroup(section.build());
  }

  private static OptionSpec withSpellings(OptionSpec policy) {
    return policy.toBuilder()
        .description(
            policy.description()[0]
                + " Or a whole setting as eval --policies takes it, such as max_prob:0.9@gate=0.2.")
        .build();
  }

  /**
   * What was stated.
   *
   * @throws dev.deed.value.InputException when one is out of range
   */
  public ExitSettings settings() {
    ExitSettings settings = ExitSettings.own();
    Map<String, String> texts = new LinkedHashMap<>();
    for (OptionSpec option : options) {
      Object value = option.getValue();
      if (option.longestName().equals("--policy")
          && value instanceof String spelling
          && ExitPolicy.named(spelling) == null) {
        settings = ExitSettings.parse(spelling);
      } else if (value != null) {
        texts.put(option.longestName().substring(2), value.toString());
      }
    }
    return settings.overriddenBy(ExitSettings.parse("--", texts));
  }
}
