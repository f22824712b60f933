package dev.deed.cli;

import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.SettingType;
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
      options.add(option(setting, setting.name(), false));
      setting.oldNames().forEach(name -> options.add(option(setting, name, true)));
    }
    ArgGroupSpec.Builder section =
        ArgGroupSpec.builder().validate(false).heading("%nExits (docs/method.md):%n");
    options.forEach(section::addArg);
    command.addArgGroup(section.build());
  }

  private static OptionSpec option(ExitSetting<?> setting, String name, boolean old) {
    OptionSpec.Builder option =
        OptionSpec.builder("--" + name.replace('_', '-'))
            .hidden(old)
            .description(setting.help() + range(setting));
    return switch (setting.type()) {
      case SettingType.Flag _ -> option.type(Boolean.class).negatable(true).build();
      case SettingType.Choice<?> _ -> option.type(String.class).paramLabel("NAME").build();
      case SettingType.Decimal _ -> option.type(String.class).paramLabel("X").build();
      case SettingType.Whole _ -> option.type(String.class).paramLabel("N").build();
      case SettingType.Layers _ -> option.type(String.class).paramLabel("N,...").build();
    };
  }

  private static String range(ExitSetting<?> setting) {
    if (setting == ExitSetting.POLICY) {
      return " One of "
          + setting.type().range()
          + "; or a whole setting as eval --policies takes it, such as max_prob:0.9@gate=0.2.";
    }
    return setting.type() instanceof SettingType.Flag
        ? ""
        : " Takes " + setting.type().range() + ".";
  }

  /**
   * What was stated.
   *
   * @throws dev.deed.value.InputException when one is out of range
   */
  public ExitSettings settings() {
    ExitSettings stated = ExitSettings.own();
    Map<String, String> texts = new LinkedHashMap<>();
    for (OptionSpec option : options) {
      Object value = option.getValue();
      if (option.longestName().equals("--policy")
          && value instanceof String spelling
          && ExitPolicy.named(spelling) == null) {
        stated = ExitSettings.parse(spelling);
      } else if (value != null) {
        texts.put(option.longestName().substring(2), value.toString());
      }
    }
    return stated.overriddenBy(ExitSettings.parse("--", texts));
  }
}
