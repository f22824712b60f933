package dev.deed;

import dev.deed.decode.Effort;
import dev.deed.decode.FoundSequence;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchResult;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.StepListener;
import dev.deed.decode.StepResult;
import dev.deed.decode.exit.ExitRule;
import dev.deed.processing.tokenizer.StopStrings;
import dev.deed.processing.tokenizer.StoppingStream;
import dev.deed.processing.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An input that a model checked and encoded. That model can decode it, alone or with others, more
 * than once. Immutable, apart from the listener of its request.
 */
public final class Prepared {
  private final SearchRequest request;
  private final Text text;
  private final double preprocessMillis;
  private final double encodeMillis;

  /**
   * @param request whose own listener hears nothing: see {@link #searchRequest}
   */
  Prepared(SearchRequest request, Text text, double preprocessMillis, double encodeMillis) {
    this.request = request;
    this.text = text;
    this.preprocessMillis = preprocessMillis;
    this.encodeMillis = encodeMillis;
  }

  /** The same input with another rule about exits; see {@link ModelInternals#withRule}. */
  Prepared withRule(ExitRule rule) {
    return new Prepared(request.withRule(rule), text, preprocessMillis, encodeMillis);
  }

  /**
   * {@return the same input with a lower limit of new tokens}
   *
   * @param most the limit, 1 or more; above the present limit it changes nothing
   * @throws InputException when it is below 1
   */
  public Prepared withMaxNewTokens(int most) {
    InputException.check(most >= 1, "new tokens", "are at most " + most, "give 1 or more");
    int fewer = Math.min(most, request.stopping().maxNewTokens());
    return new Prepared(request.withMaxNewTokens(fewer), text, preprocessMillis, encodeMillis);
  }

  /** {@return the number of positions of the encoder output that the decoder sees} */
  public int sourceLength() {
    return request.encoded().visible();
  }

  /** {@return the time that encoding took, in milliseconds; see {@link Timing}} */
  public double encodeMillis() {
    return encodeMillis;
  }

  SearchRequest request() {
    return request;
  }

  /** What is decoded once: its listener belongs to that search. */
  SearchRequest searchRequest() {
    return request.withListener(text.listener());
  }

  /**
   * What a search found, as applications see it. Where a stop string ends the answer, it is the
   * same whether the search stopped there or went on.
   */
  Generation generation(SearchResult found, double decodeMillis) {
    SearchResult kept = found;
    String cut = null;
    if (!text.stop().isEmpty()) {
      FoundSequence only = found.sequences().getFirst();
      StopStrings.Cut end = text.stop().cut(ids(only), Objects.requireNonNull(text.tokenizer()));
      if (end != null) {
        FoundSequence first = only.first(end.tokens());
        kept = new SearchResult(List.of(first), Effort.of(first.steps()));
        cut = end.text();
      }
    }
    String stopped = cut;
    return new Generation(
        kept.sequences().stream().map(sequence -> sequence(sequence, stopped)).toList(),
        request.strategy().ranks(),
        kept.effort().layersRun(),
        kept.effort().layersPossible(),
        kept.effort().layerPasses(),
        kept.effort().headLookups(),
        new Timing(preprocessMillis, encodeMillis, decodeMillis));
  }

  private GeneratedSequence sequence(FoundSequence found, @Nullable String stopped) {
    Tokenizer tokenizer = text.tokenizer();
    List<Token> tokens = new ArrayList<>();
    for (StepResult step : found.steps()) {
      tokens.add(Token.of(tokens.size(), step, tokenizer));
    }
    if (stopped != null) {
      return new GeneratedSequence(stopped, tokens, Finish.STOP, found.score());
    }
    Finish finish =
        switch (found.end()) {
          case EOS -> Finish.EOS;
          case LENGTH -> Finish.LENGTH;
          case CANCELLED -> Finish.CANCELLED;
        };
    return new GeneratedSequence(
        tokenizer == null ? null : tokenizer.decode(ids(found), true),
        tokens,
        finish,
        found.score());
  }

  private static int[] ids(FoundSequence found) {
    return found.steps().stream().mapToInt(StepResult::token).toArray();
  }

  /**
   * The text side of an answer.
   *
   * @param tokenizer null where the folder holds none; nothing stops the answer then
   * @param stop texts before which it ends
   * @param heard hears of the tokens; null for nobody
   */
  record Text(@Nullable Tokenizer tokenizer, StopStrings stop, @Nullable TokenListener heard) {
    Text(@Nullable Tokenizer tokenizer, StopStrings stop, @Nullable TokenListener heard) {
      this.tokenizer = tokenizer;
      this.stop = stop;
      this.heard = heard;
    }

    /**
     * The text side of the answer to a request.
     *
     * @throws InputException when it has stop strings that nothing can be found with
     */
    static Text of(Request request, @Nullable Tokenizer tokenizer, SearchStrategy strategy) {
      StopStrings stop = StopStrings.of(request.options().stop());
      InputException.check(
          stop.isEmpty() || tokenizer != null,
          "stop",
          "needs a tokenizer, which the model's folder does not hold",
          "leave it out");
      InputException.check(
          stop.isEmpty() || !strategy.ranks(),
          "stop",
          "goes with one sequence alone, not with beams or several answers",
          "leave it out, or ask for one answer without beams");
      return new Text(tokenizer, stop, request.isHeard() ? request.listener() : null);
    }

    /** What one search tells its steps to: the listener hears of each token, with its text. */
    StepListener listener() {
      if (heard == null && stop.isEmpty()) {
        return StepListener.none();
      }
      StoppingStream stream = tokenizer == null ? null : stop.stream(tokenizer);
      return new StepListener() {
        @Override
        public boolean token(int index, StepResult step) {
          String piece = stream == null ? "" : stream.append(step.token());
          boolean wanted = heard == null || heard.token(Token.of(index, step, tokenizer), piece);
          return wanted && (stream == null || !stream.stopped());
        }

        @Override
        public void end() {
          String rest = stream == null ? "" : stream.finish();
          if (heard != null) {
            heard.end(rest);
          }
        }
      };
    }
  }
}
