package dev.deed.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.cli.DeedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed draft-times} as a user types it. */
final class DraftTimesCommandTest {
  @TempDir Path folder = Path.of("");

  private Path data() throws IOException {
    return Files.write(
        folder.resolve("in.jsonl"),
        List.of(
            "{\"input_ids\": [5, 6, 7], \"generation\": {\"max_new_tokens\": 12}}",
            "{\"input_ids\": [9, 8, 7, 6], \"generation\": {\"max_new_tokens\": 12}}"));
  }

  @Test
  void draftsAreTimedBesideFullDepth() throws IOException {
    Path model = DeedRun.model("bart");
    String policies = "full@lossless,drafts=4,draft_precision=int8; max_prob:0.1@lossless";
    DeedRun run =
        DeedRun.of(
            "draft-times",
            model,
            "--data",
            data(),
            "--rounds",
            2,
            "--policies",
            policies,
            "--wrong",
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode rows = new ObjectMapper().readTree(run.out()).path("rows");
    assertThat(rows).hasSize(5);
    assertThat(rows.get(1).path("accepted").asInt()).isPositive();
    assertThat(rows.get(2).path("policy").asText()).endsWith("all wrong");
    assertThat(rows.get(2).path("drafted").asInt()).isPositive();
    assertThat(rows.get(2).path("accepted").asInt()).isZero();
    assertThat(rows.get(4).path("speed")).hasSize(3);

    DeedRun plain =
        DeedRun.of("draft-times", model, model, "--data", data(), "--limit", 1, "--rounds", 2);
    assertThat(plain.code()).as(plain.err()).isZero();
    assertThat(plain.out().lines()).hasSize(6);
    assertThat(plain.out()).contains("drafts kept", "full@lossless,draft_precision=int8");
  }

  @Test
  void policiesWithoutDraftsAreRefused() throws IOException {
    Path model = DeedRun.model("bart");
    DeedRun.of("draft-times", model, "--data", data(), "--policies", "max_prob:0.5")
        .assertOneLine(2, "--policies", "makes no drafts");
    DeedRun.of("draft-times", model, "--data", data(), "--rounds", 1).assertOneLine(2, "--rounds");
  }
}
