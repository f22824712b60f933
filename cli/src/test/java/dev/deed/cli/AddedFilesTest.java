package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others put into a model's folder that would change its answers, or says that it does. */
final class AddedFilesTest {
  private static final List<String> ADAPTER =
      List.of("adapter_config.json", "adapter_model.safetensors");

  @TempDir Path folder = Path.of("");

  @BeforeEach
  void copy() throws IOException {
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(DeedRun.model("bart").resolve(name), folder.resolve(name));
    }
  }

  private DeedRun generate(String... more) throws IOException {
    Path input =
        Files.writeString(
            folder.resolve("in.jsonl"),
            "{\"input_ids\": [5, 6, 7], \"generation\": {\"max_new_tokens\": 2}}");
    List<Object> arguments = new ArrayList<>(List.of("generate", folder, "--input", input));
    arguments.addAll(List.of(more));
    return DeedRun.of(arguments.toArray());
  }

  private void quantize(String config) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        config.replaceFirst(
            "\\{",
            "{\"quantization_config\": {\"quant_method\": \"bitsandbytes\", \"load_in_8bit\":"
                + " true},"));
  }

  @Test
  void anAdapterIsRefusedAtEveryDoor() throws IOException {
    for (String name : ADAPTER) {
      Files.writeString(folder.resolve(name), "{}");
    }
    String[] words = {
      folder + ": holds an adapter (" + String.join(", ", ADAPTER) + ")", "merge_and_unload"
    };
    generate().assertOneLine(2, words);
    DeedRun.of("info", folder).assertOneLine(2, words);
    Path out = folder.resolve("out");
    DeedRun.of("convert", "checkpoint", folder, "--out", out).assertOneLine(2, words);
    assertThat(out).doesNotExist();
    Files.delete(folder.resolve("config.json"));
    Files.delete(folder.resolve("model.safetensors"));
    generate().assertOneLine(2, words);
  }

  @Test
  void quantisationOfPlainWeightsIsANote() throws IOException {
    String config = Files.readString(folder.resolve("config.json"));
    DeedRun plain = generate();
    quantize(config);
    DeedRun noted = generate("--quiet");
    assertThat(noted.code()).as(noted.err()).isZero();
    assertThat(noted.err()).doesNotContain("quantization_config");
    noted = generate();
    assertThat(noted.out()).contains("token_ids");
    assertThat(noted.out().replaceAll("\"timing.*", ""))
        .isEqualTo(plain.out().replaceAll("\"timing.*", ""));
    assertThat(noted.err())
        .contains("deed: " + folder + ": quantization_config (bitsandbytes) has no effect");
    assertThat(DeedRun.of("info", folder).out()).contains("quantization_config");
  }

  @Test
  void quantisedWeightsAreRefusedByName() throws IOException {
    String config = Files.readString(folder.resolve("config.json"));
    quantize(config.replaceFirst("\"decoder_ffn_dim\": *\\d+", "\"decoder_ffn_dim\": 7"));
    generate()
        .assertOneLine(
            2, "config.json: quantization_config", "bitsandbytes", "quantised from", "decoder");
  }
}
