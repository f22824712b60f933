package dev.deed.decode;

import dev.deed.model.Decoder;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;

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
    List<Search> searches = requests.stream().map(this::begin).toList();
    DecoderStep step = new DecoderStep(decoder, team);
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
      List<StepOutcome> outcomes = step.run(rows);
      for (int i = 0; i < active.size(); i++) {
        int first = i == 0 ? 0 : ends.get(i - 1);
        active.get(i).accept(outcomes.subList(first, ends.get(i)));
      }
    } while (!active.isEmpty());
    return searches.stream().map(Search::result).toList();
  }

  private Search begin(SearchRequest request) {
    return switch (request.strategy()) {
      case SearchStrategy.Greedy _ -> ChainSearch.greedy(request, decoder);
      case SearchStrategy.Sampling sampling -> ChainSearch.sampling(request, sampling, decoder);
      case SearchStrategy.Beam beam -> new BeamSearch(request, beam, decoder);
    };
  }
}
