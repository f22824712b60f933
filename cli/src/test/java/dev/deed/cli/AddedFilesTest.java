package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.checkpoint.SafetensorsWriter.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others put into a model's folder that would change its answers, or says that it does. */
final class AddedFilesTest {
  @TempDir Path folder = Path.of("");

  @BeforeEach
  void copy() throws IOException {
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(DeedRun.model("bart").resolve(name), folder.resolve(name));
    }
  }

  private Path input() throws IOException {
    return Files.writeString(
        folder.resolve("in.jsonl"),
        "{\"input_ids\": [5, 6, 7], \"generation\": {\"max_new_tokens\": 6}}");
  }

  private DeedRun generate(String... more) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("generate", folder, "--input", input()));
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

  /** An adapter's folder, in it. */
  private Path adapter(String name, String base) throws IOException {
    Path adapter = Files.createDirectory(folder.resolve(name));
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"lora_alpha\": 64, \"base_model_name_or_path\": \""
            + base
            + "\"}");
    Map<String, Entry> tensors = new LinkedHashMap<>();
    Random random = new Random(1);
    // The head is tied to the tables of both sides: it gets its own.
    for (String module :
        List.of(
            "model.encoder.layers.0.self_attn.q_proj",
            "model.decoder.layers.1.encoder_attn.v_proj",
            "lm_head")) {
      int outputs = module.equals("lm_head") ? 500 : 64;
      String key = "base_model.model." + module;
      tensors.put(key + ".lora_A.weight", new Entry(new int[] {4, 64}, numbers(random, 256)));
      tensors.put(
          key + ".lora_B.weight", new Entry(new int[] {outputs, 4}, numbers(random, 4 * outputs)));
    }
    SafetensorsWriter.write(adapter.resolve("adapter_model.safetensors"), tensors, Map.of());
    return adapter;
  }

  private static float[] numbers(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.1f * (float) random.nextGaussian();
    }
    return values;
  }

  private static String answer(DeedRun run) {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("token_ids");
    return run.out().replaceAll("\"timing.*", "");
  }

  private String answer(Path model, String... more) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("generate", model, "--input", input()));
    arguments.addAll(List.of(more));
    return answer(DeedRun.of(arguments.toArray()));
  }

  @Test
  void anAdapterGivesTheSameBitsAtEveryDoor() throws IOException {
    Path adapter = adapter("adapter", "..");
    String plain = answer(folder);
    String adapted = answer(folder, "--adapter", adapter.toString());
    assertThat(adapted).isNotEqualTo(plain);
    assertThat(answer(adapter)).isEqualTo(adapted);
    Path merged = folder.resolve("merged");
    DeedRun converted = DeedRun.of("convert", "adapter", folder, adapter, merged);
    assertThat(converted.code()).as(converted.err()).isZero();
    assertThat(merged.resolve("adapter_config.json")).doesNotExist();
    assertThat(answer(merged)).isEqualTo(adapted);
    for (String precision : List.of("bf16", "int8", "w8a8")) {
      assertThat(answer(adapter, "--precision", precision))
          .isEqualTo(answer(merged, "--precision", precision));
    }
    Path int8 = folder.resolve("int8");
    DeedRun.of("convert", "checkpoint", folder, "--out", int8, "--precision", "int8");
    assertThat(answer(int8, "--adapter", adapter.toString())).isNotEqualTo(answer(int8));
    DeedRun.of("convert", "adapter", int8, adapter, folder.resolve("no"))
        .assertOneLine(2, "config.json", "quantised");
  }

  @Test
  void anAdapterBesideItsBaseIsApplied() throws IOException {
    Path adapter = adapter("adapter", ".");
    String adapted = answer(folder, "--adapter", adapter.toString());
    for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.move(adapter.resolve(name), folder.resolve(name));
    }
    assertThat(answer(folder)).isEqualTo(adapted);
  }

  @Test
  void whatHasNoWeightsOfItsOwnIsRefusedWhereTheyAreNeeded() throws IOException {
    Path adapter = adapter("adapter", "..");
    Path other = adapter("other", "no/such folder");
    String[] merge = {"adapter_config.json", "deed convert adapter"};
    Path out = folder.resolve("out");
    DeedRun.of("convert", "checkpoint", adapter, "--out", out).assertOneLine(2, merge);
    DeedRun.of("convert", "adapter", other, adapter, out).assertOneLine(2, merge);
    DeedRun.of("generate", other, "--adapter", adapter, "--prompt", "a").assertOneLine(2, merge);
    DeedRun.of("calibrate", adapter, "--data", input(), "--lossless")
        .assertOneLine(2, "deed convert adapter");
    DeedRun.of("info", other).assertOneLine(2, "no/such folder", "no folder here");
    DeedRun.of("serve", folder, "a=" + folder, "--adapter", adapter)
        .assertOneLine(2, "--adapter", "NAME=ADAPTER");
    assertThat(out).doesNotExist();
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
