package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.RandomCases;
import dev.deed.decode.draft.DraftDecoder;
import dev.deed.decode.draft.DraftPrices;
import dev.deed.decode.draft.LearningDrafts;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.ThreadPool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Searches that join, rest and leave at random find what they find alone, bit for bit. */
final class ContinuousBatchTest {
  static final List<String> MODELS = OracleTest.MODELS;

  private static final int CASES = 6;
  private static final int SEARCHES = 14;

  @ParameterizedTest
  @FieldSource("MODELS")
  void whoeverComesAndGoesAnswersStayTheSame(String name) {
    ExitModel model = ExitModel.open(name);
    try (ThreadPool one = ThreadPool.of(1);
        ThreadPool three = ThreadPool.of(3)) {
      List<EncoderOutput> encoded =
          IntStream.range(0, model.inputs().size()).mapToObj(i -> model.encode(i, one)).toList();
      Drafters drafters = Drafters.of(model, one);
      RandomCases.run(
          CASES,
          random ->
              check(model, encoded, drafters, random, random.nextBoolean() ? one : three, one));
    }
  }

  private record InFlight(SearchRequest request, ArrayPool.Lease lease) {}

  /** Requests arrive a few at a time; some are taken out again, the others end. */
  private static void check(
      ExitModel model,
      List<EncoderOutput> encoded,
      Drafters drafters,
      Random random,
      ThreadPool pool,
      ThreadPool alone) {
    ArrayPool floats = model.decoder().arrays();
    Map<ContinuousBatch.Member, InFlight> inFlight = new LinkedHashMap<>();
    try (ArrayPool.Lease blocks = floats.lease()) {
      FillLimits limits =
          random.nextBoolean() ? FillLimits.DEFAULT : new FillLimits(1 + random.nextInt(5));
      ContinuousBatch batch = new ContinuousBatch(model.decoder(), blocks, pool, limits);
      int arrived = 0;
      while (arrived < SEARCHES || !batch.isEmpty()) {
        for (int i = random.nextInt(3); i > 0 && arrived < SEARCHES; i--, arrived++) {
          SearchRequest request = request(model, encoded, random, drafters);
          ArrayPool.Lease lease = floats.lease();
          inFlight.put(batch.join(request, lease), new InFlight(request, lease));
        }
        if (random.nextInt(8) == 0 && !inFlight.isEmpty()) {
          ContinuousBatch.Member cancelled = inFlight.keySet().iterator().next();
          int before = batch.rows();
          batch.leave(cancelled);
          assertThat(batch.rows()).isLessThan(before);
          Objects.requireNonNull(inFlight.remove(cancelled)).lease.close();
        }
        List<ContinuousBatch.Member> taking =
            inFlight.keySet().stream().filter(_ -> random.nextInt(3) > 0).toList();
        for (ContinuousBatch.Member ended : batch.step(taking)) {
          assertThat(taking).contains(ended);
          SearchResult found = ended.outcome().orThrow();
          InFlight known = Objects.requireNonNull(inFlight.remove(ended));
          known.lease.close();
          SearchResult expected =
              new BatchSearch(model.decoder(), alone, limits)
                  .run(List.of(known.request))
                  .getFirst();
          assertThat(found).isEqualTo(expected);
        }
      }
      assertThat(inFlight).isEmpty();
      assertThat(batch.rows()).isZero();
    }
  }

  private static List<Integer> prefix(ExitModel model, Random random) {
    int more = random.nextInt(3) == 0 ? random.nextInt(12) : 0;
    return IntStream.concat(
            IntStream.of(model.start()), random.ints(more, 4, model.decoder().vocabulary()))
        .boxed()
        .toList();
  }

  private static SearchRequest request(
      ExitModel model, List<EncoderOutput> encoded, Random random, Drafters drafters) {
    DraftDecoder drafter = drafters.any(random);
    List<LogitsProcessor> none = List.of();
    SearchStrategy strategy =
        switch (random.nextInt(5)) {
          case 4 ->
              new SearchStrategy.Verified(
                  random.nextBoolean()
                      ? new SearchStrategy.Greedy()
                      : new SearchStrategy.Sampling(2, random.nextLong(), none),
                  new LearningDrafts(
                      random.nextInt(5), 0, List.of(), new DraftPrices(0.15, 0, 1), drafter));
          case 0 -> new SearchStrategy.Sampling(1 + random.nextInt(3), random.nextLong(), none);
          case 1 ->
              new SearchStrategy.Beam(
                  2 + random.nextInt(2), 2, 1, SearchStrategy.EarlyStopping.WHEN_FULL, none, null);
          default -> new SearchStrategy.Greedy();
        };
    ExitRule rule =
        switch (random.nextInt(3)) {
          case 0 -> model.full();
          case 1 -> ExitRule.atLayer(1 + random.nextInt(model.decoder().layerCount()));
          default -> model.threshold(Confidence.MAX_PROB, random.nextDouble() / 2);
        };
    return new SearchRequest(
        drafters.source(encoded.get(random.nextInt(encoded.size())), drafter),
        prefix(model, random),
        new StoppingCriteria(Set.of(1, 2, 3), 1 + random.nextInt(16)),
        rule,
        none,
        strategy,
        StepListener.none());
  }
}
