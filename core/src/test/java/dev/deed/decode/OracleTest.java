package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.checkpoint.Tensor;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.EncoderPass;
import dev.deed.tensor.CacheContents;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.WeightPrecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The oracle: what just-in-time fill leaves behind has the bits of teacher-forcing the same tokens
 * at full depth, whatever the exits, the batch, the number of threads and the order of the fills.
 */
final class OracleTest {
  static final List<String> FAMILIES = ExitGolden.FAMILIES;
  static final List<String> MODELS =
      Stream.concat(FAMILIES.stream(), Stream.of("ofa", "t5gemma", "t5gemma2", "tableformer"))
          .toList();

  private static final int PATTERNS = 12;
  private static final int STEPS = 14;
  private static final int BATCH = 3;

  @ParameterizedTest
  @FieldSource("MODELS")
  void randomExitPatternsLeaveTheCacheOfFullDepth(String name) {
    for (WeightPrecision precision : WeightPrecision.values()) {
      randomExitPatternsLeaveTheCacheOfFullDepth(ExitModel.open(name, precision));
    }
  }

  private static void randomExitPatternsLeaveTheCacheOfFullDepth(ExitModel model) {
    try (ThreadPool one = ThreadPool.of(1)) {
      for (int pattern = 0; pattern < PATTERNS; pattern++) {
        Random random = new Random(pattern);
        try (ThreadPool pool = ThreadPool.of(1 + pattern % 3)) {
          checkPattern(model, random, pool, one);
        }
      }
    }
  }

  /**
   * A batch of sequences that all leave at random layers, against each of them alone at full depth.
   */
  private static void checkPattern(
      ExitModel model, Random random, ThreadPool pool, ThreadPool one) {
    int start = model.start();
    List<DecoderState> states = new ArrayList<>();
    List<List<Integer>> fed = new ArrayList<>();
    List<EncoderOutput> encoded = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      encoded.add(model.encode(i, pool));
      states.add(new DecoderState(model.decoder(), encoded.get(i), 1000, float[]::new));
      states.get(i).append(start);
      fed.add(new ArrayList<>(List.of(start)));
    }
    FillLimits limits = new FillLimits(1 + random.nextInt(5));
    WholeSteps step = new WholeSteps(model.decoder(), pool, limits);
    List<PlainStep> last = List.of();
    for (int s = 0; s < STEPS; s++) {
      boolean deep = s == STEPS - 1;
      List<ExitRule> rules = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        rules.add(deep ? model.full() : ExitRule.atLayer(randomLayer(model, random)));
      }
      last = run(step, states, rules);
      for (int i = 0; i < BATCH && !deep; i++) {
        // Any token will do: the features depend on what is fed, not on who chose it.
        int token = random.nextInt(model.decoder().vocabulary());
        if (random.nextInt(4) == 0) {
          draftAndForget(model, states.get(i), random, step);
        }
        states.get(i).append(token);
        fed.get(i).add(token);
      }
    }
    for (int i = 0; i < BATCH; i++) {
      DecoderState alone =
          new DecoderState(model.decoder(), model.encode(i, one), 1000, float[]::new);
      fed.get(i).forEach(alone::append);
      PlainStep expected =
          run(new WholeSteps(model.decoder(), one), List.of(alone), List.of(model.full()))
              .getFirst();
      assertThat(last.get(i).next().candidates()).isEqualTo(expected.next().candidates());
      assertThat(encoded.get(i).hidden()).isEqualTo(model.encode(i, one).hidden());
      for (int layer = 1; layer <= model.decoder().layerCount(); layer++) {
        assertThat(bits(states.get(i).selfCache(layer)))
            .as("sequence %d, layer %d", i, layer)
            .isEqualTo(bits(alone.selfCache(layer)));
      }
    }
  }

  /** Decodes tokens and forgets them; what they filled in before them stays. */
  private static void draftAndForget(
      ExitModel model, DecoderState state, Random random, WholeSteps step) {
    int kept = state.positions();
    DecoderState drafting = random.nextInt(3) == 0 ? state.fork() : state;
    for (int drafts = 1 + random.nextInt(4); drafts > 0; drafts--) {
      drafting.append(random.nextInt(model.decoder().vocabulary()));
      run(step, List.of(drafting), List.of(ExitRule.atLayer(randomLayer(model, random))));
    }
    drafting.truncate(kept);
    assertThat(drafting.positions()).isEqualTo(kept);
  }

  /**
   * Inputs of different lengths, padded ones too, beside each other and on their own; layers in
   * blocks of few rows and in one piece.
   */
  @ParameterizedTest
  @FieldSource("MODELS")
  void encodingTogetherGivesTheBitsOfEncodingAlone(String name) {
    for (WeightPrecision precision : WeightPrecision.values()) {
      ExitModel model = ExitModel.open(name, precision);
      try (ThreadPool one = ThreadPool.of(1);
          ThreadPool three = ThreadPool.of(3)) {
        for (ThreadPool pool : List.of(one, three)) {
          for (int block : List.of(Encoder.MOST_BLOCK, 1, 2, 5)) {
            List<EncoderOutput> together = together(model, block, pool);
            for (int i = 0; i < together.size(); i++) {
              assertThat(together.get(i).hidden()).isEqualTo(model.encode(i, one).hidden());
            }
          }
        }
      }
    }
  }

  private static List<EncoderOutput> together(ExitModel model, int block, ThreadPool pool) {
    try (EncoderPass pass = model.encoder().begin(model.inputs(), Encoder.MOST_ROWS)) {
      while (pass.advance(block, pool)) {}
      return IntStream.range(0, model.inputs().size())
          .mapToObj(i -> model.encoder().output(pass, i, pool))
          .toList();
    }
  }

  /** Keys and values of the reference at full depth, within its tolerance. */
  @ParameterizedTest
  @FieldSource("FAMILIES")
  void cacheOfTheReference(String family) {
    try (ExitGolden golden = ExitGolden.open(family);
        ThreadPool pool = ThreadPool.of(1)) {
      JsonNode forced = golden.cases().path("kv");
      DecoderState state =
          new DecoderState(
              golden.decoder(),
              golden.encode(forced.path("input").asInt(), pool),
              1000,
              float[]::new);
      ExitGolden.ints(forced.path("prefix")).forEach(state::append);
      run(
          new WholeSteps(golden.decoder(), pool),
          List.of(state),
          List.of(ExitRule.full(golden.decoder().layerCount())));
      for (int layer = 1; layer <= golden.decoder().layerCount(); layer++) {
        KeyValueCache cache = state.selfCache(layer);
        float[] row = new float[cache.width()];
        for (String part : List.of("key", "value")) {
          Tensor tensor =
              Objects.requireNonNull(golden.expected().tensors().get("kv." + layer + "." + part));
          float[] expected = tensor.toFloats();
          float largest = 1;
          for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
          }
          for (int position = 0; position < cache.length(); position++) {
            if (part.equals("key")) {
              CacheContents.copyKey(cache, position, row, 0);
            } else {
              CacheContents.copyValue(cache, position, row, 0);
            }
            for (int k = 0; k < row.length; k++) {
              assertThat(row[k])
                  .isCloseTo(expected[position * row.length + k], within(1e-4f * largest));
            }
          }
        }
      }
    }
  }

  private static List<PlainStep> run(
      WholeSteps step, List<DecoderState> states, List<ExitRule> rules) {
    List<PlainStep> steps = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      steps.add(
          WholeSteps.of(
              states.get(i),
              rules.get(i),
              new Scoring(new TokenSequence(List.of()), List.of(), false),
              new ChainSearch.MostProbable()));
    }
    step.run(steps);
    return steps;
  }

  private static int randomLayer(ExitModel model, Random random) {
    // Mostly shallow, so that fills pile up before a deep step comes.
    return random.nextInt(3) == 0 ? 1 + random.nextInt(model.decoder().layerCount()) : 1;
  }

  private static float[] bits(KeyValueCache cache) {
    int width = cache.width();
    float[] all = new float[2 * width * cache.length()];
    for (int position = 0; position < cache.length(); position++) {
      CacheContents.copyKey(cache, position, all, 2 * width * position);
      CacheContents.copyValue(cache, position, all, 2 * width * position + width);
    }
    return all;
  }
}
