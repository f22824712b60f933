package dev.deed.evaluation.demo;

import dev.deed.Timing;
import dev.deed.evaluation.cost.Median;
import java.util.List;

/**
 * A sample with its times.
 *
 * @param answer with early exits
 * @param equalToFull whether full depth gives the same tokens
 * @param fullRuns times of full depth, one a round
 * @param deedRuns times with early exits in the same rounds
 */
public record DemoRow(
    Answer answer, boolean equalToFull, List<Timing> fullRuns, List<Timing> deedRuns) {
  public DemoRow {
    fullRuns = List.copyOf(fullRuns);
    deedRuns = List.copyOf(deedRuns);
  }

  /** Median times of full depth. */
  public Timing full() {
    return median(fullRuns);
  }

  /** Median times with early exits. */
  public Timing deed() {
    return median(deedRuns);
  }

  private static Timing median(List<Timing> times) {
    return new Timing(
        Median.of(times, Timing::preprocessMillis),
        Median.of(times, Timing::encodeMillis),
        Median.of(times, Timing::decodeMillis));
  }

  int tokens() {
    return answer.generation().tokens().size();
  }

  int exitLayerSum() {
    return answer.generation().exitLayers().stream().mapToInt(Integer::intValue).sum();
  }
}
