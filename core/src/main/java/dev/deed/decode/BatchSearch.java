package dev.deed.decode;

import dev.deed.model.Decoder;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.Result;
import java.util.List;

/** Decodes a batch from its first step to its last: a {@link ContinuousBatch} that nobody joins. */
public final class BatchSearch {
  private final Decoder decoder;
  private final ThreadPool pool;
  private final FillLimits limits;

  public BatchSearch(Decoder decoder, ThreadPool pool) {
    this(decoder, pool, FillLimits.DEFAULT);
  }

  BatchSearch(Decoder decoder, ThreadPool pool, FillLimits limits) {
    this.decoder = decoder;
    this.pool = pool;
    this.limits = limits;
  }

  /**
   * Decodes the inputs of a batch; answers in the same order.
   *
   * @throws dev.deed.value.InputException when the scores of one of them are no numbers
   */
  public List<SearchResult> run(List<SearchRequest> requests) {
    return outcomes(requests).stream().map(Result::orThrow).toList();
  }

  /** Decodes the inputs of a batch; an input that fails leaves it, and the others go on. */
  public List<Result<SearchResult>> outcomes(List<SearchRequest> requests) {
    // What is found refers to none of the arrays.
    try (ArrayPool.Lease arrays = decoder.arrays().lease()) {
      ContinuousBatch batch = new ContinuousBatch(decoder, arrays, pool, limits);
      List<ContinuousBatch.Member> members =
          requests.stream().map(request -> batch.join(request, arrays)).toList();
      while (!batch.isEmpty()) {
        batch.step();
      }
      return members.stream().map(ContinuousBatch.Member::outcome).toList();
    }
  }
}
