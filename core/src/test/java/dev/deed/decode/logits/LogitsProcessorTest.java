package dev.deed.decode.logits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Each processor on six scores, against values worked out by hand and with the classes of
 * Transformers 5.24.
 */
final class LogitsProcessorTest {
  private static final float NO = Float.NEGATIVE_INFINITY;
  private static final float[] LOGITS = {2, -1, 0.5f, 3, -0.5f, 1};
  private static final List<Integer> TOKENS = List.of(5, 1, 3, 1, 2, 5, 1);
  private static final List<Integer> SOURCE = List.of(5, 1, 4, 0, 1, 2);

  private static float[] apply(LogitsProcessor processor, float[] logits, List<Integer> tokens) {
    return apply(processor, logits, tokens, false);
  }

  private static float[] apply(
      LogitsProcessor processor, float[] logits, List<Integer> tokens, boolean normalised) {
    // Read behind other values, as a row of a batch is.
    float[] row = new float[logits.length + 2];
    System.arraycopy(logits, 0, row, 2, logits.length);
    Scores scores = new Scores(logits.length);
    scores.begin(row, 2, normalised);
    processor.process(new TokenSequence(tokens), scores);
    float[] result = new float[logits.length];
    for (int token = 0; token < result.length; token++) {
      result[token] = scores.get(token);
    }
    return result;
  }

  private static void assertGives(LogitsProcessor processor, double... expected) {
    float[] wanted = new float[expected.length];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = (float) expected[i];
    }
    assertThat(apply(processor, LOGITS, TOKENS))
        .as(processor.toString())
        .containsExactly(wanted, Offset.offset(1e-5f));
  }

  private static void assertKeeps(LogitsProcessor processor, Integer... kept) {
    double[] expected = new double[LOGITS.length];
    for (int token = 0; token < expected.length; token++) {
      expected[token] = List.of(kept).contains(token) ? LOGITS[token] : NO;
    }
    assertGives(processor, expected);
    float[] ofLogProbabilities = apply(processor, LOGITS, TOKENS, true);
    for (int token = 0; token < expected.length; token++) {
      assertThat(ofLogProbabilities[token] == NO).isEqualTo(expected[token] == NO);
    }
  }

  @Test
  void repetition() {
    assertGives(new RepetitionPenalty(2), 2, -2, 0.25, 1.5, -0.5, 0.5);
    assertGives(new RepetitionPenalty(0.5), 2, -0.5, 1, 6, -0.5, 2);
    assertGives(new RepetitionPenalty.OfSource(2, List.of(0, 1, 1)), 4, -0.5, 0.5, 3, -0.5, 1);
  }

  @Test
  void nGrams() {
    assertKeeps(new NoRepeatNGram(1), 0, 4);
    assertKeeps(new NoRepeatNGram(2), 0, 1, 4, 5);
    assertKeeps(new NoRepeatNGram(3), 0, 1, 2, 4, 5);
    assertKeeps(new NoRepeatNGram(4), 0, 1, 2, 3, 4, 5);
    assertKeeps(new NoRepeatNGram(9), 0, 1, 2, 3, 4, 5);
    assertKeeps(new NoRepeatNGram.OfSource(1, SOURCE), 3);
    assertKeeps(new NoRepeatNGram.OfSource(2, SOURCE), 0, 1, 3, 5);
    assertKeeps(new NoRepeatNGram.OfSource(3, SOURCE), 0, 1, 2, 3, 5);
    assertThat(apply(new NoRepeatNGram.OfSource(3, SOURCE), LOGITS, List.of(5)))
        .as("too short to have begun one")
        .containsExactly(LOGITS);
  }

  /** Against every place looked at alone, on sequences of few tokens, which repeat much. */
  @Test
  void nGramsOfRepetitions() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      List<Integer> tokens = draw(random, 1 + random.nextInt(12));
      List<Integer> source = draw(random, random.nextInt(12));
      int size = 1 + random.nextInt(5);
      assertThat(apply(new NoRepeatNGram(size), LOGITS, tokens))
          .containsExactly(banned(tokens, size, tokens));
      assertThat(apply(new NoRepeatNGram.OfSource(size, source), LOGITS, tokens))
          .containsExactly(banned(source, size, tokens));
    }
  }

  private static List<Integer> draw(Random random, int length) {
    return IntStream.range(0, length).mapToObj(_ -> random.nextInt(2)).toList();
  }

  private static float[] banned(List<Integer> text, int size, List<Integer> tokens) {
    float[] scores = LOGITS.clone();
    for (int i = 0; i + size <= text.size() && size - 1 <= tokens.size(); i++) {
      List<Integer> end = tokens.subList(tokens.size() - size + 1, tokens.size());
      if (text.subList(i, i + size - 1).equals(end)) {
        scores[text.get(i + size - 1)] = NO;
      }
    }
    return scores;
  }

  /** Against every entry asked alone. */
  @Test
  void sequencesOfRepetitions() {
    Random random = new Random(8);
    for (int i = 0; i < 2000; i++) {
      List<Integer> tokens = draw(random, 1 + random.nextInt(8));
      List<SequenceBias.Entry> entries = new ArrayList<>();
      float[] scores = LOGITS.clone();
      for (int j = 0; j < 8; j++) {
        List<Integer> sequence = draw(random, 1 + random.nextInt(4));
        float bias = random.nextFloat();
        entries.add(new SequenceBias.Entry(sequence, bias));
        int before = sequence.size() - 1;
        if (before <= tokens.size()
            && tokens
                .subList(tokens.size() - before, tokens.size())
                .equals(sequence.subList(0, before))) {
          scores[sequence.getLast()] += bias;
        }
      }
      assertThat(apply(new SequenceBias(entries), LOGITS, tokens)).containsExactly(scores);
    }
  }

  /** A step that walked all of them took a second. */
  @Test
  void manySequencesCostAStepLittle() {
    List<SequenceBias.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 300_000; i++) {
      entries.add(new SequenceBias.Entry(List.of(3, i, 1, 2), 1));
    }
    SequenceBias bias = new SequenceBias(entries);
    long begin = System.nanoTime();
    for (int i = 0; i < 20_000; i++) {
      apply(bias, LOGITS, TOKENS);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void sequences() {
    List<List<Integer>> bad =
        List.of(List.of(0), List.of(1, 3), List.of(5, 1, 4), List.of(2, 2), List.of(5));
    assertKeeps(SequenceBias.forbid(bad, List.of(5)), 1, 2, 5);
    assertKeeps(SequenceBias.forbid(bad, List.of()), 1, 2);
    assertGives(
        new SequenceBias(
            List.of(
                new SequenceBias.Entry(List.of(0), 1.5f),
                new SequenceBias.Entry(List.of(1, 3), -2),
                new SequenceBias.Entry(List.of(2, 3), 9))),
        3.5,
        -1,
        0.5,
        1,
        -0.5,
        1);
    assertThat(
            apply(
                new SequenceBias(List.of(new SequenceBias.Entry(List.of(1, 2, 3), 9))),
                LOGITS,
                List.of(2)))
        .as("longer than the sequence")
        .containsExactly(LOGITS);
  }

  @Test
  void lengths() {
    assertKeeps(new MinimumLength(8, List.of(3, 5)), 0, 1, 2, 4);
    assertKeeps(new MinimumLength(7, List.of(3, 5)), 0, 1, 2, 3, 4, 5);
    assertGives(new ExponentialDecay(5, 1.5, List.of(1, 3)), 2, 0.25, 0.5, 6.75, -0.5, 1);
    assertKeeps(new ExponentialDecay(7, 1.5, List.of(1, 3)), 0, 1, 2, 3, 4, 5);
    float[] banned = {-Float.MAX_VALUE, 0, 5, NO};
    assertThat(apply(new ExponentialDecay(4, 2, List.of(0, 3)), banned, TOKENS))
        .as("infinite where Transformers computes it")
        .containsExactly(Float.MAX_VALUE, 0, 5, NO);
    assertThat(apply(new ExponentialDecay(1, 1e30, List.of(0, 1)), banned, TOKENS))
        .containsExactly(Float.MAX_VALUE, Float.MAX_VALUE, 5, NO);
  }

  @Test
  void forcedAndSuppressed() {
    assertGives(new ForcedTokens(7, List.of(2)), NO, NO, 0, NO, NO, NO);
    assertGives(new ForcedTokens(7, List.of(2, 4)), NO, NO, 0, NO, 0, NO);
    assertKeeps(new ForcedTokens(6, List.of(2)), 0, 1, 2, 3, 4, 5);
    assertKeeps(new SuppressedTokens(List.of(1, 3), null), 0, 2, 4, 5);
    assertKeeps(new SuppressedTokens(List.of(1, 3), 7), 0, 2, 4, 5);
    assertKeeps(new SuppressedTokens(List.of(1, 3), 8), 0, 1, 2, 3, 4, 5);
  }

  @Test
  void invalidScoresAndNormalisation() {
    float[] broken = {Float.NaN, Float.POSITIVE_INFINITY, NO, 1};
    assertThat(apply(new InvalidScores(), broken, TOKENS))
        .containsExactly(0, Float.MAX_VALUE, -Float.MAX_VALUE, 1);
    assertGives(
        new Normalisation(), -1.490916, -4.490916, -2.990916, -0.490916, -3.990916, -2.490916);
    assertThat(apply(new Normalisation(), LOGITS, TOKENS, true))
        .containsExactly(apply((tokens, scores) -> {}, LOGITS, TOKENS, true));
  }

  @Test
  void temperatureAndTopK() {
    assertGives(new Temperature(0.5), 4, -2, 1, 6, -1, 2);
    assertKeeps(new TopK(2), 0, 3);
    assertKeeps(new TopK(9), 0, 1, 2, 3, 4, 5);
    assertThat(apply(new TopK(2), new float[] {2, -1, 2, 3, -0.5f, 1}, TOKENS))
        .as("what equals the last one stays")
        .containsExactly(2, NO, 2, 3, NO, NO);
  }

  /** The probabilities are 0.2252, 0.0112, 0.0502, 0.6121, 0.0185 and 0.0828. */
  @Test
  void nucleus() {
    assertKeeps(new TopP(0, 1), 3);
    assertKeeps(new TopP(0.3, 1), 3);
    assertKeeps(new TopP(0.6, 1), 3);
    assertKeeps(new TopP(0.7, 1), 0, 3);
    assertKeeps(new TopP(0.9, 1), 0, 3, 5);
    assertKeeps(new TopP(0.3, 3), 0, 3, 5);
    assertKeeps(new TopP(0.3, 9), 0, 1, 2, 3, 4, 5);
  }

  @Test
  void cutoffs() {
    assertKeeps(new MinP(0.1, 1), 0, 3, 5);
    assertKeeps(new MinP(0.3, 1), 0, 3);
    assertKeeps(new MinP(1, 1), 3);
    assertKeeps(new MinP(0, 1), 0, 1, 2, 3, 4, 5);
    assertKeeps(new MinP(0.9, 3), 0, 3, 5);
    assertKeeps(new EpsilonCutoff(0.05, 1), 0, 2, 3, 5);
    assertKeeps(new EpsilonCutoff(0.2, 1), 0, 3);
    assertKeeps(new EpsilonCutoff(0.9, 1), 3);
    assertKeeps(new EtaCutoff(0.05, 1), 0, 2, 3, 5);
    assertKeeps(new EtaCutoff(0.3, 1), 0, 3);
  }

  /** Known answers of Transformers 5.24. */
  @Test
  void shareOfTheEntropy() {
    float[] scores = {2, 1, 0, 1.5f, -1, 1.2f, -3, 0.5f};
    assertThat(kept(0.4, scores)).containsExactly(0);
    assertThat(kept(0.7, scores)).containsExactly(0, 3, 5);
    assertThat(kept(0.95, scores)).containsExactly(0, 1, 2, 3, 5, 7);
    float[] banned = {3, 2.9f, NO, 2.8f, -5};
    assertThat(kept(0.05, banned)).containsExactly(0);
    assertThat(kept(0.95, banned)).containsExactly(0, 1);
    assertThat(kept(0.7, new float[] {9, 0, 0})).containsExactly(0, 1);
  }

  private static int[] kept(double share, float[] scores) {
    float[] processed = apply(new TopH(share), scores.clone(), TOKENS);
    return IntStream.range(0, processed.length).filter(i -> processed[i] != NO).toArray();
  }

  @Test
  void typical() {
    assertKeeps(new Typical(0.1, 1), 0);
    assertKeeps(new Typical(0.5, 1), 0, 3);
    assertKeeps(new Typical(0.9, 1), 0, 3, 5);
    assertKeeps(new Typical(0.1, 3), 0, 3, 5);
  }
}
