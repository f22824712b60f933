package dev.deed.decode;

import dev.deed.model.Decoder;
import dev.deed.model.Workspace;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A batch that searches join and leave between steps. A step runs the rows of all of them together,
 * whatever their strategies and settings. A search that ends or fails leaves the batch, and the
 * others go on with the same bits: what a search finds depends neither on those beside it nor on
 * the step at which it joins. Nobody joins a {@link BatchSearch}. Belongs to one thread.
 */
public final class ContinuousBatch {
  private final Decoder decoder;
  private final Function<Decoder, DecoderStep> newStep;

  /** Of the model's own decoder, and of others that draft; each made when it is first needed. */
  private final Map<Decoder, DecoderStep> runs = new IdentityHashMap<>();

  private final List<Member> members = new ArrayList<>();

  /**
   * @param arrays for blocks of rows, which the batch keeps; see {@link Workspace}
   */
  public ContinuousBatch(Decoder decoder, IntFunction<float[]> arrays, ThreadPool pool) {
    this(decoder, arrays, pool, FillLimits.DEFAULT);
  }

  ContinuousBatch(
      Decoder decoder, IntFunction<float[]> arrays, ThreadPool pool, FillLimits limits) {
    this.decoder = decoder;
    this.newStep = with -> new DecoderStep(with, new Workspace(arrays), pool, limits);
  }

  /**
   * Adds a search, which takes part from the next step on.
   *
   * @param arrays for its keys and values; whoever gives them takes them back when it has left
   */
  public Member join(SearchRequest request, IntFunction<float[]> arrays) {
    Member member = new Member(begin(request, arrays));
    members.add(member);
    return member;
  }

  /** Takes a search out before its end; one that has left already stays out. */
  public void leave(Member member) {
    members.remove(member);
  }

  public boolean isEmpty() {
    return members.isEmpty();
  }

  /** Rows of all searches together. */
  public int rows() {
    return members.stream().mapToInt(Member::rows).sum();
  }

  /** Runs one step of all searches. */
  public List<Member> step() {
    return step(List.copyOf(members));
  }

  /**
   * Runs one step of some searches; the others rest, and go on later with the same bits. One with a
   * long prefix, or much to fill in, takes several: it goes on where it was, and the others do not
   * wait for it.
   *
   * @param taking distinct members
   * @return those that ended or failed in it and have left
   */
  public List<Member> step(List<Member> taking) {
    run(
        taking.stream()
            .flatMap(member -> member.steps.stream())
            .filter(SequenceStep::running)
            .toList());
    taking.forEach(Member::accept);
    List<Member> left = taking.stream().filter(member -> member.steps.isEmpty()).toList();
    members.removeAll(left);
    return left;
  }

  /**
   * Runs the steps of each decoder together. Where all that is left to the model's own decoder is
   * to verify drafts, these wait for those who still draft, so that weights are read once for all
   * verifications. They wait for a bounded number of drafts: nobody drafts again before all have
   * been verified.
   */
  private void run(List<? extends SequenceStep> steps) {
    Map<Decoder, List<SequenceStep>> byDecoder = new IdentityHashMap<>();
    for (SequenceStep step : steps) {
      byDecoder.computeIfAbsent(step.state().decoder(), _ -> new ArrayList<>()).add(step);
    }
    List<SequenceStep> verifying = byDecoder.getOrDefault(decoder, List.of());
    if (verifying.size() < steps.size() && verifying.stream().allMatch(SequenceStep::mayWait)) {
      byDecoder.remove(decoder);
    }
    byDecoder.forEach((with, all) -> runs.computeIfAbsent(with, newStep).run(all));
  }

  private Search begin(SearchRequest request, IntFunction<float[]> arrays) {
    return switch (request.strategy()) {
      case SearchStrategy.Beam all -> new BeamSearch(request, all, request.begin(decoder, arrays));
      case SearchStrategy chains -> new ChainSearch(request, chains, decoder, arrays);
    };
  }

  /** A search in the batch, until it ends or fails. */
  public static final class Member {
    /** Steps without a layer that follow one another in a turn; the batch waits for them. */
    private static final int MOST_FORCED = 256;

    private final Search search;

    /** Of its sequences, in their order; none once it has ended. */
    private List<? extends SequenceStep> steps;

    private @Nullable Throwable error;

    private Member(Search search) {
      this.search = search;
      this.steps = search.steps();
    }

    /** Rows of its next step. */
    public int rows() {
      return steps.size();
    }

    /**
     * Goes on once all sequences have ended their step: to the next that a layer is asked in. What
     * its steps, or their tokens, throw ends this search alone.
     */
    private void accept() {
      for (int i = 0;
          i < MOST_FORCED && !steps.isEmpty() && steps.stream().noneMatch(SequenceStep::running);
          i++) {
        error = steps.stream().flatMap(s -> Stream.ofNullable(s.error())).findFirst().orElse(null);
        try {
          if (error == null) {
            search.accept();
            steps = search.steps();
          }
        } catch (RuntimeException | Error e) {
          error = e;
        }
        steps = error == null ? steps : List.of();
      }
    }

    /**
     * What became of it, once it has left by itself. Throws what it failed with, where that is no
     * fault of its input.
     */
    public Result<SearchResult> outcome() {
      return switch (error) {
        case null -> new Result.Answered<>(search.result());
        case InputException refused -> new Result.Refused<>(refused);
        case RuntimeException unchecked -> throw unchecked;
        case Error fatal -> throw fatal;
        default -> throw new IllegalStateException(error);
      };
    }
  }
}
