package dev.deed.decode.exit;

import dev.deed.decode.logits.Scores;
import dev.deed.model.Decoder;
import dev.deed.model.Workspace;
import dev.deed.tensor.ThreadPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads the whole head, for all steps together: exact scores. */
final class WholeHead implements HeadEvaluation {
  /** Fewer logits are not worth handing to another thread. */
  private static final int PART_LOGITS = 16 * 1024;

  final Decoder decoder;
  final Workspace workspace;
  final ThreadPool pool;

  /** One for each thread. */
  private final List<Scores> threadScores = new ArrayList<>();

  private float[] logits = new float[0];

  WholeHead(Decoder decoder, Workspace workspace, ThreadPool pool) {
    this.decoder = decoder;
    this.workspace = workspace;
    this.pool = pool;
    threadScores.add(new Scores(decoder.vocabulary()));
  }

  /** What is done with a row of logits. */
  @FunctionalInterface
  interface Reading {
    /**
     * @param offset of the row's logits, [vocabulary]
     * @param scores to work with
     */
    void read(int row, float[] logits, int offset, Scores scores);
  }

  @Override
  public void answer(List<StepExits> steps, float[] hidden) {
    read(
        hidden,
        steps.size(),
        (row, all, offset, scores) -> steps.get(row).answer(all, offset, scores));
  }

  /** Has the logits of rows read; {@code hidden} is what the head reads, [rows, width]. */
  void read(float[] hidden, int rows, Reading reading) {
    if (rows > 0) {
      float[] all = logits(rows);
      decoder.head().apply(hidden, rows, all, workspace, pool);
      share(rows, all, reading);
    }
  }

  /** Rows are read independently of one another, so the pool shares them out. */
  private void share(int rows, float[] all, Reading reading) {
    int vocabulary = decoder.vocabulary();
    long worth = (long) rows * vocabulary / PART_LOGITS;
    int parts = (int) Math.clamp(worth, 1, Math.min(rows, pool.size()));
    while (threadScores.size() < parts) {
      threadScores.add(new Scores(vocabulary));
    }
    AtomicInteger next = new AtomicInteger();
    pool.run(
        parts,
        part -> {
          for (int row = next.getAndIncrement(); row < rows; row = next.getAndIncrement()) {
            reading.read(row, all, row * vocabulary, threadScores.get(part));
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
