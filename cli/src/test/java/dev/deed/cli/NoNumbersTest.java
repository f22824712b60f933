package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights and settings of which scores come that are no numbers: each line at fault says so. */
final class NoNumbersTest {
  @TempDir Path folder = Path.of("");
  private Path weights = Path.of("");
  private byte[] whole = new byte[0];

  @BeforeEach
  void copyModel() throws IOException {
    Path model = DeedRun.model("bart");
    Files.copy(model.resolve("config.json"), folder.resolve("config.json"));
    whole = Files.readAllBytes(model.resolve("model.safetensors"));
    weights = folder.resolve("model.safetensors");
  }

  @Test
  void weightsThatAreNoNumbersFailTheirLinesAlone() throws IOException {
    ByteBuffer.wrap(whole)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(whole.length - Float.BYTES, Float.NaN);
    Files.write(weights, whole);
    Path input =
        Files.writeString(
            folder.resolve("in.jsonl"),
            """
            {"id": "greedy", "input_ids": [5]}
            {"id": "beams", "input_ids": [5], "generation": {"num_beams": 2}}
            {"id": "drawn", "input_ids": [5], "generation": {"do_sample": true}}
            {"id": "mended", "input_ids": [5], "generation": {"remove_invalid_values": true}}
            """);
    for (int batch : new int[] {1, 4}) {
      DeedRun run = DeedRun.of("generate", folder, "--input", input, "--batch", batch, "--quiet");
      run.assertOneLine(1, "3 of 4 lines");
      List<String> results = run.out().lines().toList();
      assertThat(results.subList(0, 3)).allMatch(line -> line.contains("model: computes NaN"));
      assertThat(results.getLast()).contains("\"token_ids\":[", "null").doesNotContain("NaN");
    }
  }

  @Test
  void settingsThatLeaveNoNumbersAreRefused() throws IOException {
    Files.write(weights, whole);
    for (String settings :
        List.of(
            "\"length_penalty\": -3e38, \"num_beams\": 2",
            "\"length_penalty\": -100, \"num_beams\": 2, \"max_new_tokens\": 20",
            "\"sequence_bias\": [[[5], 1e39]]",
            "\"sequence_bias\": [[[5], -1e300]], \"num_beams\": 2",
            "\"repetition_penalty\": 1e-44")) {
      Path input =
          Files.writeString(
              folder.resolve("in.jsonl"),
              "{\"input_ids\": [5], \"generation\": {%s}}".formatted(settings));
      DeedRun run = DeedRun.of("generate", folder, "--input", input, "--quiet");
      run.assertOneLine(1, "1 of 1 lines");
      assertThat(run.out()).as(settings).contains("generation setting");
    }
  }
}
