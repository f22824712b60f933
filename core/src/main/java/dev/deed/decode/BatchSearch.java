package dev.deed.decode;

import dev.deed.model.Decoder;
import dev.deed.model.Workspace;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.memory.ArrayPool;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Decodes a batch: every step runs the rows of all searches together, whatever their strategies and
 * settings. Searches that end leave the batch, and the others go on with the same bits.
 */
public final class BatchSearch {
  private final Decoder decoder;
  private final WorkerTeam team;

  public BatchSearch(Decoder decoder, WorkerTeam team) {
    this.decoder = decoder;
    this.team = team;
  }

  /**
   * Decodes the inputs of a batch; answers in the same order.
   *
   * @throws dev.deed.checkpoint.InputException when the scores of one of them are no numbers
   */
  public List<SearchResult> run(List<SearchRequest> requests) {
    try (ArrayPool.Lease arrays = decoder.arrays().lease()) {
      return run(requests, arrays);
    }
  }

  /** What is found refers to none of the arrays. */
  private List<SearchResult> run(List<SearchRequest> requests, IntFunction<float[]> arrays) {
    List<Search> searches =
        requests.stream().map(request -> begin(request, request.begin(decoder, arrays))).toList();
    DecoderStep step = new DecoderStep(decoder, new Workspace(arrays), team);
    List<Search> active = new ArrayList<>();
    List<StepRow> rows = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    do {
      active.clear();
      rows.clear();
      ends.clear();
      for (Search search : searches) {
        if (rows.addAll(search.rows())) {
          active.add(search);
          ends.add(rows.size());
        }
      }
      List<SequenceStep> steps = step.run(rows);
      for (int i = 0; i < active.size(); i++) {
        int first = i == 0 ? 0 : ends.get(i - 1);
        active.get(i).accept(steps.subList(first, ends.get(i)));
      }
    } while (!active.isEmpty());
    return searches.stream().map(Search::result).toList();
  }

  private static Search begin(SearchRequest request, DecoderState first) {
    return switch (request.strategy()) {
      case SearchStrategy.Greedy _ -> ChainSearch.greedy(request, first);
      case SearchStrategy.Sampling sampling -> ChainSearch.sampling(request, sampling, first);
      case SearchStrategy.Beam beam -> new BeamSearch(request, beam, first);
    };
  }
}
