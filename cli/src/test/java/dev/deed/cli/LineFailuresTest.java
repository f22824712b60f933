package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that fail for reasons that no check foresees: they fail alone. */
final class LineFailuresTest {
  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aLineThatUsesUpMemoryFailsAlone(int batch) throws IOException, InterruptedException {
    Path input =
        Files.write(
            folder.resolve("in.jsonl"),
            List.of(
                "{\"id\": 1, \"input_ids\": [5, 6], \"generation\": {\"max_new_tokens\": 5}}",
                "{\"id\": 2, \"input_ids\": [5, 6], \"generation\":"
                    + " {\"num_beams\": 1024, \"max_new_tokens\": 200}}",
                "{\"id\": 3, \"input_ids\": [5, 7], \"generation\": {\"max_new_tokens\": 5}}"));
    DeedProcess run =
        DeedProcess.start(
            folder,
            List.of("-Xmx32m"),
            "generate",
            DeedRun.model("bart"),
            "--input",
            input,
            "--batch",
            batch,
            "--quiet");
    assertThat(run.end()).as(run.stderr()).isEqualTo(Failures.FAILED);
    List<String> lines = run.stdout().lines().toList();
    assertThat(lines).hasSize(3);
    for (int i = 0; i < 3; i++) {
      JsonNode line = new ObjectMapper().readTree(lines.get(i));
      assertThat(line.path("id").asInt()).isEqualTo(i + 1);
      assertThat(line.has("token_ids")).isEqualTo(i != 1);
      assertThat(line.path("error").asText())
          .startsWith(i == 1 ? "memory: is used up (" : "")
          .hasSizeLessThan(150);
    }
    assertThat(run.stderr()).contains("1 of 3 lines could not be decoded").hasLineCount(1);
  }
}
