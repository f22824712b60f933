package dev.deed;

import dev.deed.decode.SearchRequest;

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

  SearchRequest request() {
    return request;
  }

  double preprocessMillis() {
    return preprocessMillis;
  }

  double encodeMillis() {
    return encodeMillis;
  }
}
