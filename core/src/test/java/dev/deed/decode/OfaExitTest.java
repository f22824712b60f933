package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.ThreadPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * OFA with exits: every step of a search equals the step that runs its layers over the whole prefix
 * anew.
 */
final class OfaExitTest {
  private static final ExitModel MODEL = ExitModel.ofa();
  private static final int TOKENS = 40;

  @Test
  void greedyStepsEqualWholePrefixes() {
    assertThat(check(0.95, new SearchStrategy.Greedy())).hasSizeGreaterThan(3);
  }

  @Test
  void beamsEqualWholePrefixes() {
    SearchStrategy beams =
        new SearchStrategy.Beam(
            3, 3, 1, SearchStrategy.EarlyStopping.WHEN_UNLIKELY, List.of(), null);
    Set<Integer> layers = new TreeSet<>(check(0.5, beams));
    layers.addAll(check(0.9, beams));
    assertThat(layers).hasSizeGreaterThan(3);
  }

  /** The layers that emitted. */
  private static Set<Integer> check(double threshold, SearchStrategy strategy) {
    ExitRule rule = MODEL.threshold(Confidence.MAX_PROB, threshold);
    try (ThreadPool pool = ThreadPool.of(2)) {
      List<SearchRequest> requests =
          IntStream.range(0, MODEL.inputs().size())
              .mapToObj(input -> request(input, rule, strategy, pool))
              .toList();
      List<StepResult> all = new ArrayList<>();
      List<SearchResult> results = new BatchSearch(MODEL.decoder(), pool).run(requests);
      for (int i = 0; i < results.size(); i++) {
        EncoderOutput encoded = MODEL.encode(i, pool);
        for (FoundSequence sequence : results.get(i).sequences()) {
          checkSteps(encoded, sequence.steps(), rule, pool);
          double sum = sequence.steps().stream().mapToDouble(StepResult::logProbability).sum();
          assertThat(sequence.score()).isCloseTo(sum / sequence.steps().size(), within(1e-5));
          all.addAll(sequence.steps());
        }
      }
      return all.stream().map(step -> step.exit().layer()).collect(Collectors.toSet());
    }
  }

  private static SearchRequest request(
      int input, ExitRule rule, SearchStrategy strategy, ThreadPool pool) {
    return new SearchRequest(
        MODEL.encode(input, pool),
        List.of(MODEL.start()),
        new StoppingCriteria(Set.of(2), TOKENS),
        rule,
        List.of(),
        strategy,
        StepListener.none());
  }

  private static void checkSteps(
      EncoderOutput encoded, List<StepResult> steps, ExitRule rule, ThreadPool pool) {
    WholeSteps anew = new WholeSteps(MODEL.decoder(), pool);
    List<Integer> fed = new ArrayList<>(List.of(MODEL.start()));
    for (StepResult step : steps) {
      DecoderState state = new DecoderState(MODEL.decoder(), encoded, 1000, float[]::new);
      fed.forEach(state::append);
      Scoring scoring = new Scoring(new TokenSequence(fed), List.of(), false);
      PlainStep found = anew.run(WholeSteps.of(state, rule, scoring, OfaExitTest::everyToken));
      StepResult emitted = found.emit(found.next().candidates().get(step.token()));
      assertThat(emitted.exit().layer()).isEqualTo(step.exit().layer());
      assertThat(emitted.exit().confidence()).isEqualTo(step.exit().confidence());
      assertThat(emitted.exit().consulted()).isEqualTo(step.exit().consulted());
      assertThat(emitted.logProbability()).isEqualTo(step.logProbability());
      fed.add(step.token());
    }
  }

  private static List<TokenChooser.Candidate> everyToken(TokenSequence tokens, Scores scores) {
    return IntStream.range(0, scores.size())
        .mapToObj(
            token ->
                new TokenChooser.Candidate(
                    token, scores.get(token), scores.get(token), scores.logProbability(token)))
        .toList();
  }
}
