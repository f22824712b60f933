package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/**
 * An option for each setting of generation, overridden line by line by the input's own {@code
 * generation}: a section of the help. What is not given is the folder's generation_config.json.
 */
@Command
final class SearchOptions {
  private final Map<GenerationSetting<?>, OptionSpec> options = new LinkedHashMap<>();

  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec command) {
    ArgGroupSpec.Builder section =
        ArgGroupSpec.builder()
            .validate(false)
            .heading("%nGeneration; defaults are the folder's, else these (docs/generation.md):%n");
    for (GenerationSetting<?> setting : GenerationSetting.ALL) {
      if (setting.isOption()) {
        OptionSpec option = SettingOption.of(setting, setting.option());
        options.put(setting, option);
        section.addArg(option);
      }
    }
    command.addArgGroup(section.build());
  }

  /** How many answers an input gets that says nothing of its own. */
  int returned(EncoderDecoderModel model) {
    GenerationSetting<Integer> setting = GenerationSetting.NUM_RETURN_SEQUENCES;
    Object given = value(setting);
    Object stated = given == null ? model.generationDefaults().get(setting.name()) : given;
    return stated instanceof Integer number ? number : 1;
  }

  /**
   * The options that were given, under their names in generation_config.json. One about draws asks
   * for draws.
   *
   * @throws InputException when one is out of range
   */
  Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (GenerationSetting<?> setting : options.keySet()) {
      Object value = value(setting);
      if (value != null) {
        settings.put(setting.name(), value);
        if (setting.part() == GenerationSetting.Part.DRAW) {
          settings.putIfAbsent(GenerationSetting.DO_SAMPLE.name(), true);
        }
      }
    }
    return settings;
  }

  private @Nullable Object value(GenerationSetting<?> setting) {
    OptionSpec option = options.get(setting);
    return option == null || option.getValue() == null
        ? null
        : SettingOption.value(setting, option.getValue().toString());
  }
}
