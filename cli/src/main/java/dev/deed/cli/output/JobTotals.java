package dev.deed.cli.output;

import dev.deed.Generation;
import dev.deed.data.generate.LineResult;
import dev.deed.speech.Transcript;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import org.jspecify.annotations.Nullable;

/** What a job has done so far. Safe for use from many threads. */
public final class JobTotals {
  private final long earlier;
  private final long start = System.nanoTime();
  private long decoded;
  private long failed;
  private long cutOff;
  private long tokens;
  private long layersRun;
  private long layersPossible;
  private long drafted;
  private long accepted;

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
    switch (result) {
      case LineResult.Refused _ -> failed++;
      case LineResult.Decoded line -> {
        cutOff += line.generation().shortfall() == null ? 0 : 1;
        add(line.generation());
      }
      case LineResult.Read page -> page.page().lines().forEach(line -> add(line.answer()));
      case LineResult.Tabled page -> page.tables().forEach(table -> add(table.answer()));
      case LineResult.Transcribed sound -> add(sound.transcript());
    }
  }

  private void add(Generation generation) {
    generation.sequences().forEach(sequence -> tokens += sequence.tokens().size());
    add(generation.effort(), generation.drafts());
  }

  private void add(Transcript transcript) {
    transcript.segments().forEach(segment -> tokens += segment.tokenIds().size());
    add(transcript.effort(), transcript.drafts());
  }

  private void add(Effort effort, @Nullable Drafts drafts) {
    layersRun += effort.layersRun();
    layersPossible += effort.layersPossible();
    if (drafts != null) {
      drafted += drafts.drafted();
      accepted += drafts.accepted();
    }
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
    double saved = layersPossible == 0 ? 0 : Math.max(0, 1 - (double) layersRun / layersPossible);
    double seconds = (System.nanoTime() - start) / 1e9;
    DraftCount drafts = new DraftCount(drafted, accepted);
    return new Figures(earlier + decoded, earlier, failed, cutOff, tokens, saved, drafts, seconds);
  }
}
