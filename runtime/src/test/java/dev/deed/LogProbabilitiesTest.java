package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.OpenOptions.Screening;
import dev.deed.value.ExitSettings;
import dev.deed.value.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers whose log-probabilities nobody reads: the same tokens, from a screened head. */
final class LogProbabilitiesTest {
  private static final List<String> EXITS =
      List.of(
          "full",
          "static:1",
          "max_prob:0.01",
          "max_prob:0.01@lossless,drafts=3",
          "full@lossless,drafts=4,draft_precision=int8");

  @TempDir Path folder = Path.of("");

  private static GenerationOptions options(String exits) {
    return GenerationOptions.defaults()
        .withMaxNewTokens(16)
        .withExits(ExitSettings.parse(exits))
        .withSetting("bad_words_ids", List.of(List.of(7), List.of(8, 9)))
        .withSetting("forced_eos_token_id", 1);
  }

  private static Input input(int number) {
    return Input.ofTokenIds(5 + number, 60, 7, 80 + 9 * number, 9);
  }

  /** Greedy ones, which the copy answers, and others. */
  private static List<Request> requests(boolean told) {
    List<Request> requests = new ArrayList<>();
    for (String exits : EXITS) {
      for (int i = 0; i < 3; i++) {
        requests.add(new Request(input(i), options(exits).withLogProbabilities(told)));
      }
      GenerationOptions sampled = options(exits).withSampling(true).withSeed(4);
      requests.add(new Request(input(3), sampled.withLogProbabilities(told)));
      GenerationOptions penalty = options(exits).withRepetitionPenalty(1.3);
      requests.add(new Request(input(4), penalty.withLogProbabilities(told)));
    }
    GenerationOptions several = options("full").withBeams(2).withReturnedSequences(2);
    requests.add(new Request(input(0), several.withLogProbabilities(told)));
    requests.add(
        new Request(input(1), options("full").withAlternatives(2).withLogProbabilities(told)));
    return requests;
  }

  private static List<Generation> answers(EncoderDecoderModel model, boolean told) {
    return model.generate(requests(told)).stream().map(Result::orThrow).toList();
  }

  private static List<List<Object>> told(List<Generation> answers) {
    return answers.stream()
        .map(
            answer ->
                List.<Object>of(
                    answer.tokenIds(),
                    answer.exitLayers(),
                    answer.finish(),
                    answer.drafted(),
                    answer.accepted(),
                    answer.tokens().stream().map(Token::alternatives).toList()))
        .toList();
  }

  private static void assertUntold(Generation answer) {
    assertThat(answer.hasLogProbabilities()).isFalse();
    assertThat(answer.logProbabilities()).containsOnly(Double.NaN);
    answer.sequences().forEach(sequence -> assertThat(sequence.score()).isNaN());
    assertThat(answer.confidences()).allMatch(confidence -> confidence >= 0 && confidence <= 1);
  }

  @Test
  void tokensAreTheSameInBatchesAndInFlight() throws Exception {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(LargeHead.in(folder), 2);
        Engine engine = model.engine(EngineOptions.defaults().withMaxRows(16).withKnee(4))) {
      List<Generation> whole = answers(model, true);
      assertThat(whole).allMatch(Generation::hasLogProbabilities);
      List<Generation> screened = answers(model, false);
      assertThat(told(screened)).isEqualTo(told(whole));
      screened.forEach(LogProbabilitiesTest::assertUntold);
      // The copy's estimates, and the head's own figures where samples and penalties read it all.
      for (int exits = 0; exits < EXITS.size(); exits++) {
        int first = 5 * exits;
        // Most tokens of the fourth are drafts, whose exits a copy answered before.
        if (exits != 3) {
          assertThat(screened.get(first).confidences())
              .isNotEqualTo(whole.get(first).confidences());
        }
        for (int i = first + 3; i < first + 5; i++) {
          assertThat(screened.get(i).confidences()).isEqualTo(whole.get(i).confidences());
        }
      }
      assertThat(screened.getLast().confidences()).isEqualTo(whole.getLast().confidences());
      List<Ticket> tickets = new ArrayList<>();
      for (Request request : requests(false)) {
        tickets.add(engine.submit(request));
      }
      List<Generation> inFlight = new ArrayList<>();
      for (Ticket ticket : tickets) {
        inFlight.add(ticket.result().get().orThrow());
      }
      assertThat(told(inFlight)).isEqualTo(told(whole));
      for (int i = 0; i < inFlight.size(); i++) {
        assertThat(inFlight.get(i).sequences()).isEqualTo(screened.get(i).sequences());
      }
      // Whoever reads them gets the head's own, whoever beside does not.
      assertThat(answers(model, true).stream().map(Generation::logProbabilities).toList())
          .isEqualTo(whole.stream().map(Generation::logProbabilities).toList());
    }
  }

  @Test
  void nothingIsScreenedWhereTheModelForbidsIt() throws IOException {
    OpenOptions closed = OpenOptions.defaults().withThreads(1).withScreening(Screening.OFF);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(LargeHead.in(folder), closed)) {
      List<Generation> answers = answers(model, false);
      assertThat(answers.stream().map(Generation::confidences).toList())
          .isEqualTo(answers(model, true).stream().map(Generation::confidences).toList());
      answers.forEach(LogProbabilitiesTest::assertUntold);
    }
  }

  @Test
  void theSettingIsPartOfTheOptions() {
    GenerationOptions options = GenerationOptions.defaults();
    assertThat(options.logProbabilities()).isTrue();
    assertThat(options.withLogProbabilities(false))
        .isNotEqualTo(options)
        .hasToString(options + " without log-probabilities")
        .isEqualTo(options.withLogProbabilities(false));
    assertThat(options.withLogProbabilities(false).withMaxNewTokens(3).withAlternatives(1))
        .matches(other -> !other.logProbabilities());
  }
}
