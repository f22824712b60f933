package dev.deed.decode;

import dev.deed.checkpoint.BadInputException;
import dev.deed.model.Decoder;
import dev.deed.model.Workspace;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.memory.ArrayPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

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
   * @throws dev.deed.checkpoint.BadInputException when the scores of one of them are no numbers
   */
  public List<SearchResult> run(List<SearchRequest> requests) {
    return outcomes(requests).stream().map(SearchOutcome::orThrow).toList();
  }

  /** Decodes the inputs of a batch; an input that fails leaves it, and the others go on. */
  public List<SearchOutcome> outcomes(List<SearchRequest> requests) {
    try (ArrayPool.Lease arrays = decoder.arrays().lease()) {
      return outcomes(requests, arrays);
    }
  }

  /** What is found refers to none of the arrays. */
  private List<SearchOutcome> outcomes(List<SearchRequest> requests, IntFunction<float[]> arrays) {
    List<Attempt> attempts =
        requests.stream()
            .map(request -> new Attempt(begin(request, request.begin(decoder, arrays))))
            .toList();
    DecoderStep step = new DecoderStep(decoder, new Workspace(arrays), team);
    List<Attempt> active = new ArrayList<>();
    List<StepRow> rows = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    do {
      active.clear();
      rows.clear();
      ends.clear();
      for (Attempt attempt : attempts) {
        if (rows.addAll(attempt.rows())) {
          active.add(attempt);
          ends.add(rows.size());
        }
      }
      List<SequenceStep> steps = step.run(rows);
      for (int i = 0; i < active.size(); i++) {
        int first = i == 0 ? 0 : ends.get(i - 1);
        active.get(i).accept(steps.subList(first, ends.get(i)));
      }
    } while (!active.isEmpty());
    return attempts.stream().map(Attempt::outcome).toList();
  }

  /** The search for one input, until it ends or fails. */
  private static final class Attempt {
    private final Search search;
    private @Nullable BadInputException error;

    Attempt(Search search) {
      this.search = search;
    }

    List<StepRow> rows() {
      return error == null ? search.rows() : List.of();
    }

    void accept(List<SequenceStep> steps) {
      error =
          steps.stream().map(SequenceStep::error).filter(Objects::nonNull).findFirst().orElse(null);
      if (error == null) {
        search.accept(steps);
      }
    }

    SearchOutcome outcome() {
      return error == null ? search.result() : new SearchOutcome.Failed(error);
    }
  }

  private static Search begin(SearchRequest request, DecoderState first) {
    return switch (request.strategy()) {
      case SearchStrategy.Greedy _ -> ChainSearch.greedy(request, first);
      case SearchStrategy.Sampling sampling -> ChainSearch.sampling(request, sampling, first);
      case SearchStrategy.Beam beam -> new BeamSearch(request, beam, first);
    };
  }
}
