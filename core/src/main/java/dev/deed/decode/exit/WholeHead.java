package dev.deed.decode.exit;

import dev.deed.decode.logits.Scores;
import dev.deed.model.Decoder;
import dev.deed.model.Workspace;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads the whole head, for all steps together: exact scores. */
final class WholeHead implements HeadLookup {
  /** Fewer logits are not worth handing to another thread. */
  private static final int PART_LOGITS = 16 * 1024;

  private final Decoder decoder;
  private final Workspace workspace;
  private final WorkerTeam team;

  /** One for each thread. */
  private final List<Scores> threadScores = new ArrayList<>();

  private float[] logits = new float[0];

  WholeHead(Decoder decoder, Workspace workspace, WorkerTeam team) {
    this.decoder = decoder;
    this.workspace = workspace;
    this.team = team;
    threadScores.add(new Scores(decoder.vocabulary()));
  }

  /** What a step does with its row of logits. */
  @FunctionalInterface
  private interface Reading {
    void read(StepExits step, float[] logits, int offset, Scores scores);
  }

  @Override
  public void answer(List<StepExits> steps, float[] hidden) {
    read(steps, hidden, StepExits::answer);
  }

  /**
   * Ranks the alternatives of steps that have emitted.
   *
   * @param hidden what the head reads of each, [steps, width]
   */
  void rank(List<StepExits> steps, float[] hidden) {
    read(steps, hidden, StepExits::rank);
  }

  private void read(List<StepExits> steps, float[] hidden, Reading reading) {
    if (!steps.isEmpty()) {
      float[] all = logits(steps.size());
      decoder.head(hidden, steps.size(), all, workspace, team);
      share(steps, all, reading);
    }
  }

  /** Steps are read independently of one another, so the team shares them out. */
  private void share(List<StepExits> steps, float[] all, Reading reading) {
    int vocabulary = decoder.vocabulary();
    long worth = (long) steps.size() * vocabulary / PART_LOGITS;
    int parts = (int) Math.clamp(worth, 1, Math.min(steps.size(), team.size()));
    while (threadScores.size() < parts) {
      threadScores.add(new Scores(vocabulary));
    }
    AtomicInteger next = new AtomicInteger();
    team.run(
        parts,
        part -> {
          for (int i = next.getAndIncrement(); i < steps.size(); i = next.getAndIncrement()) {
            reading.read(steps.get(i), all, i * vocabulary, threadScores.get(part));
          }
        });
  }

  /** Room for the logits of rows, [rows, vocabulary], with leftovers in it. */
  float[] logits(int rows) {
    int size = Math.multiplyExact(rows, decoder.vocabulary());
    if (logits.length < size) {
      logits = new float[Math.max(size, 2 * logits.length)];
    }
    return logits;
  }

  /** To work with between look-ups, on the calling thread. */
  Scores scores() {
    return threadScores.getFirst();
  }
}
