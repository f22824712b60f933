package dev.deed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.decode.logits.AnswerState;
import dev.deed.processing.grammar.TextVocabulary;
import dev.deed.processing.grammar.TokenLanguage;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.settings.GenerationSettings;
import dev.deed.value.InputException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The languages that answers of a model were asked to be of lately. Safe for use from many threads.
 */
final class AnswerLanguages {
  private static final Logger LOG = System.getLogger("dev.deed.structured");

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST = 16;

  /** Those that are kept take so much of the heap before texts are read, all together. */
  private static final long MOST_BYTES = Runtime.getRuntime().maxMemory() / 32;

  private final @Nullable Tokenizer tokenizer;
  private final int vocabulary;
  private @Nullable TextVocabulary texts;

  /** Those used last at the end. */
  private final Map<Key, AnswerState> made = new LinkedHashMap<>(MOST, 0.75f, true);

  private record Key(String constraint, List<Integer> ends) {}

  /**
   * @param tokenizer null where the folder holds none
   * @param vocabulary number of tokens of the decoder
   */
  AnswerLanguages(@Nullable Tokenizer tokenizer, int vocabulary) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
  }

  /**
   * The same settings with the language that they ask for, if any.
   *
   * @throws InputException when it cannot be used
   * @throws CancellationException when the thread is interrupted
   */
  GenerationSettings apply(GenerationSettings settings) {
    JsonNode constraint = constraint(settings);
    if (constraint.isNull()) {
      return settings;
    }
    // The order of an object's keys counts, so texts are compared.
    Key key = new Key(constraint.toString(), settings.ends());
    AnswerState known = find(key);
    if (known == null) {
      int[] ends = key.ends.stream().mapToInt(Integer::intValue).distinct().toArray();
      known = TokenLanguage.of(constraint, texts(), ends);
      keep(key, known);
      noteOptional(constraint.path("json"));
    }
    return settings.inLanguage(known);
  }

  /** Whether settings ask for a language that is not known yet, so that it takes time to apply. */
  boolean isNew(GenerationSettings settings) {
    JsonNode constraint = constraint(settings);
    return !constraint.isNull() && find(new Key(constraint.toString(), settings.ends())) == null;
  }

  private static JsonNode constraint(GenerationSettings settings) {
    return MAPPER.valueToTree(settings.structured());
  }

  /** A model that cannot fill such a schema leaves its fields out, and nothing looks wrong. */
  private static void noteOptional(JsonNode schema) {
    if (!schema.path("properties").isEmpty() && schema.path("required").isEmpty()) {
      LOG.log(
          Level.WARNING,
          "structured_outputs.json: requires none of its properties, so '{}' is an answer too;"
              + " list those that answers must have under required");
    }
  }

  private synchronized @Nullable AnswerState find(Key key) {
    return made.get(key);
  }

  private synchronized void keep(Key key, AnswerState start) {
    made.put(key, start);
    while (made.size() > MOST || bytes() > MOST_BYTES) {
      made.remove(made.keySet().iterator().next());
    }
  }

  private long bytes() {
    return made.values().stream().mapToLong(AnswerState::bytes).sum();
  }

  private synchronized TextVocabulary texts() {
    if (tokenizer == null) {
      throw InputException.ofField(
          "structured_outputs",
          "needs a tokenizer, which the model's folder does not hold",
          "leave it out");
    }
    if (texts == null) {
      texts = new TextVocabulary(tokenizer.answerBytes(vocabulary));
    }
    return texts;
  }
}
