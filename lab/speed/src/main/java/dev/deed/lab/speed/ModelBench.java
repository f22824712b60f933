package dev.deed.lab.speed;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Prepared;
import dev.deed.Request;
import dev.deed.decode.draft.Drafting;
import dev.deed.decode.exit.ExitRule;
import dev.deed.evaluation.Median;
import dev.deed.evaluation.WarmUp;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Times an opened model: greedy decoding of exactly so many tokens, whatever its folder says about
 * generation. Not safe for use from several threads.
 */
final class ModelBench {
  private static final int DIGEST_LENGTH = 12;

  /** So many answers of a schedule are decoded. */
  private static final int MOST_ANSWERS = 64;

  private final EncoderDecoderModel model;
  private final List<Input> inputs;
  private final ExitSettings exits;
  private final List<Answer> answers;
  private final List<Times> times = new ArrayList<>();
  private final int reference;
  private List<List<Integer>> ids = List.of();
  private long compiledNanos;

  /** What full depth emits for each input; empty where no answer has imposed drafts. */
  private List<List<Integer>> known = List.of();

  /**
   * What is decoded for an input.
   *
   * @param tokens number of them, at least 2
   * @param first how many of them come with the first, which is not timed apart: 1, with drafts
   *     those of the first verification
   * @param rule where steps stop; null: where the exit settings say
   * @param drafts that are imposed; null: none
   */
  record Answer(int tokens, int first, @Nullable ExitRule rule, @Nullable ImposedDrafts drafts) {
    /** Written out: of a compact constructor, class files do not tell what may be null. */
    Answer(int tokens, int first, @Nullable ExitRule rule, @Nullable ImposedDrafts drafts) {
      this.tokens = tokens;
      this.first = first;
      this.rule = rule;
      this.drafts = drafts;
    }

    /** Tokens that come one by one. */
    static Answer of(int tokens, @Nullable ExitRule rule) {
      return new Answer(tokens, 1, rule, null);
    }
  }

  /**
   * @param answers decoded one after the other, at least one; a token's time is a mean over all of
   *     theirs
   * @param reference tokens of full depth by whose ids answers with drafts are told, at least as
   *     many as these have
   */
  ModelBench(EncoderDecoderModel model, List<Input> inputs, List<Answer> answers, int reference) {
    this(model, inputs, ExitSettings.full(), answers, reference);
  }

  /** Answers as exit settings make them, one at a time. */
  ModelBench(EncoderDecoderModel model, List<Input> inputs, ExitSettings exits, int tokens) {
    this(model, inputs, exits, List.of(Answer.of(tokens, null)), tokens);
  }

  private ModelBench(
      EncoderDecoderModel model,
      List<Input> inputs,
      ExitSettings exits,
      List<Answer> answers,
      int reference) {
    this.model = model;
    this.inputs = List.copyOf(inputs);
    this.exits = exits;
    this.answers = List.copyOf(answers);
    this.reference = reference;
  }

  /**
   * One repeat.
   *
   * @param encode all before decoding: picture and text to encoder input, and the encoder
   * @param first tokens' decoding, mean of the answers
   * @param others all other tokens of all answers
   */
  private record Times(Took encode, Took first, Took others) {
    Took firstToken() {
      return encode.plus(first);
    }

    /** All that was timed: first tokens come with the others once more. */
    double clock(int answers) {
      return encode.clock() + 2 * answers * first.clock() + others.clock();
    }
  }

  /**
   * Begins a round: checks that exactly so many tokens come out.
   *
   * @throws InputException when they do not
   */
  void begin() {
    Answer whole = answers.getFirst();
    if (whole.drafts != null) {
      whole = Answer.of(reference, whole.rule);
      known = ids(whole);
    }
    int tokens = whole.tokens;
    ids = known.isEmpty() ? ids(whole) : known;
    requireNoStop();
    if (ids.stream().anyMatch(row -> row.size() != tokens)) {
      throw new InputException(
          model.internals().folder().path().toString(),
          "decodes at most " + ids.getFirst().size() + " tokens",
          "give --new-tokens no more");
    }
    answers.stream().filter(answer -> answer.drafts != null).forEach(this::requireFullDepth);
    times.clear();
    compiledNanos = 0;
  }

  /** Items from all over a list, at most {@value #MOST_ANSWERS}. */
  static <T> List<T> spread(List<T> items) {
    int count = Math.min(MOST_ANSWERS, items.size());
    return IntStream.range(0, count)
        .mapToObj(i -> items.get((int) ((long) i * items.size() / count)))
        .toList();
  }

  private List<List<Integer>> ids(Answer answer) {
    return decode(prepare(), answer, answer.tokens).stream().map(Generation::tokenIds).toList();
  }

  private void requireFullDepth(Answer answer) {
    List<List<Integer>> expected =
        known.stream().map(row -> row.subList(0, answer.tokens)).toList();
    if (!ids(answer).equals(expected)) {
      throw new IllegalStateException("answers with drafts are not those of full depth");
    }
  }

  /** One repeat that does not count. */
  void warmUp() {
    times();
  }

  /** One repeat. */
  void repeat() {
    long before = WarmUp.compiledNanos();
    times.add(times());
    compiledNanos += WarmUp.compiledNanos() - before;
  }

  /** What the repeats of the round took, at least one. */
  Measurement measured() {
    int others = answers.stream().mapToInt(answer -> answer.tokens - answer.first).sum();
    double clock = times.stream().mapToDouble(time -> time.clock(answers.size())).sum();
    return new Measurement(
        Median.of(times, time -> time.encode.clock()),
        times.stream()
            .map(time -> new Measurement.Run(time.firstToken(), time.others.dividedBy(others)))
            .toList(),
        compiledNanos / 1e6 / clock,
        PeakMemory.mebibytes(),
        ids.getFirst(),
        digest(ids));
  }

  private Times times() {
    Took start = Took.now();
    List<Prepared> prepared = prepare();
    Took encode = Took.now().minus(start);
    Took first = Took.NOTHING;
    Took all = Took.NOTHING;
    for (Answer answer : answers) {
      first = first.plus(took(() -> decode(prepared, answer, answer.first)));
      all = all.plus(took(() -> decode(prepared, answer, answer.tokens)));
    }
    return new Times(encode, first.dividedBy(answers.size()), all.minus(first));
  }

  private List<Prepared> prepare() {
    int longest = answers.stream().mapToInt(Answer::tokens).max().orElseThrow();
    return prepare(model, inputs, exits, Math.max(longest, reference));
  }

  private List<Generation> decode(List<Prepared> prepared, Answer answer, int tokens) {
    List<Prepared> ruled = new ArrayList<>();
    for (int i = 0; i < prepared.size(); i++) {
      Prepared one = prepared.get(i).with(search -> Searches.withMaxNewTokens(search, tokens));
      ExitRule rule = answer.rule;
      if (rule != null) {
        one = one.with(search -> Searches.withRule(search, rule));
      }
      if (answer.drafts != null) {
        Drafting drafting = answer.drafts.drafting(known.get(i));
        one = one.with(search -> Searches.withDrafting(search, drafting));
      }
      ruled.add(one);
    }
    return model.internals().decode(ruled).stream().map(Result::orThrow).toList();
  }

  /** Encodes inputs that are to be decoded greedily, to exactly so many tokens. */
  static List<Prepared> prepare(EncoderDecoderModel model, List<Input> inputs, int tokens) {
    return prepare(model, inputs, ExitSettings.full(), tokens);
  }

  private static List<Prepared> prepare(
      EncoderDecoderModel model, List<Input> inputs, ExitSettings exits, int tokens) {
    GenerationOptions options =
        GenerationOptions.defaults()
            .withExits(exits)
            .withMaxNewTokens(tokens)
            .withMinNewTokens(tokens);
    for (String key : model.generationDefaults().keySet()) {
      boolean special = key.endsWith("_token_id") && !key.startsWith("forced_");
      if (!special && !key.endsWith("_new_tokens")) {
        options = options.withSetting(key, null);
      }
    }
    GenerationOptions greedy = options;
    return model
        .internals()
        .prepare(inputs.stream().map(input -> new Request(input, greedy)).toList());
  }

  /**
   * What work takes.
   *
   * @throws CancellationException when the thread is interrupted, which cuts decoding short
   */
  static Took took(Runnable work) {
    Took start = Took.now();
    work.run();
    Took took = Took.now().minus(start);
    requireNoStop();
    return took;
  }

  private static void requireNoStop() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("stopped");
    }
  }

  /** Twelve digits of SHA-256 of the ids as Python's {@code json.dumps} writes them. */
  private static String digest(List<List<Integer>> ids) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(ids.toString().getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(hash).substring(0, DIGEST_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
