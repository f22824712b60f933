package dev.deed.cli;

import dev.deed.GenerationOptions;
import dev.deed.cli.options.OptionBounds;
import dev.deed.data.transcript.TranscriptFormat;
import dev.deed.speech.SpeechSettings;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.ExitSettings;
import dev.deed.value.TaskSetting;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How recordings are transcribed. What is not given is the folder's generation_config.json. */
@Command
final class SpeechOptions {
  private final SettingOptions options = new SettingOptions(SpeechSettings.ALL);

  @Option(names = "--beams", paramLabel = "N", descriptionKey = "speech.beams")
  @Nullable Integer beams;

  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec command) {
    options.addTo(command, "Speech (docs/speech.md)");
  }

  /** Whether times are asked for, whatever the format. */
  boolean timestamps() {
    return Boolean.TRUE.equals(options.stated().get("timestamps"));
  }

  /** Whether times of words are asked for. */
  boolean wordTimes() {
    return Boolean.TRUE.equals(options.stated().get("word_times"));
  }

  /**
   * @throws dev.deed.value.InputException when one is out of range
   */
  TranscriptionOptions options(ExitSettings exits, TranscriptFormat format) {
    GenerationOptions generation =
        GenerationOptions.defaults()
            .withExits(exits)
            .withLogProbabilities(format.hasProbabilities());
    if (beams != null) {
      OptionBounds.requireAtLeast("--beams", beams, 1);
      generation = generation.withBeams(beams);
    }
    Map<String, Object> stated = options.stated();
    if (format.hasTimes()) {
      stated.put("timestamps", true);
    }
    return TaskSetting.apply(
        SpeechSettings.ALL,
        TranscriptionOptions.defaults()
            .withTimestamps(false)
            .withChannels(format.channels())
            .withGeneration(generation),
        stated);
  }
}
