package dev.deed.model;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.ThreadPool;

/** What positions add to the scores of a decoder layer's self-attention. Thread-safe. */
@FunctionalInterface
interface SelfBias {
  /** The bias of query rows at positions {@code first…length−1} over keys 0…length−1. */
  AttentionBias forRows(int first, int length, ThreadPool pool);
}
