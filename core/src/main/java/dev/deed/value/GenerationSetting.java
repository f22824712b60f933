package dev.deed.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A setting of generation, with the name and meaning that Transformers 5 gives it. Immutable.
 * {@link #ALL} is the table of them; {@code docs/generation.md} says how they act together.
 *
 * @param <T> type of its values
 */
public final class GenerationSetting<T> extends Setting<T> {
  /** Most tokens of an answer. */
  public static final int LONGEST = 1 << 20;

  /** Most beams, and most answers to an input. */
  public static final int MOST_SEQUENCES = 1024;

  /** Longest n-gram, far beyond any use. */
  public static final int LONGEST_N_GRAM = 1 << 16;

  /** Beyond it lengths divide scores by 0 or by infinity. */
  private static final double MOST_LENGTH_PENALTY = 100;

  private static final SettingType<Integer> LENGTH = new SettingType.Whole(0, LONGEST);
  private static final SettingType<Integer> SOME = new SettingType.Whole(1, LONGEST);
  private static final SettingType<Integer> SEQUENCES = new SettingType.Whole(1, MOST_SEQUENCES);
  private static final SettingType<Integer> N_GRAM = new SettingType.Whole(0, LONGEST_N_GRAM);
  private static final SettingType<Double> SHARE = new SettingType.Decimal(0, 1);
  private static final SettingType<Double> FACTOR = new SettingType.Positive(Float.MAX_VALUE);
  private static final SettingType<Boolean> FLAG = new SettingType.Flag();
  private static final SettingType<Integer> TOKEN = new SettingType.Token();
  private static final SettingType<Object> TOKENS =
      new SettingType.Json("a token or a list of tokens");
  private static final SettingType<Object> LISTS =
      new SettingType.Json("a list of lists of tokens");

  /** What a setting is about: sections of help and documentation. */
  public enum Part {
    /** When an answer begins and ends. */
    LENGTH,
    /** Greedy decoding, beams and samples. */
    SEARCH,
    /** How samples are drawn: an option of these asks for samples. */
    DRAW,
    /** Processors of scores, in the order in which they act. */
    PROCESSOR
  }

  /** Most tokens to emit. */
  public static final GenerationSetting<Integer> MAX_NEW_TOKENS =
      length("max_new_tokens", SOME, "Most tokens to emit; goes before max_length.");

  /** The same, the decoder's prefix included. */
  public static final GenerationSetting<Integer> MAX_LENGTH =
      length(
          "max_length",
          SOME,
          "Most tokens, the decoder's prefix included. Without either limit: 20 new tokens.");

  /** Fewest tokens before an end token. */
  public static final GenerationSetting<Integer> MIN_NEW_TOKENS =
      length("min_new_tokens", LENGTH, "No end token before that many; goes before min_length.");

  /** The same, the decoder's prefix included. */
  public static final GenerationSetting<Integer> MIN_LENGTH =
      length(
          "min_length",
          LENGTH,
          "No end token before that many, the decoder's prefix included (default: 0).");

  /** Tokens that end an answer. */
  public static final GenerationSetting<Object> EOS_TOKEN_ID =
      length("eos_token_id", TOKENS, "Tokens that end an answer.");

  /** The first decoder input. */
  public static final GenerationSetting<Integer> DECODER_START_TOKEN_ID =
      length("decoder_start_token_id", TOKEN, "The decoder's first input.");

  /** The first decoder input where {@link #DECODER_START_TOKEN_ID} says nothing. */
  public static final GenerationSetting<Integer> BOS_TOKEN_ID =
      length("bos_token_id", TOKEN, "The decoder's first input, without decoder_start_token_id.");

  /** The token that fills up. */
  public static final GenerationSetting<Integer> PAD_TOKEN_ID =
      length("pad_token_id", TOKEN, "The token that fills up.");

  /** Tokens forced behind the start. */
  public static final GenerationSetting<Object> FORCED_DECODER_IDS =
      length(
          "forced_decoder_ids",
          new SettingType.Json("a list of [place, token]"),
          "Tokens behind the decoder's start, for inputs without a decoder prefix (old Whisper).");

  /** Hypotheses of beam search. */
  public static final GenerationSetting<Integer> NUM_BEAMS =
      search("num_beams", SEQUENCES, "Hypotheses of beam search; 1: none (default: 1).")
          .spelled("--beams");

  /** Answers to an input. */
  public static final GenerationSetting<Integer> NUM_RETURN_SEQUENCES =
      search(
              "num_return_sequences",
              SEQUENCES,
              "Answers to each input, best first: at most as many as beams, or samples; several are"
                  + " printed below lines with rank and score (default: 1).")
          .spelled("--return");

  /** By which power of its length a beam's score is divided. */
  public static final GenerationSetting<Double> LENGTH_PENALTY =
      search(
          "length_penalty",
          new SettingType.Decimal(-MOST_LENGTH_PENALTY, MOST_LENGTH_PENALTY),
          "Beam scores are divided by the length to this power (default: 1).");

  /** When beam search ends. */
  public static final GenerationSetting<Object> EARLY_STOPPING =
      search(
          "early_stopping",
          new SettingType.FlagOr("never"),
          "true: beam search ends once it has as many answers as beams; false: once better ones are"
              + " unlikely; never: once they are impossible (default: false).");

  /** Whether tokens are drawn. */
  public static final GenerationSetting<Boolean> DO_SAMPLE =
      search(
          "do_sample",
          FLAG,
          "Draw tokens from the softmax of the scores; an option of draws asks for it too (default:"
              + " false).");

  /** By what scores are divided before a draw. */
  public static final GenerationSetting<Double> TEMPERATURE =
      draw(
          "temperature",
          new SettingType.Decimal(0, Float.MAX_VALUE),
          "Scores are divided by it; below 1 the likely tokens become likelier; 0: the likeliest"
              + " token, no draw (default: 1).");

  /** The share of the entropy that is drawn from (arXiv 2509.02510). */
  public static final GenerationSetting<Double> TOP_H =
      draw(
          "top_h",
          new SettingType.Positive(1),
          "Draw from the most probable tokens that hold at most this share of the entropy.");

  /** From how many tokens is drawn. */
  public static final GenerationSetting<Integer> TOP_K =
      draw(
          "top_k",
          new SettingType.Whole(0, Integer.MAX_VALUE),
          "Draw from the most probable, this many; 0: from all (default: 50).");

  /** From what probability together is drawn. */
  public static final GenerationSetting<Double> TOP_P =
      draw(
          "top_p",
          SHARE,
          "Draw from the most probable that together reach this probability (default: 1).");

  /** The least probability, as a share of the largest. */
  public static final GenerationSetting<Double> MIN_P =
      draw(
          "min_p",
          SHARE,
          "Draw from those of at least this share of the largest probability (default: 0).");

  /** Locally typical sampling (arXiv 2202.00666). */
  public static final GenerationSetting<Double> TYPICAL_P =
      draw(
          "typical_p",
          new SettingType.Positive(1),
          "Draw from the tokens nearest to the expected information that together reach this"
              + " probability (default: 1).");

  /** The least probability (arXiv 2210.15191). */
  public static final GenerationSetting<Double> EPSILON_CUTOFF =
      draw("epsilon_cutoff", SHARE, "Draw from tokens of at least this probability (default: 0).");

  /** The least probability by entropy (arXiv 2210.15191). */
  public static final GenerationSetting<Double> ETA_CUTOFF =
      draw(
          "eta_cutoff",
          SHARE,
          "Draw from tokens of at least this probability, less where many are likely (default: 0).");

  /** What the draws begin from. */
  public static final GenerationSetting<Long> SEED =
      draw(
          "seed",
          new SettingType.Long64(),
          "The same seed gives the same draws, whatever batch and threads (default: 0).");

  /** Biases of sequences. */
  public static final GenerationSetting<Object> SEQUENCE_BIAS =
      processor(
          "sequence_bias",
          new SettingType.Json("a list of [tokens, bias]"),
          "Adds to the token that would complete a sequence; within ±10³⁰.");

  /** How likely tokens of the encoder's input become. */
  public static final GenerationSetting<Double> ENCODER_REPETITION_PENALTY =
      processor(
          "encoder_repetition_penalty",
          FACTOR,
          "Above 1 makes tokens of the encoder's input more likely (default: 1).");

  /** How unlikely earlier tokens become. */
  public static final GenerationSetting<Double> REPETITION_PENALTY =
      processor(
          "repetition_penalty",
          FACTOR,
          "Above 1 makes earlier tokens less likely, those of the prefix too (default: 1).");

  /** No run of tokens twice. */
  public static final GenerationSetting<Integer> NO_REPEAT_NGRAM_SIZE =
      processor(
              "no_repeat_ngram_size",
              N_GRAM,
              "No N tokens twice in the same order, the prefix included; 0: off (default: 0).")
          .spelled("--no-repeat-ngram");

  /** No run of tokens of the encoder's input. */
  public static final GenerationSetting<Integer> ENCODER_NO_REPEAT_NGRAM_SIZE =
      processor(
              "encoder_no_repeat_ngram_size",
              N_GRAM,
              "No N tokens in the order of the encoder's input; 0: off (default: 0).")
          .spelled("--encoder-no-repeat-ngram");

  /** Forbidden sequences. */
  public static final GenerationSetting<Object> BAD_WORDS_IDS =
      processor(
          "bad_words_ids", LISTS, "Forbids sequences; an end token alone cannot be forbidden.");

  /** The first token. */
  public static final GenerationSetting<Integer> FORCED_BOS_TOKEN_ID =
      processor(
          "forced_bos_token_id",
          TOKEN,
          "Forces the first token, if the prefix is the start token alone.");

  /** The last token at the limit. */
  public static final GenerationSetting<Object> FORCED_EOS_TOKEN_ID =
      processor("forced_eos_token_id", TOKENS, "Forces the last token at the limit.");

  /** Whether infinities and NaN are replaced. */
  public static final GenerationSetting<Boolean> REMOVE_INVALID_VALUES =
      processor(
          "remove_invalid_values",
          FLAG,
          "Replaces infinities and NaN by finite numbers; such log_probs and score are null"
              + " (default: false).");

  /** How end tokens become more likely. */
  public static final GenerationSetting<Object> EXPONENTIAL_DECAY_LENGTH_PENALTY =
      processor(
          "exponential_decay_length_penalty",
          new SettingType.Json("[new tokens, factor]"),
          "Makes end tokens ever more likely; values beyond 32 bits choose them.");

  /** Forbidden tokens. */
  public static final GenerationSetting<Object> SUPPRESS_TOKENS =
      processor("suppress_tokens", TOKENS, "Forbids tokens.");

  /** The only tokens. */
  public static final GenerationSetting<Object> ALLOWED_TOKENS =
      processor("allowed_tokens", TOKENS, "Forbids all others; DEED's own.");

  /** Tokens forbidden at the beginning. */
  public static final GenerationSetting<Object> BEGIN_SUPPRESS_TOKENS =
      processor(
          "begin_suppress_tokens",
          TOKENS,
          "Forbids tokens at the first place, or the second if the first is forced.");

  /** Docling's corrections of table tags. */
  public static final GenerationSetting<Object> TAG_CORRECTIONS =
      processor(
          "tag_corrections",
          new SettingType.Json("the tokens fcel, lcel, ucel, xcel"),
          "What Docling makes of wrong table tags; DEED's own.");

  /** Whisper's timestamps. */
  public static final GenerationSetting<Boolean> RETURN_TIMESTAMPS =
      processor(
          "return_timestamps",
          FLAG,
          "Whisper's timestamps, behind a prefix without <|notimestamps|> (default: false).");

  /** The token before the timestamps. */
  public static final GenerationSetting<Integer> NO_TIMESTAMPS_TOKEN_ID =
      processor("no_timestamps_token_id", TOKEN, "The token that says: no timestamps.");

  /** The latest first timestamp. */
  public static final GenerationSetting<Integer> MAX_INITIAL_TIMESTAMP_INDEX =
      processor(
          "max_initial_timestamp_index",
          new SettingType.Whole(0, Integer.MAX_VALUE),
          "The latest timestamp that may come first.");

  /** The grammar of table tags. */
  public static final GenerationSetting<Object> TABLE_GRAMMAR =
      processor("table_grammar", TOKENS, "Holds table tags to a grammar; DEED's own.");

  /** The language of the answer's text. */
  public static final GenerationSetting<Object> STRUCTURED_OUTPUTS =
      processor(
          "structured_outputs",
          new SettingType.Json("an object with one of choice, regex, json, json_object, grammar"),
          "Holds the answer's text to a language (docs/generation.md).");

  /** Whether scores of beams are probabilities again. */
  public static final GenerationSetting<Boolean> RENORMALIZE_LOGITS =
      processor(
          "renormalize_logits",
          FLAG,
          "Log-softmax after the processors; matters in beam search alone (default: false).");

  /** All settings, those of a part in the order in which they act. */
  public static final List<GenerationSetting<?>> ALL =
      List.of(
          MAX_NEW_TOKENS,
          MAX_LENGTH,
          MIN_NEW_TOKENS,
          MIN_LENGTH,
          EOS_TOKEN_ID,
          DECODER_START_TOKEN_ID,
          BOS_TOKEN_ID,
          PAD_TOKEN_ID,
          FORCED_DECODER_IDS,
          NUM_BEAMS,
          NUM_RETURN_SEQUENCES,
          LENGTH_PENALTY,
          EARLY_STOPPING,
          DO_SAMPLE,
          TEMPERATURE,
          TOP_H,
          TOP_K,
          TOP_P,
          MIN_P,
          TYPICAL_P,
          EPSILON_CUTOFF,
          ETA_CUTOFF,
          SEED,
          SEQUENCE_BIAS,
          ENCODER_REPETITION_PENALTY,
          REPETITION_PENALTY,
          NO_REPEAT_NGRAM_SIZE,
          ENCODER_NO_REPEAT_NGRAM_SIZE,
          BAD_WORDS_IDS,
          FORCED_BOS_TOKEN_ID,
          FORCED_EOS_TOKEN_ID,
          REMOVE_INVALID_VALUES,
          EXPONENTIAL_DECAY_LENGTH_PENALTY,
          SUPPRESS_TOKENS,
          ALLOWED_TOKENS,
          BEGIN_SUPPRESS_TOKENS,
          TAG_CORRECTIONS,
          RETURN_TIMESTAMPS,
          NO_TIMESTAMPS_TOKEN_ID,
          MAX_INITIAL_TIMESTAMP_INDEX,
          TABLE_GRAMMAR,
          STRUCTURED_OUTPUTS,
          RENORMALIZE_LOGITS);

  private final Part part;
  private final String option;

  private GenerationSetting(
      String name, SettingType<T> type, String help, Part part, String option) {
    super(name, type, help, List.of());
    this.part = part;
    this.option = option;
  }

  private static <T> GenerationSetting<T> length(String name, SettingType<T> type, String help) {
    return new GenerationSetting<>(name, type, help, Part.LENGTH, option(name));
  }

  private static <T> GenerationSetting<T> search(String name, SettingType<T> type, String help) {
    return new GenerationSetting<>(name, type, help, Part.SEARCH, option(name));
  }

  private static <T> GenerationSetting<T> draw(String name, SettingType<T> type, String help) {
    return new GenerationSetting<>(name, type, help, Part.DRAW, option(name));
  }

  private static <T> GenerationSetting<T> processor(String name, SettingType<T> type, String help) {
    return new GenerationSetting<>(name, type, help, Part.PROCESSOR, option(name));
  }

  private GenerationSetting<T> spelled(String other) {
    return new GenerationSetting<>(name(), type(), help(), part, other);
  }

  @Override
  public String option() {
    return option;
  }

  /** {@return what it is about} */
  public Part part() {
    return part;
  }

  /**
   * {@return the setting of a name; null when there is none}
   *
   * @param name such as {@code num_beams}
   */
  public static @Nullable GenerationSetting<?> named(String name) {
    return ALL.stream().filter(setting -> setting.name().equals(name)).findFirst().orElse(null);
  }
}
