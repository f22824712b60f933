package dev.deed.decode;

import dev.deed.decode.logits.Scores;
import dev.deed.model.Decoder;
import dev.deed.model.Workspace;
import dev.deed.tensor.ScreeningMatrix;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks the head at an exit for the sequences of a batch. Where the decoder has a screening copy of
 * the head, that is asked first, and the head itself only for sequences that it cannot settle:
 * tokens and exits stay the same. Holds buffers; belongs to one thread.
 */
final class ExitHead {
  /** Fewer of them are not worth handing over. */
  private static final int PART_LOGITS = 16 * 1024;

  private final Decoder decoder;
  private final WorkerTeam team;
  private final Workspace workspace;

  /** One for each thread. */
  private final List<Scores> threadScores = new ArrayList<>();

  private float[] logits = new float[0];

  ExitHead(Decoder decoder, WorkerTeam team, Workspace workspace) {
    this.decoder = decoder;
    this.team = team;
    this.workspace = workspace;
    threadScores.add(new Scores(decoder.vocabulary()));
  }

  /**
   * Lets sequences emit at layer {@code layer} where their rules say so.
   *
   * @param hidden raw outputs of the layer, [asking, width], unchanged
   */
  void judge(int layer, float[] hidden, List<SequenceStep> asking) {
    float[] exit = decoder.exitHidden(layer, hidden, asking.size(), workspace, team);
    int size = Math.multiplyExact(asking.size(), decoder.vocabulary());
    if (logits.length < size) {
      logits = new float[Math.max(size, 2 * logits.length)];
    }
    List<SequenceStep> promising =
        asking.stream().noneMatch(SequenceStep::hasShortlist)
            ? asking
            : keep(asking, exit, (step, row) -> isPromising(layer, exit, step, row));
    List<SequenceStep> open =
        decoder.screen() == null || promising.stream().noneMatch(SequenceStep::screens)
            ? promising
            : screen(layer, exit, promising);
    if (!open.isEmpty()) {
      decoder.head(exit, open.size(), logits, workspace, team);
      judgeAll(layer, open);
    }
  }

  /** Sequences are judged independently of one another, so the team shares them out. */
  private void judgeAll(int layer, List<SequenceStep> open) {
    long worth = (long) open.size() * decoder.vocabulary() / PART_LOGITS;
    int parts = (int) Math.clamp(worth, 1, Math.min(open.size(), team.size()));
    while (threadScores.size() < parts) {
      threadScores.add(new Scores(decoder.vocabulary()));
    }
    AtomicInteger next = new AtomicInteger();
    team.run(
        parts,
        part -> {
          for (int i = next.getAndIncrement(); i < open.size(); i = next.getAndIncrement()) {
            open.get(i).judge(layer, logits, i * decoder.vocabulary(), threadScores.get(part));
          }
        });
  }

  private boolean isPromising(int layer, float[] exit, SequenceStep step, int row) {
    int from = row * decoder.width();
    return step.isPromising(layer, token -> decoder.logit(token, exit, from));
  }

  /** Gives the sequences that are not settled. */
  private List<SequenceStep> screen(int layer, float[] exit, List<SequenceStep> asking) {
    ScreeningMatrix screen = Objects.requireNonNull(decoder.screen());
    screen.multiply(exit, asking.size(), decoder.headBias(), logits, team);
    return keep(
        asking, exit, (step, row) -> !step.screens() || !settles(layer, screen, exit, row, step));
  }

  /** Whether a sequence, of which {@code exit} holds row {@code row}, stays among those asked. */
  @FunctionalInterface
  private interface Stays {
    boolean test(SequenceStep step, int row);
  }

  /** Gives the sequences that stay; their rows of {@code exit} then stand first. */
  private List<SequenceStep> keep(List<SequenceStep> asking, float[] exit, Stays stays) {
    int width = decoder.width();
    List<SequenceStep> kept = new ArrayList<>();
    for (int i = 0; i < asking.size(); i++) {
      if (stays.test(asking.get(i), i)) {
        System.arraycopy(exit, i * width, exit, kept.size() * width, width);
        kept.add(asking.get(i));
      }
    }
    return kept;
  }

  private boolean settles(
      int layer, ScreeningMatrix screen, float[] exit, int row, SequenceStep step) {
    Scores scores = threadScores.getFirst();
    float[] own = scores.beginScreened(logits, row * decoder.vocabulary());
    step.ban(scores);
    ScreeningMatrix.Settled settled = screen.settle(exit, row, decoder.headBias(), own);
    return settled != null && step.judge(layer, settled, scores);
  }
}
