package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.decode.draft.DraftDecoder;
import dev.deed.decode.draft.DraftPrices;
import dev.deed.decode.draft.LearningDrafts;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.AnswerLanguage;
import dev.deed.decode.logits.AnswerState;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.Scores;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A language that throws while it judges a step ends its own search alone. */
final class FailingLanguageTest {
  /** Where it throws, at the fourth token. */
  enum Place {
    FORCED,
    ALLOWS,
    RESTRICT,
    AFTER
  }

  /** Allows every token until it fails. */
  private record Failing(Place place, Throwable thrown, int tokens) implements AnswerState {
    private void fail(Place here) {
      if (here == place && tokens == 3) {
        switch (thrown) {
          case RuntimeException unchecked -> throw unchecked;
          case Error error -> throw error;
          default -> throw new IllegalStateException(thrown);
        }
      }
    }

    @Override
    public int forced() {
      fail(Place.FORCED);
      return NOT_FORCED;
    }

    @Override
    public boolean allows(int token) {
      fail(Place.ALLOWS);
      return true;
    }

    @Override
    public void restrict(Scores scores) {
      fail(Place.RESTRICT);
    }

    @Override
    public AnswerState after(int token) {
      fail(Place.AFTER);
      return new Failing(place, thrown, tokens + 1);
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void whatItThrowsEndsItsOwnSearchAlone(Place place) {
    ExitModel model = ExitModel.open("t5-v1_1");
    List<LogitsProcessor> none = List.of();
    List<SearchStrategy> strategies =
        List.of(
            new SearchStrategy.Greedy(),
            new SearchStrategy.Sampling(2, 3, none),
            new SearchStrategy.Beam(3, 2, 1, SearchStrategy.EarlyStopping.WHEN_FULL, none, null),
            verified(null),
            verified(new DraftDecoder.Narrow(model.decoder().narrow(null))));
    try (ThreadPool pool = ThreadPool.of(2)) {
      EncoderOutput encoded = model.encode(0, pool);
      for (SearchStrategy strategy : strategies) {
        for (Throwable thrown :
            List.of(
                new StackOverflowError(),
                new OutOfMemoryError(),
                new IllegalStateException("a fault"),
                new InputException("language", "takes too long", "simplify it"))) {
          SearchRequest sound = request(model, encoded, strategy, none);
          SearchRequest failing =
              request(
                  model,
                  encoded,
                  strategy,
                  List.of(new AnswerLanguage(new Failing(place, thrown, 0), 1)));
          check(model, sound, failing, thrown, place, pool);
        }
      }
    }
  }

  private static SearchStrategy verified(@Nullable DraftDecoder drafter) {
    return new SearchStrategy.Verified(
        new SearchStrategy.Greedy(),
        new LearningDrafts(3, 0, List.of(), new DraftPrices(0.15, 0, 1), drafter));
  }

  private static void check(
      ExitModel model,
      SearchRequest sound,
      SearchRequest failing,
      Throwable thrown,
      Place place,
      ThreadPool pool) {
    SearchResult alone = new BatchSearch(model.decoder(), pool).run(List.of(sound)).getFirst();
    try (ArrayPool.Lease arrays = model.decoder().arrays().lease()) {
      ContinuousBatch batch = new ContinuousBatch(model.decoder(), arrays, pool);
      ContinuousBatch.Member first = batch.join(sound, arrays);
      ContinuousBatch.Member hostile = batch.join(failing, arrays);
      ContinuousBatch.Member second = batch.join(sound, arrays);
      while (!batch.isEmpty()) {
        batch.step();
      }
      assertThat(first.outcome().orThrow()).isEqualTo(alone);
      assertThat(second.outcome().orThrow()).isEqualTo(alone);
      if (place == Place.ALLOWS) {
        // Copied drafts alone ask it, and here are none.
        assertThat(hostile.outcome()).isInstanceOf(Result.Answered.class);
      } else if (thrown instanceof InputException refused) {
        assertThat(hostile.outcome()).isEqualTo(new Result.Refused<SearchResult>(refused));
      } else {
        assertThatThrownBy(hostile::outcome).isSameAs(thrown);
      }
    }
  }

  private static SearchRequest request(
      ExitModel model,
      EncoderOutput encoded,
      SearchStrategy strategy,
      List<LogitsProcessor> processors) {
    ExitRule rule =
        strategy instanceof SearchStrategy.Verified
            ? model.threshold(Confidence.MAX_PROB, 0.1)
            : model.full();
    return new SearchRequest(
        encoded,
        List.of(model.start()),
        new StoppingCriteria(Set.of(), 12),
        rule,
        processors,
        strategy,
        StepListener.none());
  }
}
