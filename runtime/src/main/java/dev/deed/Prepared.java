package dev.deed;

import dev.deed.decode.FoundSequence;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchResult;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.StepListener;
import dev.deed.decode.StepResult;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.processing.tokenizer.StopStrings;
import dev.deed.processing.tokenizer.StoppingStream;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.Timing;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An input that a model checked and encoded. That model can decode it, alone or with others, more
 * than once. For DEED's own modules; see {@link ModelInternals#prepare}. Immutable.
 *
 * @param request what is searched for, without a listener
 * @param text the text side of the answer
 * @param preprocessMillis the time that reading the input took; see {@link Timing}
 * @param encodeMillis the time that encoding took, in milliseconds
 * @hidden
 */
@SuppressWarnings("exports")
public record Prepared(
    SearchRequest request, Text text, double preprocessMillis, double encodeMillis) {
  /**
   * {@return the same input, searched in another way} Serves to measure: a rule may name layers
   * that are no exits of the model, and drafts may be of any making.
   *
   * @param change makes the other search out of its own
   */
  public Prepared with(UnaryOperator<SearchRequest> change) {
    return new Prepared(change.apply(request), text, preprocessMillis, encodeMillis);
  }

  /** What is decoded once; the receiver, if there is one, gets its tokens. */
  SearchRequest searchRequest(@Nullable TokenListener receiver) {
    return request.withListener(text.listener(receiver));
  }

  /** What a search found, as applications see it. */
  Generation generation(SearchResult found, double decodeMillis) {
    return text.generation(
        found, request.strategy(), new Timing(preprocessMillis, encodeMillis, decodeMillis));
  }

  /**
   * The text side of an answer.
   *
   * @param tokenizer null where the folder holds none; nothing stops the answer then
   * @param stop texts before which it ends
   * @param logProbabilities whether it tells them and its score
   * @param prefix what the answer follows, in the language that it is held to; never changed
   * @param ends tokens that may end it
   */
  record Text(
      @Nullable Tokenizer tokenizer,
      StopStrings stop,
      boolean logProbabilities,
      TokenSequence prefix,
      List<Integer> ends) {
    /**
     * The text side of the answer to a request.
     *
     * @throws InputException when it has stop strings that nothing can be found with
     */
    static Text of(
        Request request,
        @Nullable Tokenizer tokenizer,
        SearchStrategy strategy,
        TokenSequence prefix,
        List<Integer> ends) {
      StopStrings stop = StopStrings.of(request.options().stop());
      InputException.requireField(
          stop.isEmpty() || tokenizer != null,
          "stop",
          "needs a tokenizer, which the model's folder does not hold",
          "leave it out");
      InputException.requireField(
          stop.isEmpty() || !strategy.ranks(),
          "stop",
          "goes with one sequence alone, not with beams or several answers",
          "leave it out, or ask for one answer without beams");
      return new Text(tokenizer, stop, request.options().logProbabilities(), prefix, ends);
    }

    Token token(int index, StepResult step) {
      return Token.of(index, step, tokenizer, logProbabilities);
    }

    /** What one search tells its steps to: the listener gets each token, with its text. */
    StepListener listener(@Nullable TokenListener receiver) {
      if (receiver == null && stop.isEmpty()) {
        return StepListener.none();
      }
      StoppingStream stream = stream();
      return new StepListener() {
        @Override
        public boolean token(int index, StepResult step) {
          String piece = stream == null ? "" : stream.append(step.token());
          boolean wanted = receiver == null || receiver.token(Text.this.token(index, step), piece);
          return wanted && (stream == null || !stream.stopped());
        }

        @Override
        public void end() {
          String rest = stream == null ? "" : stream.finish();
          if (receiver != null) {
            receiver.end(rest);
          }
        }
      };
    }

    /** The text of one answer, token by token; null where the folder holds no tokenizer. */
    @Nullable StoppingStream stream() {
      return tokenizer == null ? null : stop.stream(tokenizer);
    }

    /**
     * What a search found, as applications see it. Where a stop string ends the answer, it is the
     * same whether the search stopped there or went on.
     */
    Generation generation(SearchResult found, SearchStrategy strategy, Timing timing) {
      FoundSequence best = found.sequences().getFirst();
      StopStrings.Cut cut = tokenizer == null ? null : stop.cut(ids(best), tokenizer);
      FoundSequence kept = cut == null ? best : best.first(cut.tokens());
      return new Generation(
          cut == null
              ? found.sequences().stream().map(this::sequence).toList()
              : List.of(
                  new GeneratedSequence(
                      cut.text(),
                      tokens(kept),
                      Finish.STOP,
                      score(kept),
                      kept.dropped(),
                      kept.forced(),
                      false)),
          strategy.ranks(),
          logProbabilities,
          cut == null ? found.effort() : kept.effort(),
          strategy instanceof SearchStrategy.Verified ? found.drafts() : null,
          timing);
    }

    private GeneratedSequence sequence(FoundSequence found) {
      return new GeneratedSequence(
          tokenizer == null ? null : tokenizer.answer(ids(found)),
          tokens(found),
          found.finish(),
          score(found),
          found.dropped(),
          found.forced(),
          found.finish() == Finish.LENGTH && isBeginning(found));
    }

    /** Whether more must follow before the answer may end, by the language that it is held to. */
    private boolean isBeginning(FoundSequence found) {
      TokenSequence answer = prefix.fork();
      IntStream.of(ids(found)).forEach(answer::append);
      try {
        return !ends.isEmpty() && ends.stream().noneMatch(answer::allows);
      } catch (InputException e) {
        // Nobody can tell what may follow, so nobody can take it for whole.
        return true;
      }
    }

    private double score(FoundSequence found) {
      return logProbabilities ? found.score() : Double.NaN;
    }

    private List<Token> tokens(FoundSequence found) {
      List<StepResult> steps = found.steps();
      return IntStream.range(0, steps.size()).mapToObj(i -> token(i, steps.get(i))).toList();
    }

    private static int[] ids(FoundSequence found) {
      return found.steps().stream().mapToInt(StepResult::token).toArray();
    }
  }
}
