package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.value.GenerationSetting;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * An option for each setting of generation, overridden line by line by the input's own {@code
 * generation}: a section of the help. What is not given is the folder's generation_config.json.
 */
@Command
final class SearchOptions {
  private final SettingOptions options = new SettingOptions(GenerationSetting.ALL);

  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec command) {
    options.addTo(
        command, "Generation; defaults are the folder's, else these (docs/generation.md)");
  }

  /** How many answers an input gets that says nothing of its own. */
  int returned(EncoderDecoderModel model) {
    GenerationSetting<Integer> setting = GenerationSetting.NUM_RETURN_SEQUENCES;
    Object given = options.value(setting);
    Object value = given == null ? model.generationDefaults().get(setting.name()) : given;
    return value instanceof Integer number ? number : 1;
  }

  /**
   * The options that were given, under their names in generation_config.json. One about draws asks
   * for draws.
   *
   * @throws dev.deed.value.InputException when one is out of range
   */
  Map<String, Object> settings() {
    Map<String, Object> settings = options.values();
    boolean draws =
        settings.keySet().stream()
            .map(GenerationSetting::named)
            .anyMatch(one -> one != null && one.part() == GenerationSetting.Part.DRAW);
    if (draws) {
      settings.putIfAbsent(GenerationSetting.DO_SAMPLE.name(), true);
    }
    return settings;
  }
}
