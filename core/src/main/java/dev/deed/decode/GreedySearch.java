package dev.deed.decode;

import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Greedy decoding of a batch: each step emits the most probable token of each sequence's exit. */
public final class GreedySearch {
  private final Decoder decoder;
  private final WorkerTeam team;

  public GreedySearch(Decoder decoder, WorkerTeam team) {
    this.decoder = decoder;
    this.team = team;
  }

  /**
   * One input of a batch.
   *
   * @param prefix decoder inputs to begin with, at least one
   * @param ends tokens that end the sequence
   * @param maxNewTokens most tokens to emit, at least 1
   * @param listener told of every token; its answer may stop the sequence
   */
  public record Request(
      EncoderOutput encoded,
      List<Integer> prefix,
      Set<Integer> ends,
      int maxNewTokens,
      ExitRule rule,
      StepListener listener) {
    public Request {
      prefix = List.copyOf(prefix);
      ends = Set.copyOf(ends);
    }
  }

  /** Why a sequence ended. */
  public enum Finish {
    /** It emitted an end token. */
    EOS,
    /** It reached its length limit. */
    LENGTH,
    /** Its listener or an interruption stopped it. */
    CANCELLED
  }

  /** A decoded sequence; {@code state} is the decoder state it leaves behind. */
  public record Result(List<StepResult> steps, Finish finish, DecoderState state) {
    public Result {
      steps = List.copyOf(steps);
    }
  }

  /** Decodes a batch; sequences that end leave it, and the others go on with the same bits. */
  public List<Result> run(List<Request> requests) {
    List<Running> all = requests.stream().map(r -> new Running(r, decoder)).toList();
    DecoderStep step = new DecoderStep(decoder, team);
    List<Running> active = all;
    while (!active.isEmpty()) {
      List<StepResult> results =
          step.run(
              active.stream().map(running -> running.state).toList(),
              active.stream().map(running -> running.request.rule()).toList());
      List<Running> next = new ArrayList<>();
      for (int i = 0; i < active.size(); i++) {
        if (active.get(i).accept(results.get(i))) {
          next.add(active.get(i));
        }
      }
      active = next;
    }
    return all.stream()
        .map(running -> new Result(running.steps, running.finish, running.state))
        .toList();
  }

  private static final class Running {
    private final Request request;
    private final DecoderState state;
    private final List<StepResult> steps = new ArrayList<>();
    private Finish finish = Finish.LENGTH;

    Running(Request request, Decoder decoder) {
      this.request = request;
      this.state = new DecoderState(decoder, request.encoded());
      // The whole prefix waits at layer 1 and runs as one block with the first step.
      request.prefix().forEach(state::append);
    }

    /** Takes a token; whether the sequence goes on. */
    boolean accept(StepResult result) {
      steps.add(result);
      boolean wanted = request.listener().token(steps.size() - 1, result);
      if (request.ends().contains(result.token())) {
        finish = Finish.EOS;
        return false;
      }
      if (!wanted || Thread.currentThread().isInterrupted()) {
        finish = Finish.CANCELLED;
        return false;
      }
      if (steps.size() >= request.maxNewTokens()) {
        return false;
      }
      state.append(result.token());
      return true;
    }
  }
}
