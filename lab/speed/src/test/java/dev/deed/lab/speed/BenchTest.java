package dev.deed.lab.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.OpenOptions.Screening;
import dev.deed.decode.exit.Confidence;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.WarmUp;
import dev.deed.lab.speed.DraftSchedule.Block;
import dev.deed.lab.speed.ImposedExits.Stop;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bench of a tiny model: every figure is there; what it says of speed means nothing. */
final class BenchTest {
  private static final int TOKENS = 6;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final WarmUp NONE = WarmUp.upTo(Duration.ZERO);

  @TempDir static Path folder = Path.of("");

  private static Path model = Path.of("");

  @BeforeAll
  static void write() throws IOException {
    model = GoldenVision.copyTo(folder);
  }

  /** A script that answers as the real one, and has one engine only. */
  private static Peers peers() throws IOException {
    Path script =
        Files.writeString(
            folder.resolve("peers.sh"),
            """
            case "$*" in
            *"--peer ort-fp32 --threads 1 --batch 2 --source-length 9 --new-tokens 6 --repeats 2"*)
              echo '{"median": {"first_token_ms": 1e-6, "decode_ms_per_token": 3e3}, "first_ids": [1]}' ;;
            *ov-*) echo '{"error": "RuntimeError: broken"}' ;;
            *) echo "{\\"error\\": \\"ModuleNotFoundError: No module named 'x'\\"}" ;;
            esac
            """);
    return new Peers("sh", script);
  }

  @Test
  void measuresEveryEngineInEveryRound() throws IOException, InterruptedException {
    ExitSchedule schedule = new ExitSchedule(List.of(List.of(Stop.at(1), Stop.at(2))), 2);
    StringBuilder order = new StringBuilder();
    Bench bench =
        new Bench(
            2,
            2,
            NONE,
            null,
            true,
            schedule,
            null,
            peers(),
            (conditions, engine, round, rounds) -> order.append(engine).append(round).append(' '));
    BenchFindings findings =
        bench.run(
            List.of(
                List.of(
                    new BenchCase(
                        model, WeightPrecision.FP32, Screening.AUTO, 0, 1, 2, 9, TOKENS))));
    assertThat(order.toString())
        .isEqualTo(
            "deed1 deed-exits1 hf-fp321 ct2-fp321 ort-fp321 ov-fp321"
                + " deed2 deed-exits2 ort-fp322 parts1 ");
    assertThat(findings.rows())
        .extracting(BenchRow::engine)
        .containsExactly("deed", "deed-exits", "ort-fp32", "ov-fp32");
    BenchReport report =
        new BenchReport(
            findings,
            Provenance.here(List.of("bench", "x"), List.of(WeightPrecision.FP32), 1, 2, 2, null));
    JsonNode rows = BenchJson.of(report).path("rows");
    JsonNode ours = rows.get(0);
    assertThat(ours.path("token_ids")).hasSize(TOKENS);
    assertThat(ours.path("same_ids").asBoolean()).isTrue();
    for (String name :
        List.of(
            "first_token_ms",
            "first_token_processor_ms",
            "decode_ms_per_token",
            "decode_processor_ms_per_token",
            "compiling",
            "tokens_per_s",
            "ideal_ratio")) {
      assertThat(ours.path(name).isNumber()).as(name).isTrue();
    }
    assertThat(rows.get(2).path("decode_ms_per_token").asDouble()).isEqualTo(3e3);
    JsonNode peer = BenchJson.of(report).path("peers");
    assertThat(peer).hasSize(1);
    assertThat(peer.get(0).path("row").path("engine").asText()).isEqualTo("ort-fp32");
    assertThat(peer.get(0).path("first").path("engine").asText()).isEqualTo("deed");
    assertThat(peer.get(0).path("ratio").path("decode_ms_per_token").get(0).asDouble())
        .isGreaterThan(1);
    JsonNode behind = BenchJson.of(report).path("behind");
    assertThat(behind).hasSize(1);
    assertThat(behind.get(0).path("figure").asText()).isEqualTo("first_token_ms");
    assertThat(rows.get(2).path("compiling").isNull()).isTrue();
    assertThat(rows.get(2).path("same_ids").asBoolean()).isFalse();
    assertThat(rows.get(3).path("error").asText()).isEqualTo("RuntimeError: broken");
    assertThat(BenchTable.plain(report))
        .contains(
            "deed-exits",
            "Parts of model, fp32, threads 1",
            "Behind the fastest peer in 1 of 2 cells:",
            "ov-fp32: RuntimeError: broken");
    Path out = folder.resolve("out");
    report.writeTo(out);
    assertThat(out.toFile().list()).containsExactlyInAnyOrder("bench.json", "bench.md");
  }

  /** Drafts that are imposed give the ids of full depth, for every input of a batch. */
  @Test
  void draftsOfARealRunTakeTurnsWithFullDepth() throws IOException, InterruptedException {
    Path run =
        Files.writeString(
            folder.resolve("lossless.jsonl"),
            """
            {"exit_layers": [1, 1, 4, 4], "drafted": 3, "accepted": 2, "dropped": \
            [[], [], [], [{"layer": 2, "consulted": [0.1]}, {"layer": 4, "consulted": []}]]}
            """);
    Bench bench =
        new Bench(
            1, 3, NONE, null, false, Schedule.read(run, null), null, null, (c, engine, r, n) -> {});
    BenchFindings findings =
        bench.run(
            List.of(
                List.of(
                    new BenchCase(
                        model, WeightPrecision.FP32, Screening.AUTO, 0, 1, 2, 9, TOKENS))));
    assertThat(findings.rows())
        .extracting(BenchRow::engine)
        .containsExactly("deed", "deed-lossless");
    assertThat(findings.rows().getLast().sameIds()).isTrue();
    assertThat(findings.rows().getLast().time(Measurement.Run::tokenMillis)).isFinite();
  }

  @Test
  @Tag("night")
  void casesOfAGroupTakeTurnsAndAreCompared() throws InterruptedException {
    List<String> order = new ArrayList<>();
    Bench bench =
        new Bench(
            1,
            5,
            NONE,
            null,
            false,
            null,
            null,
            null,
            (conditions, engine, round, rounds) -> order.add(conditions.weights()));
    List<BenchCase> cases =
        Stream.of(WeightPrecision.FP32, WeightPrecision.INT8, WeightPrecision.W8A8)
            .map(precision -> new BenchCase(model, precision, Screening.AUTO, 0, 1, 1, 9, TOKENS))
            .toList();
    BenchFindings findings = bench.run(List.of(cases));
    assertThat(order).containsExactly("fp32", "int8", "w8a8");
    assertThat(findings.rows()).hasSize(3);
    assertThat(findings.pairs())
        .extracting(pair -> pair.row().conditions().weights(), BenchPair::first)
        .containsExactly(
            tuple("int8", findings.rows().getFirst()), tuple("w8a8", findings.rows().getFirst()));
    BenchReport report =
        new BenchReport(
            findings,
            Provenance.here(List.of("bench", "x"), List.of(WeightPrecision.FP32), 1, 1, 5, null));
    JsonNode pairs = BenchJson.of(report).path("pairs");
    assertThat(pairs.get(1).path("row").path("precision").asText()).isEqualTo("w8a8");
    JsonNode ratio = pairs.get(1).path("ratio").path("decode_processor_ms_per_token");
    assertThat(ratio.get(0).asDouble()).isBetween(ratio.get(1).asDouble(), ratio.get(2).asDouble());
    assertThat(BenchTable.plain(report))
        .contains("Times by those of model, fp32, threads 1, batch 1");
    assertThat(bench.run(List.of(cases.subList(0, 1), cases.subList(1, 2))).pairs()).isEmpty();
  }

  @Test
  void saysThatCompilersStillWorked() {
    Took took = new Took(10, 9);
    BenchCase conditions =
        new BenchCase(model, WeightPrecision.FP32, Screening.AUTO, 0, 1, 1, 9, TOKENS);
    Provenance provenance =
        Provenance.here(List.of(), List.of(WeightPrecision.FP32), 1, 1, 1, null);
    MachineLimits limits = new MachineLimits(1, 40, Map.of(WeightPrecision.FP32, 250.0));
    List<Measurement.Run> runs = List.of(new Measurement.Run(took, took));
    for (double compiling : new double[] {0.04, 0.3}) {
      Measurement measurement = new Measurement(1, runs, compiling, 1, List.of(), "");
      BenchRow row = new BenchRow("deed", conditions, 9, List.of(measurement), null, 1, true);
      BenchFindings findings =
          new BenchFindings(List.of(limits), List.of(row), List.of(), List.of());
      assertThat(
              BenchTable.plain(new BenchReport(findings, provenance))
                  .contains("compilers still worked, for 30 % of the measured time"))
          .isEqualTo(compiling > 0.1);
    }
  }

  /**
   * Drafts leave by what the folder states of them, and so are exits asked where they are imposed.
   */
  @Test
  void draftsAreAskedWhatTheModelAsksOfDrafts() throws IOException {
    Path stated = GoldenVision.copyTo(Files.createDirectories(folder.resolve("stated")));
    Path config = stated.resolve("config.json");
    ObjectNode json = (ObjectNode) MAPPER.readTree(config.toFile());
    json.withObject("/exits/lossless_policy")
        .put("confidence", "margin")
        .put("threshold", 0.4)
        .putArray("layers")
        .add(1)
        .add(3);
    MAPPER.writeValue(config.toFile(), json);
    Block block = new Block(0, List.of(Stop.at(1)), 1, Stop.at(6));
    DraftSchedule drafts = new DraftSchedule(List.of(List.of(block, block)), 6);
    try (EncoderDecoderModel opened = EncoderDecoderModel.open(stated, 1)) {
      ImposedDrafts imposed =
          Objects.requireNonNull(Bench.answers(drafts, opened, TOKENS).getFirst().drafts());
      assertThat(imposed.confidence()).isEqualTo(Confidence.MARGIN);
      assertThat(imposed.exits()).containsExactly(1, 3, 6);
    }
  }

  @Test
  void inputsAreTheHashOfTheIndex() {
    try (EncoderDecoderModel opened = EncoderDecoderModel.open(model, 1)) {
      List<Input> inputs = BenchInputs.of(opened, 2, 9);
      float[] first = Objects.requireNonNull(inputs.getFirst().tensor("pixel_values"));
      assertThat(first[1]).isEqualTo(0.2360737221315503f, within(1e-7f));
      assertThat(first[2]).isEqualTo(-0.5278583043254912f, within(1e-7f));
      assertThat(Objects.requireNonNull(inputs.get(1).tensor("pixel_values"))[0])
          .isNotEqualTo(first[0]);
    }
  }
}
