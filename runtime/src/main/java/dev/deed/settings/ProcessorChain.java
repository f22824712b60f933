package dev.deed.settings;

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
import dev.deed.decode.logits.TopH;
import dev.deed.decode.logits.TopK;
import dev.deed.decode.logits.TopP;
import dev.deed.decode.logits.Typical;
import dev.deed.value.GenerationSetting;
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
  private static final int DEFAULT_TOP_K = 50;

  /** Decides any choice, and sums of such biases are still numbers of 32 bits. */
  private static final double MOST_BIAS = 1e30;

  /** What acts before confidence is taken; see {@link GenerationSettings#processors}. */
  List<LogitsProcessor> processors(
      int prefix, int newTokens, int minLength, int @Nullable [] source) {
    List<LogitsProcessor> chain = new ArrayList<>();
    List<SequenceBias.Entry> biases = biases();
    addIf(!biases.isEmpty(), chain, () -> new SequenceBias(biases));
    double encoderPenalty = values.get(GenerationSetting.ENCODER_REPETITION_PENALTY, 1.0);
    if (encoderPenalty != 1 && source != null) {
      chain.add(new RepetitionPenalty.OfSource(encoderPenalty, decodable(source)));
    }
    double penalty = values.get(GenerationSetting.REPETITION_PENALTY, 1.0);
    addIf(penalty != 1, chain, () -> new RepetitionPenalty(penalty));
    int size = values.get(GenerationSetting.NO_REPEAT_NGRAM_SIZE, 0);
    addIf(size > 0, chain, () -> new NoRepeatNGram(size));
    int encoderSize = values.get(GenerationSetting.ENCODER_NO_REPEAT_NGRAM_SIZE, 0);
    if (encoderSize > 0 && source != null) {
      chain.add(new NoRepeatNGram.OfSource(encoderSize, decodable(source)));
    }
    if (values.has(GenerationSetting.BAD_WORDS_IDS)) {
      chain.add(SequenceBias.forbid(values.sequences(GenerationSetting.BAD_WORDS_IDS), ends));
    }
    addIf(minLength > 0 && !ends.isEmpty(), chain, () -> new MinimumLength(minLength, ends));
    addForced(chain, prefix + newTokens - 1);
    addIf(values.get(GenerationSetting.REMOVE_INVALID_VALUES, false), chain, InvalidScores::new);
    addDecay(chain, prefix);
    addSuppressed(chain, prefix);
    List<Integer> tags = values.tokens(GenerationSetting.TAG_CORRECTIONS);
    if (tags.size() == 4) {
      chain.add(new TagCorrections(tags.get(0), tags.get(1), tags.get(2), tags.get(3)));
    } else if (!tags.isEmpty()) {
      throw values.wrong(
          GenerationSetting.TAG_CORRECTIONS, "must be the four tokens fcel, lcel, ucel, xcel");
    }
    addIf(values.get(GenerationSetting.RETURN_TIMESTAMPS, false), chain, this::timestamps);
    return chain;
  }

  private static void addIf(
      boolean isWanted, List<LogitsProcessor> chain, Supplier<LogitsProcessor> processor) {
    if (isWanted) {
      chain.add(processor.get());
    }
  }

  private void addForced(List<LogitsProcessor> chain, int lastPlace) {
    Integer first = values.token(GenerationSetting.FORCED_BOS_TOKEN_ID);
    List<Integer> last = values.tokens(GenerationSetting.FORCED_EOS_TOKEN_ID);
    List<Integer> suppressed = suppressed(GenerationSetting.SUPPRESS_TOKENS);
    if (first != null) {
      values.require(
          !suppressed.contains(first),
          GenerationSetting.FORCED_BOS_TOKEN_ID,
          "suppress_tokens forbids it");
      chain.add(new ForcedTokens(1, List.of(first)));
    }
    // An answer of a language that the limit cuts off is a beginning of its text.
    if (!last.isEmpty() && !values.has(GenerationSetting.STRUCTURED_OUTPUTS)) {
      values.require(
          !suppressed.containsAll(last),
          GenerationSetting.FORCED_EOS_TOKEN_ID,
          "suppress_tokens forbids it");
      chain.add(new ForcedTokens(lastPlace, last));
    }
  }

  private void addDecay(List<LogitsProcessor> chain, int prefix) {
    GenerationSetting<?> setting = GenerationSetting.EXPONENTIAL_DECAY_LENGTH_PENALTY;
    List<?> pair = values.list(setting);
    if (pair.isEmpty()) {
      return;
    }
    if (pair.size() != 2
        || !(pair.get(1) instanceof Number factor)
        || !Double.isFinite(factor.doubleValue())) {
      throw values.wrong(setting, "must be [new tokens, factor]");
    }
    int start = values.integer(setting, pair.getFirst(), 0, 1 << 20);
    if (!ends.isEmpty()) {
      chain.add(new ExponentialDecay(prefix + start, factor.doubleValue(), ends));
    }
  }

  private void addSuppressed(List<LogitsProcessor> chain, int prefix) {
    List<Integer> always = suppressed(GenerationSetting.SUPPRESS_TOKENS);
    addIf(!always.isEmpty(), chain, () -> new SuppressedTokens(always, null));
    List<Integer> allowed = values.tokens(GenerationSetting.ALLOWED_TOKENS);
    addIf(!allowed.isEmpty(), chain, () -> new AllowedTokens(allowed));
    List<Integer> atBegin = suppressed(GenerationSetting.BEGIN_SUPPRESS_TOKENS);
    if (!atBegin.isEmpty()) {
      // Behind a forced first token the answer begins one place later.
      boolean forced = prefix == 1 && values.has(GenerationSetting.FORCED_BOS_TOKEN_ID);
      chain.add(new SuppressedTokens(atBegin, forced ? prefix + 1 : prefix));
    }
  }

  private LogitsProcessor timestamps() {
    Integer plain = values.token(GenerationSetting.NO_TIMESTAMPS_TOKEN_ID);
    if (plain == null || ends.isEmpty()) {
      throw values.wrong(
          GenerationSetting.RETURN_TIMESTAMPS,
          "the model states no no_timestamps_token_id or no end token");
    }
    GenerationSetting<Integer> initial = GenerationSetting.MAX_INITIAL_TIMESTAMP_INDEX;
    return new TimestampRules(
        plain, ends.getFirst(), values.has(initial) ? (Integer) values.get(initial, 0) : null);
  }

  /** Ids outside the vocabulary, such as −1, suppress nothing. */
  private List<Integer> suppressed(GenerationSetting<?> setting) {
    return values.list(setting).stream()
        .<Integer>map(item -> values.integer(setting, item, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .filter(token -> token >= 0 && token < values.vocabulary())
        .toList();
  }

  private List<SequenceBias.Entry> biases() {
    GenerationSetting<?> setting = GenerationSetting.SEQUENCE_BIAS;
    // Of a sequence that is named twice, the last bias counts.
    Map<List<Integer>, Float> biases = new LinkedHashMap<>();
    for (Object entry : values.list(setting)) {
      if (!(entry instanceof List<?> pair)
          || pair.size() != 2
          || !(pair.getFirst() instanceof List<?> tokens)
          || tokens.isEmpty()
          || !(pair.get(1) instanceof Number number)) {
        throw values.wrong(setting, "must be a list of [tokens, bias]");
      }
      double bias = number.doubleValue();
      values.require(
          Math.abs(bias) <= MOST_BIAS,
          setting,
          "biases must be within " + -MOST_BIAS + ".." + MOST_BIAS);
      biases.put(values.tokens(setting, tokens), (float) bias);
    }
    return biases.entrySet().stream()
        .map(bias -> new SequenceBias.Entry(bias.getKey(), bias.getValue()))
        .toList();
  }

  private List<Integer> decodable(int[] source) {
    for (int token : source) {
      if (token >= values.vocabulary()) {
        throw values.wrong(
            values.has(GenerationSetting.ENCODER_NO_REPEAT_NGRAM_SIZE)
                ? GenerationSetting.ENCODER_NO_REPEAT_NGRAM_SIZE
                : GenerationSetting.ENCODER_REPETITION_PENALTY,
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
    addIf(
        beams > 1 && values.get(GenerationSetting.RENORMALIZE_LOGITS, false),
        chain,
        Normalisation::new);
    return chain;
  }

  private void addWarpers(List<LogitsProcessor> chain, int keep) {
    double temperature = values.number(GenerationSetting.TEMPERATURE, 1, 0, Float.MAX_VALUE);
    addIf(temperature != 1, chain, () -> new Temperature(temperature));
    addIf(
        values.has(GenerationSetting.TOP_H),
        chain,
        () -> new TopH(values.get(GenerationSetting.TOP_H, 1.0)));
    int standard = values.isOff(GenerationSetting.TOP_K) ? 0 : DEFAULT_TOP_K;
    int topK = values.get(GenerationSetting.TOP_K, standard);
    addIf(topK > 0, chain, () -> new TopK(Math.max(topK, keep)));
    double topP = values.number(GenerationSetting.TOP_P, 1, 0, Float.MAX_VALUE);
    addIf(topP < 1, chain, () -> new TopP(topP, keep));
    addIf(
        values.has(GenerationSetting.MIN_P),
        chain,
        () -> new MinP(values.number(GenerationSetting.MIN_P, 0, 0, 1), keep));
    double typical =
        values.number(GenerationSetting.TYPICAL_P, 1, Float.MIN_VALUE, Float.MAX_VALUE);
    addIf(typical < 1, chain, () -> new Typical(typical, keep));
    double epsilon =
        values.number(GenerationSetting.EPSILON_CUTOFF, 0, -Float.MAX_VALUE, Float.MAX_VALUE);
    addIf(epsilon > 0 && epsilon < 1, chain, () -> new EpsilonCutoff(epsilon, keep));
    double eta = values.number(GenerationSetting.ETA_CUTOFF, 0, -Float.MAX_VALUE, Float.MAX_VALUE);
    addIf(eta > 0 && eta < 1, chain, () -> new EtaCutoff(eta, keep));
  }
}
