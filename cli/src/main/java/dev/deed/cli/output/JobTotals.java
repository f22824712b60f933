package dev.deed.cli.output;

import dev.deed.data.generate.DecodingCost;
import dev.deed.data.generate.LineResult;

/** What a job has done so far. Safe for use from many threads. */
public final class JobTotals {
  private final long earlier;
  private final long start = System.nanoTime();
  private long decoded;
  private long failed;
  private long cutOff;
  private DecodingCost cost = DecodingCost.NONE;

  /**
   * @param earlier lines that an earlier job left
   * @param failed how many of these could not be decoded
   */
  public JobTotals(long earlier, long failed) {
    this.earlier = earlier;
    this.failed = failed;
  }

  public synchronized void add(LineResult result) {
    decoded++;
    failed += result instanceof LineResult.Refused ? 1 : 0;
    cutOff += result.shortfall() == null ? 0 : 1;
    cost = cost.plus(result.cost());
  }

  /**
   * Drafts of a job.
   *
   * @param asked those that full depth was asked about
   * @param accepted those of them that it emitted too
   */
  record DraftCount(long asked, long accepted) {
    /** Share of the drafts that were kept, 0…1; 0 without any. */
    double kept() {
      return asked == 0 ? 0 : (double) accepted / asked;
    }
  }

  /**
   * The totals at this moment.
   *
   * @param lines all lines of the output, those of an earlier job included
   * @param earlier lines of an earlier job
   * @param failed lines of the output that could not be decoded
   * @param cutOff answers of this job that are mere beginnings of what they are held to
   * @param tokens emitted by this job, in all returned answers
   * @param layersSaved share of decoder layers that this job did not run, 0…1
   * @param drafts those of lossless exits in this job
   * @param seconds since this job began to decode
   */
  record Figures(
      long lines,
      long earlier,
      long failed,
      long cutOff,
      long tokens,
      double layersSaved,
      DraftCount drafts,
      double seconds) {
    long written() {
      return lines - earlier;
    }

    double linesPerSecond() {
      return seconds == 0 ? 0 : written() / seconds;
    }

    double tokensPerSecond() {
      return seconds == 0 ? 0 : tokens / seconds;
    }
  }

  synchronized Figures figures() {
    long possible = cost.layersPossible();
    double saved = possible == 0 ? 0 : Math.max(0, 1 - (double) cost.layersRun() / possible);
    double seconds = (System.nanoTime() - start) / 1e9;
    DraftCount drafts = new DraftCount(cost.drafted(), cost.accepted());
    return new Figures(
        earlier + decoded, earlier, failed, cutOff, cost.tokens(), saved, drafts, seconds);
  }
}
