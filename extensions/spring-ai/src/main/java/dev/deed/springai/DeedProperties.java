package dev.deed.springai;

import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.OpenOptions;
import dev.deed.speech.SpeechSettings;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.ExitSettings;
import dev.deed.value.TaskSetting;
import dev.deed.value.WeightPrecision;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an application says of its models. Immutable.
 *
 * @param precision How weights are held. By default int8 where they are stored so, else fp32.
 * @param threads Threads of each model. By default one for each processor.
 * @param maxRows Sequences that a model decodes at a time.
 * @param maxWaiting Requests that wait for a model; those beyond are refused.
 * @param timeout How long a chat waits for a place, and again for its answer.
 * @param chat The model of the chat.
 * @param transcription The model that transcribes.
 * @param fields The model that finds fields of pages.
 */
@ConfigurationProperties("spring.ai.deed")
public record DeedProperties(
    @Nullable WeightPrecision precision,
    @Nullable Integer threads,
    @DefaultValue("16") int maxRows,
    @DefaultValue("128") int maxWaiting,
    @DefaultValue("5m") Duration timeout,
    @DefaultValue Chat chat,
    @DefaultValue Transcription transcription,
    @DefaultValue Fields fields) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /**
   * The model of the chat.
   *
   * @param model Model folder, or name of a model of the Hub. Without it there is no chat.
   * @param exits When a token leaves, such as max_prob:0.9. By default as the folder says.
   * @param generation Settings of the search by their names, such as num-beams, for prompts that
   *     leave them open.
   */
  public record Chat(
      @Nullable String model,
      @Nullable String exits,
      @DefaultValue Map<String, String> generation) {
    GenerationOptions options() {
      GenerationOptions made = GenerationOptions.defaults();
      if (exits != null) {
        made = made.withExits(ExitSettings.parse(exits));
      }
      for (Map.Entry<String, String> setting : generation.entrySet()) {
        made = made.withSetting(setting.getKey().replace('-', '_'), value(setting.getValue()));
      }
      return made;
    }

    /** A number, a Boolean or a list as JSON has it; a text without quotes. */
    private static Object value(String text) {
      try {
        return MAPPER.readValue(text, Object.class);
      } catch (JacksonException e) {
        return text;
      }
    }
  }

  /**
   * The model that finds fields of pages.
   *
   * @param model Model folder, or name of a model of the Hub. Without it there is no reader.
   */
  public record Fields(@Nullable String model) {}

  /**
   * The model that transcribes.
   *
   * @param model Model folder, or name of a model of the Hub. Without it nothing is transcribed.
   * @param language Code or English name of the language. By default the one that is heard.
   * @param prompt Text that might stand before a recording, for its names and its style.
   * @param wordTimes Whether transcripts tell when each word is said.
   * @param settings Others by their names, such as hotwords or condition-on-prev-tokens.
   */
  public record Transcription(
      @Nullable String model,
      @Nullable String language,
      @Nullable String prompt,
      @DefaultValue("false") boolean wordTimes,
      @DefaultValue Map<String, String> settings) {
    TranscriptionOptions options() {
      return TaskSetting.parse(
          SpeechSettings.ALL,
          TranscriptionOptions.defaults()
              .withLanguage(language)
              .withPrompt(prompt)
              .withWordTimes(wordTimes),
          settings);
    }
  }

  OpenOptions openOptions() {
    OpenOptions made = OpenOptions.defaults().withPrecision(precision);
    return threads == null ? made : made.withThreads(threads);
  }

  EngineOptions engineOptions() {
    return EngineOptions.defaults().withMaxRows(maxRows).withMaxWaiting(maxWaiting);
  }
}
