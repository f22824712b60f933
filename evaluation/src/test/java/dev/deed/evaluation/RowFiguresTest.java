package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.Input;
import dev.deed.evaluation.EvaluationRow.DraftFigures;
import dev.deed.evaluation.EvaluationRow.ExitProfile;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.Timing;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Two examples of a model of 4 decoder layers, worked out by hand. */
class RowFiguresTest {
  private static final Offset<Double> CLOSE = within(1e-12);
  private static final List<Metric> METRICS = Metric.list("exact,bleu_tokens");

  private static final List<EvaluationExample> EXAMPLES =
      List.of(
          new EvaluationExample("line 1", Input.ofText("x"), null, List.of("a b c d"), null),
          new EvaluationExample("line 2", Input.ofText("x"), null, List.of("e"), null));

  private static final List<Observation> FULL =
      List.of(
          new Observation(
              "a b c d",
              List.of(4, 5, 6, 2),
              List.of(4, 4, 4, 4),
              new Effort(16, 16, 16, 4),
              new Timing(1, 2, 10),
              null),
          // Three decoder inputs were given: two more positions, which the last layer does not run.
          new Observation(
              "e",
              List.of(7, 2),
              List.of(4, 4),
              new Effort(14, 14, 8, 2),
              new Timing(1, 4, 6),
              null));

  private static final List<Observation> EARLY =
      List.of(
          new Observation(
              "a b c d",
              List.of(4, 5, 6, 2),
              List.of(2, 1, 2, 1),
              new Effort(9, 16, 7, 6),
              new Timing(1, 2, 4),
              null),
          new Observation(
              "f",
              List.of(8, 2),
              List.of(1, 1),
              new Effort(4, 14, 2, 2),
              new Timing(1, 4, 2),
              null));

  private static double[] values(List<Observation> run, int... counts) {
    RunTotals full = RunTotals.of(EXAMPLES, FULL, FULL, 4, METRICS);
    return new Evaluator.RowFigures(RunTotals.of(EXAMPLES, run, FULL, 4, METRICS), full, 1)
        .values(counts);
  }

  @Test
  void fullDepthIsTheWhole() {
    double[] values = values(FULL, 1, 1);
    assertThat(values[Figure.MEAN_EXIT_LAYER.ordinal()]).isEqualTo(4);
    assertThat(values[Figure.LAYERS_RUN_SHARE.ordinal()]).isEqualTo(1);
    assertThat(values[Figure.LAYER_PASSES_SHARE.ordinal()]).isEqualTo(1);
    assertThat(values[Figure.DECODE_REDUCTION.ordinal()]).isEqualTo(0);
    assertThat(values[Figure.TOTAL_REDUCTION.ordinal()]).isEqualTo(0);
    assertThat(values[Figure.AGREEMENT.ordinal()]).isEqualTo(1);
  }

  @Test
  void sharesAreOfSumsNotOfExamples() {
    double[] values = values(EARLY, 1, 1);
    assertThat(values[Figure.MEAN_EXIT_LAYER.ordinal()]).isEqualTo(8.0 / 6, CLOSE);
    assertThat(values[Figure.LAYERS_RUN_SHARE.ordinal()]).isEqualTo(13.0 / 30, CLOSE);
    assertThat(values[Figure.LAYER_PASSES_SHARE.ordinal()]).isEqualTo(9.0 / 24, CLOSE);
    assertThat(values[Figure.HEAD_LOOKUPS_PER_TOKEN.ordinal()]).isEqualTo(8.0 / 6, CLOSE);
    assertThat(values[Figure.PREPROCESS_MS.ordinal()]).isEqualTo(1);
    assertThat(values[Figure.ENCODE_MS.ordinal()]).isEqualTo(3);
    assertThat(values[Figure.DECODE_MS.ordinal()]).isEqualTo(3);
    assertThat(values[Figure.TOTAL_MS.ordinal()]).isEqualTo(7);
    assertThat(values[Figure.DECODE_REDUCTION.ordinal()]).isEqualTo(1 - 6.0 / 16, CLOSE);
    assertThat(values[Figure.TOTAL_REDUCTION.ordinal()]).isEqualTo(1 - 14.0 / 24, CLOSE);
    assertThat(values[Figure.AGREEMENT.ordinal()]).isEqualTo(0.5);
    assertThat(values[11]).as("exact").isEqualTo(50);
  }

  @Test
  void exitsAreCountedByLayerAndPosition() {
    ExitProfile profile = ExitProfile.of(EARLY, 4);
    assertThat(profile.shares()).containsExactly(4.0 / 6, 2.0 / 6, 0.0, 0.0);
    assertThat(profile.byPosition()).containsExactly(1.5, 1.0, 2.0, 1.0);
  }

  @Test
  void aResampledDataSetCountsAnExampleAsOftenAsItWasDrawn() {
    double[] values = values(EARLY, 2, 0);
    assertThat(values[Figure.MEAN_EXIT_LAYER.ordinal()]).isEqualTo(6.0 / 4, CLOSE);
    assertThat(values[Figure.DECODE_MS.ordinal()]).isEqualTo(4);
    assertThat(values[Figure.DECODE_REDUCTION.ordinal()]).isEqualTo(1 - 4.0 / 10, CLOSE);
    assertThat(values[11]).as("exact").isEqualTo(100);
    assertThat(values[12]).as("BLEU of the corpus drawn").isEqualTo(100, within(1e-9));
  }

  private static EvaluationRow row(RunTotals run, RunTotals full, int batch) {
    return new Evaluator.RowFigures(run, full, batch)
        .row("m", EvaluationPolicy.FULL, null, null, ExitProfile.of(EARLY, 4));
  }

  private static Observation withDecodeMillis(Observation run, double millis) {
    return new Observation(
        run.text(),
        run.tokenIds(),
        run.exitLayers(),
        run.effort(),
        new Timing(0, 0, millis),
        run.drafts());
  }

  /** A token that was copied from the encoder's input left no layer. */
  @Test
  void copiedTokensAreOfNoLayer() {
    Observation copied =
        new Observation(
            "a",
            List.of(4, 5, 6, 2),
            List.of(0, 2, 0, 4),
            new Effort(16, 16, 9, 4),
            new Timing(1, 2, 3),
            null);
    ExitProfile profile = ExitProfile.of(List.of(copied), 4);
    assertThat(profile.shares()).containsExactly(0.0, 0.25, 0.0, 0.25);
    assertThat(profile.byPosition()).containsExactly(0.0, 2.0, 0.0, 4.0);
  }

  private static Observation drafted(Observation full, int drafted, int accepted, int asked) {
    return new Observation(
        full.text(),
        full.tokenIds(),
        full.exitLayers(),
        full.effort(),
        new Timing(1, 2, 5),
        new Drafts(drafted, accepted, asked));
  }

  @Test
  void draftsAreSumsOverExamples() {
    List<Observation> run = List.of(drafted(FULL.get(0), 4, 3, 1), drafted(FULL.get(1), 2, 0, 2));
    RunTotals full = RunTotals.of(EXAMPLES, FULL, FULL, 4, METRICS);
    DraftFigures drafts =
        Objects.requireNonNull(
            row(RunTotals.of(EXAMPLES, run, FULL, 4, METRICS), full, 1).drafts());
    assertThat(List.of(drafts.drafted(), drafts.accepted(), drafts.verifications()))
        .containsExactly(6, 3, 3);
    assertThat(drafts.acceptedShare().value()).isEqualTo(0.5);
    assertThat(drafts.length().value()).isEqualTo(2);
    assertThat(drafts.differing()).isZero();
    assertThat(row(full, full, 1).drafts()).isNull();
  }

  /** Nothing else would tell that DEED broke its promise. */
  @Test
  void anAnswerThatDiffersFromFullDepthIsCriedOut() {
    List<Observation> run = List.of(drafted(FULL.get(0), 4, 3, 1), drafted(EARLY.get(1), 2, 0, 2));
    RunTotals full = RunTotals.of(EXAMPLES, FULL, FULL, 4, METRICS);
    EvaluationReport report =
        new EvaluationReport(
            Path.of("test.jsonl"),
            2,
            METRICS,
            List.of(
                row(full, full, 1), row(RunTotals.of(EXAMPLES, run, FULL, 4, METRICS), full, 1)),
            0,
            new Provenance("deed", "machine", "fp32", 1, 1, 1, null, Instant.EPOCH));
    assertThat(report.violations())
        .singleElement()
        .asString()
        .startsWith("ERROR: full of m: 1 of 2 answers are not those of full depth");
    assertThat(EvaluationTable.plain(report)).contains("ERROR: full of m: 1 of 2 answers");
    assertThat(EvaluationTable.markdown(report)).contains("ERROR: full of m: 1 of 2 answers");
    assertThat(EvaluationTable.plain(report))
        .contains("accepted", "kept", "a block", "3 of 6", "50.0 %")
        .contains("So few examples tell nothing of time: give 5 or more.", "not measurable")
        .doesNotContain("±0.00");
    assertThat(EvaluationJson.of(report).path("rows").get(1).path("differing").asInt()).isOne();
  }

  @Test
  void timesAreUnevenByTheirMedianDeviationFromCounts() {
    DecodeCost layers = new DecodeCost(0, 1, 0, 0, 0);
    List<Observation> run =
        java.util.stream.DoubleStream.of(4, 4.4, 3.6, 8, 8)
            .mapToObj(millis -> withDecodeMillis(FULL.getFirst(), millis))
            .toList();
    assertThat(layers.spread(run, 1)).isEqualTo(1 - 3.6 / 4.4, CLOSE);
    assertThat(layers.spread(run.subList(0, 1), 1)).isZero();
  }

  /** Examples of a batch share its time, so they are one measurement, not several. */
  @Test
  void intervalsOfTimesDrawBatches() {
    List<EvaluationExample> examples = new ArrayList<>();
    List<Observation> full = new ArrayList<>();
    List<Observation> early = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      examples.add(EXAMPLES.getFirst());
      full.add(FULL.getFirst());
      // A burst while one batch of eight ran: it says nothing of the policy.
      early.add(withDecodeMillis(EARLY.getFirst(), i / 8 == 2 ? 40 : 4));
    }
    RunTotals ofFull = RunTotals.of(examples, full, full, 4, METRICS);
    RunTotals ofEarly = RunTotals.of(examples, early, full, 4, METRICS);
    EvaluationRow alone = row(ofEarly, ofFull, 1);
    EvaluationRow together = row(ofEarly, ofFull, 8);
    assertThat(alone.reduction(Figure.DECODE_REDUCTION).share().high()).isLessThan(0.4);
    assertThat(together.reduction(Figure.DECODE_REDUCTION).share().high()).isEqualTo(0.6, CLOSE);
    assertThat(together.reduction(Figure.DECODE_REDUCTION).isMeasurable()).isFalse();
    assertThat(together.figure(Figure.DECODE_MS).value())
        .isEqualTo(alone.figure(Figure.DECODE_MS).value());
    assertThat(together.figure(Figure.LAYERS_RUN_SHARE))
        .isEqualTo(alone.figure(Figure.LAYERS_RUN_SHARE));
    assertThat(together.metrics()).isEqualTo(alone.metrics());
  }
}
