package dev.deed.settings;

import dev.deed.decode.SearchResult;
import dev.deed.decode.StepResult;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.HashMap;
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
public record SpeechTokens(
    int start,
    int end,
    int plain,
    @Nullable Integer previous,
    SequencedMap<String, Integer> languages,
    Map<String, Integer> tasks,
    int vocabulary) {
  private static final String PLAIN = "no_timestamps_token_id";

  /** The language of a model that knows one alone. */
  public static final String ONLY = "en";

  /** The tasks, as folders spell them: writing what is said, and what it means in English. */
  public static final String TRANSCRIBE = "transcribe";

  private static final String TRANSLATE = "translate";

  /**
   * Those of a model.
   *
   * @param folder what messages call the model
   * @param settings what its {@code generation_config.json} holds
   * @param vocabulary number of tokens that the decoder has
   * @throws InputException when the model writes no timestamps, or a token is none
   */
  public static SpeechTokens of(
      String folder, Map<String, Object> settings, Tokenizer tokenizer, int vocabulary) {
    return new Reader(folder, settings, tokenizer, vocabulary).read();
  }

  /** Whether a folder states what a model that writes timestamps states. */
  public static boolean areIn(Map<String, Object> settings) {
    return settings.containsKey(PLAIN);
  }

  private record Reader(
      String folder, Map<String, Object> settings, Tokenizer tokenizer, int vocabulary) {
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
      Object end = settings.get("eos_token_id");
      Object first = end instanceof List<?> list && !list.isEmpty() ? list.getFirst() : end;
      return first == null ? ofVocabulary("endoftext") : (Integer) require("eos_token_id", first);
    }

    private @Nullable Integer token(String key, String name) {
      Object value = settings.get(key);
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
      if (Boolean.FALSE.equals(settings.get("is_multilingual"))) {
        return languages;
      }
      if (settings.get("lang_to_id") instanceof Map<?, ?> map) {
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

    private Map<String, Integer> tasks() {
      Map<String, Integer> tasks = new HashMap<>();
      Map<?, ?> named = settings.get("task_to_id") instanceof Map<?, ?> map ? map : Map.of();
      for (String task : List.of(TRANSCRIBE, TRANSLATE)) {
        Object id = named.get(task);
        Integer token = id == null ? ofVocabulary(task) : (Integer) require("task_to_id", id);
        if (token != null) {
          tasks.put(task, token);
        }
      }
      return tasks;
    }
  }

  /**
   * What the decoder begins with to write down what is said, where the language is still to be
   * detected: the start token holds its place.
   */
  public int[] prefix(boolean timestamps) {
    return prefix(null, TRANSCRIBE, timestamps).stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Puts a language into a prefix in which it is still to be detected.
   *
   * @param found its token, alone
   */
  public static void setLanguage(int[] prefix, SearchResult found) {
    List<StepResult> steps = found.sequences().getFirst().steps();
    if (!steps.isEmpty()) {
      prefix[1] = steps.getFirst().token();
    }
  }

  /** The first timestamp, of 0 seconds. */
  public int firstTimestamp() {
    return plain + 1;
  }

  public boolean isTimestamp(int token) {
    return token > plain;
  }

  /** The token by which the model says that nobody speaks. */
  public int noSpeech() {
    return plain - 1;
  }

  /** Whether the model knows several languages. */
  public boolean choosesLanguage() {
    return !languages.isEmpty();
  }

  /**
   * The code of a language that a user names.
   *
   * @throws InputException when the model does not know it
   */
  public String language(String given) {
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
  public String languageOf(int token) {
    return languages.entrySet().stream()
        .filter(language -> language.getValue() == token)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /**
   * What the decoder begins with behind the text before a window.
   *
   * @param language its code; null: not known yet, and the decoder's start holds its place
   * @throws InputException when the model does not know the task
   */
  public List<Integer> prefix(@Nullable String language, String task, boolean timestamps) {
    List<Integer> prefix = new ArrayList<>(List.of(start));
    if (choosesLanguage()) {
      prefix.add(language == null ? start : languages.getOrDefault(language, start));
      prefix.add(token(task));
    } else {
      InputException.requireField(
          task.equals(TRANSCRIBE),
          "task",
          "this model knows English alone and translates nothing",
          "leave it out, or give a multilingual model");
    }
    if (!timestamps) {
      prefix.add(plain);
    }
    return prefix;
  }

  private int token(String task) {
    Integer token = tasks.get(task);
    if (token == null) {
      throw InputException.ofField(
          "task", "this model states no token of " + task, "give another task");
    }
    return token;
  }
}
