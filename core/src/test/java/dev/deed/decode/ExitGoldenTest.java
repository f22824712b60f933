package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.decode.exit.ExitRule;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.ExitHistory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens, exit layers and confidences of every policy equal those of the PyTorch reference. */
final class ExitGoldenTest {
  static final List<String> FAMILIES = ExitGolden.FAMILIES;

  @ParameterizedTest
  @FieldSource("FAMILIES")
  void everyPolicy(String family) {
    try (ExitGolden golden = ExitGolden.open(family);
        ThreadPool pool = ThreadPool.of(1)) {
      checkAll(golden, golden.cases().path("exits"), ExitHistory.JIT, pool);
    }
  }

  @ParameterizedTest
  @FieldSource("FAMILIES")
  void copiedHistory(String family) {
    try (ExitGolden golden = ExitGolden.open(family);
        ThreadPool pool = ThreadPool.of(2)) {
      checkAll(golden, golden.cases().path("calm_copy"), ExitHistory.COPY, pool);
    }
  }

  @ParameterizedTest
  @FieldSource("FAMILIES")
  void batchWhoseRowsExitAtTheirOwnLayers(String family) {
    try (ExitGolden golden = ExitGolden.open(family);
        ThreadPool pool = ThreadPool.of(2)) {
      checkBlock(golden, golden.cases().path("jit_batch"), ExitHistory.JIT, pool);
    }
  }

  @ParameterizedTest
  @FieldSource("FAMILIES")
  void fullDepth(String family) {
    try (ExitGolden golden = ExitGolden.open(family);
        ThreadPool pool = ThreadPool.of(1)) {
      ExitRule full = ExitRule.full(golden.decoder().layerCount());
      for (JsonNode run : golden.cases().path("full_depth")) {
        FoundSequence result =
            new BatchSearch(golden.decoder(), pool)
                .run(List.of(golden.request(run.path("input").asInt(), full, pool)))
                .getFirst()
                .sequences()
                .getFirst();
        assertThat(result.steps().stream().map(StepResult::token).toList())
            .isEqualTo(ExitGolden.ints(run.path("tokens")));
        int positions = result.steps().size();
        assertThat(result.steps().stream().mapToInt(step -> step.effort().layersRun()).sum())
            .isEqualTo(positions * golden.decoder().layerCount());
      }
    }
  }

  /** Every hypothesis takes its own exits; all inputs of a policy as one batch. */
  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_1", "bart"})
  void beams(String family) {
    try (ExitGolden golden = ExitGolden.open(family);
        ThreadPool pool = ThreadPool.of(2)) {
      JsonNode blocks = golden.cases().path("beam");
      assertThat(blocks).isNotEmpty();
      blocks.forEach(block -> checkBeams(golden, block, pool));
    }
  }

  private static void checkBeams(ExitGolden golden, JsonNode block, ThreadPool pool) {
    ExitRule rule = golden.rule(block.path("policy"), ExitHistory.JIT);
    assertThat(block.path("early_stopping").asBoolean()).isTrue();
    int beams = block.path("beams").asInt();
    SearchStrategy strategy =
        new SearchStrategy.Beam(
            beams,
            beams,
            block.path("length_penalty").asDouble(),
            SearchStrategy.EarlyStopping.WHEN_FULL,
            List.of(),
            null);
    List<SearchRequest> requests = new ArrayList<>();
    for (JsonNode run : block.path("runs")) {
      requests.add(golden.request(run.path("input").asInt(), rule, strategy, pool));
    }
    List<SearchResult> results = new BatchSearch(golden.decoder(), pool).run(requests);
    for (int i = 0; i < results.size(); i++) {
      JsonNode hypotheses = block.path("runs").path(i).path("hypotheses");
      String name = block.path("policy") + " run " + i;
      List<FoundSequence> found = results.get(i).sequences();
      assertThat(found).as(name).hasSize(hypotheses.size());
      for (int h = 0; h < found.size(); h++) {
        List<StepResult> steps = found.get(h).steps();
        JsonNode expected = hypotheses.path(h);
        assertThat(steps.stream().map(StepResult::token).toList())
            .as(name)
            .isEqualTo(ExitGolden.ints(expected.path("tokens")));
        assertThat(steps.stream().map(step -> step.exit().layer()).toList())
            .as(name)
            .isEqualTo(ExitGolden.ints(expected.path("layers")));
        assertThat(found.get(h).score())
            .as(name)
            .isCloseTo(expected.path("score").asDouble(), within(2e-5));
      }
    }
  }

  private static void checkAll(
      ExitGolden golden, JsonNode blocks, ExitHistory history, ThreadPool pool) {
    assertThat(blocks).isNotEmpty();
    blocks.forEach(block -> checkBlock(golden, block, history, pool));
  }

  /** All runs of a policy as one batch. */
  private static void checkBlock(
      ExitGolden golden, JsonNode block, ExitHistory history, ThreadPool pool) {
    ExitRule rule = golden.rule(block.path("policy"), history);
    List<SearchRequest> requests = new ArrayList<>();
    for (JsonNode run : block.path("runs")) {
      requests.add(golden.request(run.path("input").asInt(), rule, pool));
    }
    List<SearchResult> results = new BatchSearch(golden.decoder(), pool).run(requests);
    for (int i = 0; i < results.size(); i++) {
      JsonNode run = block.path("runs").path(i);
      String name = block.path("policy") + " input " + run.path("input");
      List<StepResult> steps = results.get(i).sequences().getFirst().steps();
      assertThat(steps.stream().map(StepResult::token).toList())
          .as(name)
          .isEqualTo(ExitGolden.ints(run.path("tokens")));
      assertThat(steps.stream().map(step -> step.exit().layer()).toList())
          .as(name)
          .isEqualTo(ExitGolden.ints(run.path("layers")));
      for (int s = 0; s < steps.size(); s++) {
        JsonNode expected = run.path("confidences").path(s);
        List<Double> consulted = steps.get(s).exit().consulted();
        assertThat(consulted).as(name).hasSize(expected.size());
        for (int c = 0; c < consulted.size(); c++) {
          assertThat(consulted.get(c))
              .as(name)
              .isCloseTo(expected.path(c).asDouble(), within(2e-5));
        }
      }
    }
  }
}
