package dev.deed;

import dev.deed.decode.SearchRequest;
import dev.deed.decode.exit.ExitRule;

/**
 * An input that a model checked and encoded. That model can decode it, alone or with others, more
 * than once. Immutable, apart from the listener of its request.
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

  /**
   * {@return the same input with a lower limit of new tokens}
   *
   * @param most the limit, 1 or more; above the present limit it changes nothing
   * @throws InputException when it is below 1
   */
  public Prepared withMaxNewTokens(int most) {
    InputException.check(most >= 1, "new tokens", "are at most " + most, "give 1 or more");
    int fewer = Math.min(most, request.stopping().maxNewTokens());
    return new Prepared(request.withMaxNewTokens(fewer), preprocessMillis, encodeMillis);
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

  double preprocessMillis() {
    return preprocessMillis;
  }
}
