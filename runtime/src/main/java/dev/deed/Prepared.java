package dev.deed;

import dev.deed.decode.SearchRequest;
import dev.deed.decode.exit.ExitRule;

/**
 * An input that was checked against a model and encoded, ready to be decoded by that model, alone
 * or beside others. Immutable; can be decoded more than once.
 */
public final class Prepared {
  private final SearchRequest request;
  private final double preprocessMillis;
  private final double encodeMillis;

  Prepared(SearchRequest request, double preprocessMillis, double encodeMillis) {
    this.request = request;
    this.preprocessMillis = preprocessMillis;
    this.encodeMillis = encodeMillis;
  }

  /** The same input with another rule about exits; see {@link ModelInternals#withRule}. */
  Prepared withRule(ExitRule rule) {
    return new Prepared(request.withRule(rule), preprocessMillis, encodeMillis);
  }

  /** The same input with at most so many new tokens, 1 or more, and no more than before. */
  public Prepared withMaxNewTokens(int most) {
    int fewer = Math.min(most, request.stopping().maxNewTokens());
    return new Prepared(request.withMaxNewTokens(fewer), preprocessMillis, encodeMillis);
  }

  /** Positions of the encoder output that the decoder sees. */
  public int sourceLength() {
    return request.encoded().visible();
  }

  /** What encoding took. */
  public double encodeMillis() {
    return encodeMillis;
  }

  SearchRequest request() {
    return request;
  }

  double preprocessMillis() {
    return preprocessMillis;
  }
}
