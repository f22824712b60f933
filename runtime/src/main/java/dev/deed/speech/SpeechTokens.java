package dev.deed.speech;

import dev.deed.EncoderDecoderModel;
import dev.deed.ModelInternals;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens by which a speech model is told what to do: those that its {@code
 * generation_config.json} names, else those of its vocabulary. Immutable.
 *
 * @param start the decoder's start
 * @param end what ends an answer
 * @param plain says that an answer holds no timestamps; the timestamps stand behind it
 * @param previous begins the text before a window; null: the model has none
 * @param languages tokens by codes, none of a model of one language
 * @param tasks tokens by tasks, none of a model of one language
 * @param vocabulary number of tokens that the decoder has
 */
record SpeechTokens(
    int start,
    int end,
    int plain,
    @Nullable Integer previous,
    SequencedMap<String, Integer> languages,
    Map<SpeechTask, Integer> tasks,
    int vocabulary) {
  private static final String PLAIN = "no_timestamps_token_id";

  /** The language of a model that knows one alone. */
  static final String ONLY = "en";

  /**
   * @throws InputException when the model writes no timestamps, or a token is none
   */
  static SpeechTokens of(EncoderDecoderModel model, Tokenizer tokenizer) {
    ModelInternals internals = model.internals();
    String folder = internals.folder().path().toString();
    int vocabulary = internals.spec().decoder().vocabulary();
    return new Reader(folder, model.generationDefaults(), tokenizer, vocabulary).read();
  }

  private record Reader(
      String folder, Map<String, Object> stated, Tokenizer tokenizer, int vocabulary) {
    SpeechTokens read() {
      Integer plain = token(PLAIN, "notimestamps");
      Integer start = token("decoder_start_token_id", "startoftranscript");
      Integer end = end();
      if (plain == null || start == null || end == null) {
        throw new InputException(
            folder,
            "states no tokens of timestamps, so that it transcribes nothing",
            "give a Whisper model, with " + PLAIN + " in its generation_config.json");
      }
      SequencedMap<String, Integer> languages = languages();
      return new SpeechTokens(
          start,
          end,
          plain,
          token("prev_sot_token_id", "startofprev"),
          languages,
          languages.isEmpty() ? Map.of() : tasks(),
          vocabulary);
    }

    private @Nullable Integer end() {
      Object end = stated.get("eos_token_id");
      Object first = end instanceof List<?> list && !list.isEmpty() ? list.getFirst() : end;
      return first == null ? ofVocabulary("endoftext") : (Integer) require("eos_token_id", first);
    }

    private @Nullable Integer token(String key, String name) {
      Object value = stated.get(key);
      return value == null ? ofVocabulary(name) : (Integer) require(key, value);
    }

    private @Nullable Integer ofVocabulary(String name) {
      OptionalInt id = tokenizer.id(SpeechLanguages.token(name));
      return id.isPresent() && id.getAsInt() < vocabulary ? (Integer) id.getAsInt() : null;
    }

    private int require(String key, Object value) {
      if (value instanceof Integer id && id >= 0 && id < vocabulary) {
        return id;
      }
      throw new InputException(
          folder,
          "states a " + key + " that is no token of 0.." + (vocabulary - 1),
          "correct its generation_config.json");
    }

    private SequencedMap<String, Integer> languages() {
      SequencedMap<String, Integer> languages = new LinkedHashMap<>();
      if (Boolean.FALSE.equals(stated.get("is_multilingual"))) {
        return languages;
      }
      if (stated.get("lang_to_id") instanceof Map<?, ?> map) {
        map.forEach(
            (token, id) ->
                languages.put(
                    SpeechLanguages.ofToken(String.valueOf(token)),
                    require("lang_to_id", Objects.requireNonNullElse(id, ""))));
        return languages;
      }
      for (String code : SpeechLanguages.known()) {
        Integer id = ofVocabulary(code);
        if (id != null) {
          languages.put(code, id);
        }
      }
      return languages;
    }

    private Map<SpeechTask, Integer> tasks() {
      Map<SpeechTask, Integer> tasks = new EnumMap<>(SpeechTask.class);
      Map<?, ?> named = stated.get("task_to_id") instanceof Map<?, ?> map ? map : Map.of();
      for (SpeechTask task : SpeechTask.values()) {
        Object id = named.get(task.spelling());
        Integer token =
            id == null ? ofVocabulary(task.spelling()) : (Integer) require("task_to_id", id);
        if (token != null) {
          tasks.put(task, token);
        }
      }
      return tasks;
    }
  }

  /** The first timestamp, of 0 seconds. */
  int firstTimestamp() {
    return plain + 1;
  }

  boolean isTimestamp(int token) {
    return token > plain;
  }

  /** The token by which the model says that nobody speaks. */
  int noSpeech() {
    return plain - 1;
  }

  /** Whether the model knows several languages. */
  boolean choosesLanguage() {
    return !languages.isEmpty();
  }

  /**
   * The code of a language that a user names.
   *
   * @throws InputException when the model does not know it
   */
  String language(String given) {
    Iterable<String> known = choosesLanguage() ? languages.keySet() : List.of(ONLY);
    String code = SpeechLanguages.code(given, known);
    if (code == null) {
      throw InputException.ofField(
          "language",
          "\"" + given + "\" is no language of this model",
          choosesLanguage()
              ? "give a code or an English name of its %d, such as %s"
                  .formatted(
                      languages.size(),
                      String.join(", ", languages.keySet().stream().limit(5).toList()))
              : "leave it out: the model knows English alone");
    }
    return code;
  }

  /** The code of a language's token. */
  String languageOf(int token) {
    return languages.entrySet().stream()
        .filter(language -> language.getValue() == token)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /**
   * What the decoder begins with behind the text before a window.
   *
   * @throws InputException when the model does not know the task
   */
  List<Integer> prefix(String language, SpeechTask task, boolean timestamps) {
    List<Integer> prefix = new ArrayList<>(List.of(start));
    if (choosesLanguage()) {
      prefix.add(languages.getOrDefault(language, start));
      prefix.add(token(task));
    } else {
      InputException.requireField(
          task == SpeechTask.TRANSCRIBE,
          "task",
          "this model knows English alone and translates nothing",
          "leave it out, or give a multilingual model");
    }
    if (!timestamps) {
      prefix.add(plain);
    }
    return prefix;
  }

  private int token(SpeechTask task) {
    Integer token = tasks.get(task);
    if (token == null) {
      throw InputException.ofField(
          "task", "this model states no token of " + task.spelling(), "give another task");
    }
    return token;
  }
}
