package dev.deed.settings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.decode.logits.AllowedTokens;
import dev.deed.decode.logits.EpsilonCutoff;
import dev.deed.decode.logits.EtaCutoff;
import dev.deed.decode.logits.ExponentialDecay;
import dev.deed.decode.logits.ForcedTokens;
import dev.deed.decode.logits.InvalidScores;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.MinP;
import dev.deed.decode.logits.MinimumLength;
import dev.deed.decode.logits.NoRepeatNGram;
import dev.deed.decode.logits.Normalisation;
import dev.deed.decode.logits.RepetitionPenalty;
import dev.deed.decode.logits.SequenceBias;
import dev.deed.decode.logits.SuppressedTokens;
import dev.deed.decode.logits.TagCorrections;
import dev.deed.decode.logits.Temperature;
import dev.deed.decode.logits.TimestampRules;
import dev.deed.decode.logits.TopK;
import dev.deed.decode.logits.TopP;
import dev.deed.decode.logits.Typical;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Logits processors of generation settings, in the order in which Transformers applies them ({@code
 * GenerationMixin._get_logits_processor}).
 */
record ProcessorChain(SettingValues values, List<Integer> ends) {
  /** Longest n-gram, far beyond any use. */
  private static final int LONGEST_N_GRAM = 1 << 16;

  private static final int DEFAULT_TOP_K = 50;

  /** Decides any choice, and sums of such biases are still numbers of 32 bits. */
  private static final double MOST_BIAS = 1e30;

  /** What acts before confidence is taken; see {@link GenerationSettings#processors}. */
  List<LogitsProcessor> processors(
      int prefix, int newTokens, int minLength, int @Nullable [] source) {
    List<LogitsProcessor> chain = new ArrayList<>();
    List<SequenceBias.Entry> biases = biases();
    addIf(!biases.isEmpty(), chain, () -> new SequenceBias(biases));
    double encoderPenalty = values.positive("encoder_repetition_penalty", 1);
    if (encoderPenalty != 1 && source != null) {
      chain.add(new RepetitionPenalty.OfSource(encoderPenalty, decodable(source)));
    }
    double penalty = values.positive("repetition_penalty", 1);
    addIf(penalty != 1, chain, () -> new RepetitionPenalty(penalty));
    int size = values.integer("no_repeat_ngram_size", 0, 0, LONGEST_N_GRAM);
    addIf(size > 0, chain, () -> new NoRepeatNGram(size));
    int encoderSize = values.integer("encoder_no_repeat_ngram_size", 0, 0, LONGEST_N_GRAM);
    if (encoderSize > 0 && source != null) {
      chain.add(new NoRepeatNGram.OfSource(encoderSize, decodable(source)));
    }
    if (values.has("bad_words_ids")) {
      chain.add(SequenceBias.forbid(values.sequences("bad_words_ids"), ends));
    }
    addIf(minLength > 0 && !ends.isEmpty(), chain, () -> new MinimumLength(minLength, ends));
    addForced(chain, prefix + newTokens - 1);
    addIf(values.flag("remove_invalid_values"), chain, InvalidScores::new);
    addDecay(chain, prefix);
    addSuppressed(chain, prefix);
    List<Integer> tags = values.tokens("tag_corrections");
    if (tags.size() == 4) {
      chain.add(new TagCorrections(tags.get(0), tags.get(1), tags.get(2), tags.get(3)));
    } else if (!tags.isEmpty()) {
      throw values.wrong("tag_corrections", "must be the four tokens fcel, lcel, ucel, xcel");
    }
    addIf(values.flag("return_timestamps"), chain, this::timestamps);
    return chain;
  }

  private static void addIf(
      boolean isWanted, List<LogitsProcessor> chain, Supplier<LogitsProcessor> processor) {
    if (isWanted) {
      chain.add(processor.get());
    }
  }

  private void addForced(List<LogitsProcessor> chain, int lastPlace) {
    Integer first = values.token("forced_bos_token_id");
    List<Integer> last = values.tokens("forced_eos_token_id");
    List<Integer> suppressed = suppressed("suppress_tokens");
    if (first != null) {
      values.require(
          !suppressed.contains(first), "forced_bos_token_id", "suppress_tokens forbids it");
      chain.add(new ForcedTokens(1, List.of(first)));
    }
    // An answer of a language that the limit cuts off is a beginning of its text.
    if (!last.isEmpty() && !values.has("structured_outputs")) {
      values.require(
          !suppressed.containsAll(last), "forced_eos_token_id", "suppress_tokens forbids it");
      chain.add(new ForcedTokens(lastPlace, last));
    }
  }

  private void addDecay(List<LogitsProcessor> chain, int prefix) {
    String key = "exponential_decay_length_penalty";
    List<JsonNode> pair = values.list(key);
    if (pair.isEmpty()) {
      return;
    }
    values.require(
        pair.size() == 2 && pair.get(1).isNumber() && Double.isFinite(pair.get(1).doubleValue()),
        key,
        "must be [new tokens, factor]");
    int start = values.integer(key, pair.getFirst(), 0, 1 << 20);
    if (!ends.isEmpty()) {
      chain.add(new ExponentialDecay(prefix + start, pair.get(1).doubleValue(), ends));
    }
  }

  private void addSuppressed(List<LogitsProcessor> chain, int prefix) {
    List<Integer> always = suppressed("suppress_tokens");
    addIf(!always.isEmpty(), chain, () -> new SuppressedTokens(always, null));
    List<Integer> allowed = values.tokens("allowed_tokens");
    addIf(!allowed.isEmpty(), chain, () -> new AllowedTokens(allowed));
    List<Integer> atBegin = suppressed("begin_suppress_tokens");
    if (!atBegin.isEmpty()) {
      // Behind a forced first token the answer begins one place later.
      boolean forced = prefix == 1 && values.has("forced_bos_token_id");
      chain.add(new SuppressedTokens(atBegin, forced ? prefix + 1 : prefix));
    }
  }

  private LogitsProcessor timestamps() {
    Integer plain = values.token("no_timestamps_token_id");
    if (plain == null || ends.isEmpty()) {
      throw values.wrong(
          "return_timestamps", "the model states no no_timestamps_token_id or no end token");
    }
    String initial = "max_initial_timestamp_index";
    return new TimestampRules(
        plain,
        ends.getFirst(),
        values.has(initial) ? (Integer) values.integer(initial, 0, 0, Integer.MAX_VALUE) : null);
  }

  /** Ids outside the vocabulary, such as −1, suppress nothing. */
  private List<Integer> suppressed(String key) {
    return values.list(key).stream()
        .map(item -> values.integer(key, item, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .filter(token -> token >= 0 && token < values.vocabulary())
        .toList();
  }

  private List<SequenceBias.Entry> biases() {
    String key = "sequence_bias";
    // Of a sequence that is named twice, the last bias counts.
    Map<List<Integer>, Float> biases = new LinkedHashMap<>();
    for (JsonNode pair : values.list(key)) {
      if (!pair.path(0).isArray()
          || pair.path(0).isEmpty()
          || pair.size() != 2
          || !pair.path(1).isNumber()) {
        throw values.wrong(key, "must be a list of [tokens, bias]");
      }
      double bias = pair.path(1).doubleValue();
      values.require(
          Math.abs(bias) <= MOST_BIAS,
          key,
          "biases must be within " + -MOST_BIAS + ".." + MOST_BIAS);
      biases.put(values.tokens(key, pair.path(0)), (float) bias);
    }
    return biases.entrySet().stream()
        .map(bias -> new SequenceBias.Entry(bias.getKey(), bias.getValue()))
        .toList();
  }

  private List<Integer> decodable(int[] source) {
    for (int token : source) {
      if (token >= values.vocabulary()) {
        throw values.wrong(
            values.has("encoder_no_repeat_ngram_size")
                ? "encoder_no_repeat_ngram_size"
                : "encoder_repetition_penalty",
            "the input's token " + token + " is none of the decoder's");
      }
    }
    return Arrays.stream(source).boxed().toList();
  }

  /** What acts on the choice of a token alone: warpers of sampling, normalisation of beams. */
  List<LogitsProcessor> warpers(boolean sampling, int beams) {
    List<LogitsProcessor> chain = new ArrayList<>();
    if (sampling) {
      // Beams need something to go on with beside the end tokens.
      addWarpers(chain, beams == 1 ? 1 : Math.max(1, ends.size()) + 1);
    }
    addIf(beams > 1 && values.flag("renormalize_logits"), chain, Normalisation::new);
    return chain;
  }

  private void addWarpers(List<LogitsProcessor> chain, int keep) {
    double temperature = values.positive("temperature", 1);
    addIf(temperature != 1, chain, () -> new Temperature(temperature));
    int standard = values.isOff("top_k") ? 0 : DEFAULT_TOP_K;
    int topK = values.integer("top_k", standard, 0, Integer.MAX_VALUE);
    addIf(topK > 0, chain, () -> new TopK(Math.max(topK, keep)));
    double topP = values.number("top_p", 1, 0, Float.MAX_VALUE);
    addIf(topP < 1, chain, () -> new TopP(topP, keep));
    addIf(values.has("min_p"), chain, () -> new MinP(values.number("min_p", 0, 0, 1), keep));
    double typical = values.positive("typical_p", 1);
    addIf(typical < 1, chain, () -> new Typical(typical, keep));
    double epsilon = values.number("epsilon_cutoff", 0, -Float.MAX_VALUE, Float.MAX_VALUE);
    addIf(epsilon > 0 && epsilon < 1, chain, () -> new EpsilonCutoff(epsilon, keep));
    double eta = values.number("eta_cutoff", 0, -Float.MAX_VALUE, Float.MAX_VALUE);
    addIf(eta > 0 && eta < 1, chain, () -> new EtaCutoff(eta, keep));
  }
}
