package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.data.InputReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is damaged, lies or is hostile: one clear line each, and nothing half-written. */
final class BadInputTest {
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

  private void assertInfo(String... parts) {
    DeedRun.of("info", folder).assertOneLine(2, parts);
  }

  private void writeHeader(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(weights, file.putLong(json.length).put(json).array());
  }

  @Test
  void weightsThatAreMissingOrCutShort() throws IOException {
    assertInfo("holds no model.safetensors, no pytorch_model.bin");
    for (int length : new int[] {0, 7, 8, 500, whole.length / 2, whole.length - 1}) {
      Files.write(weights, Arrays.copyOf(whole, length));
      assertInfo("model.safetensors", "fetch it again");
    }
    Files.delete(weights);
    Files.writeString(folder.resolve("pytorch_model.bin"), "pickle");
    assertInfo("pytorch_model.bin");
  }

  @Test
  void headersThatLie() throws IOException {
    for (long length : new long[] {-1, 0, 1, Long.MAX_VALUE, whole.length, 99_999_999}) {
      byte[] lying = whole.clone();
      ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Files.write(weights, lying);
      assertInfo("claims a header of " + length + " bytes");
    }
    writeHeader("{\"a\": ", 0);
    assertInfo("is not JSON");
    writeHeader("[1]", 0);
    assertInfo("not a JSON object");
    writeHeader("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}}", 4);
    assertInfo("puts tensor a at bytes 0..8 of 4");
    writeHeader("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [-8, 0]}}", 8);
    assertInfo("puts tensor a at bytes -8..0");
    writeHeader("{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 8]}}", 8);
    assertInfo("8 bytes for the shape [3]");
    writeHeader("{\"a\": {\"dtype\": \"F32\", \"shape\": [-1], \"data_offsets\": [0, 8]}}", 8);
    assertInfo("the shape [-1]");
    String huge = "[2147483647, 2147483647, 2147483647]";
    writeHeader(
        "{\"a\": {\"dtype\": \"F32\", \"shape\": %s, \"data_offsets\": [0, 8]}}".formatted(huge),
        8);
    assertInfo("beyond 64 bits");
    writeHeader("{\"a\": {\"dtype\": \"Q4\", \"shape\": [2], \"data_offsets\": [0, 1]}}", 8);
    assertInfo("tensor a", "Q4", "not supported");
    writeHeader("{\"a\": 5}", 8);
    assertInfo("tensor a");
    writeHeader("{}", 0);
    assertInfo("lacks the tensor");
    writeHeader("[".repeat(5000) + "]".repeat(5000), 0);
    assertInfo("not JSON");
  }

  @Test
  void configurationsThatDoNotFitTheWeights() throws IOException {
    Files.write(weights, whole);
    Path file = folder.resolve("config.json");
    String config = Files.readString(file);
    Files.writeString(file, config.replace("\"vocab_size\": 500", "\"vocab_size\": 501"));
    assertInfo("[500, 64]", "501");
    Files.writeString(file, config.replace("\"decoder_layers\": 6", "\"decoder_layers\": 7"));
    assertInfo("7");
    Files.writeString(file, config.replace("\"decoder_layers\": 6", "\"decoder_layers\": -6"));
    assertInfo("decoder_layers", "-6");
    Files.writeString(file, config.replace("\"d_model\": 64", "\"d_model\": 2000000000"));
    assertInfo("d_model", "2000000000");
    Files.writeString(file, config.replace("\"d_model\": 64", "\"d_model\": \"wide\""));
    assertInfo("d_model", "whole number");
    Files.writeString(
        file, config.replace("\"model_type\": \"bart\"", "\"model_type\": \"resnet\""));
    assertInfo("resnet", "bart");
    Files.writeString(file, config.substring(0, 40));
    assertInfo("config.json", "is not JSON");
    Files.writeString(file, "[]");
    assertInfo("config.json", "not a JSON object");
    Files.delete(file);
    assertInfo("config.json", "cannot be read");
  }

  @Test
  void shardsOutsideTheFolderAreNotRead() throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"../../etc/x.safetensors\"}}");
    assertInfo("names the shard", "../../etc/x.safetensors");
  }

  /** The rules of the reference implementation, and no name twice. */
  @Test
  void headersThatDoNotCoverTheDataOnce() throws IOException {
    String tensor = "\"%s\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [%d, %d]}";
    String first = tensor.formatted("a", 0, 8);
    String both = first.replace("[2]", "[5]").replace("8]", "20]");
    for (String[] wrong :
        new String[][] {
          {first + "," + tensor.formatted("b", 4, 12), "puts tensor b at byte 4, where byte 8 is"},
          {first + "," + tensor.formatted("b", 0, 8), "puts tensor b at byte 0, where byte 8 is"},
          {first + "," + tensor.formatted("b", 12, 20), "puts tensor b at byte 12, where byte 8"},
          {tensor.formatted("a", 8, 16), "puts tensor a at byte 8, where byte 0 is next"},
          {first, "has 12 bytes behind its last tensor"},
          {first + "," + tensor.formatted("a", 8, 16), "not JSON (Duplicate field 'a')"},
          {first.replace("F32", "f32"), "element type \"f32\""},
          {both + ", \"__metadata__\": {\"a\": 1}", "__metadata__ that holds more than texts"},
          {both + ", \"__metadata__\": []", "__metadata__ that holds more than texts"},
          {first + "}, {", "is not JSON"},
        }) {
      writeHeader("{" + wrong[0] + "}", 20);
      assertInfo(wrong[1]);
    }
    writeHeader("{\"\\u001b[31m\\n\": 5}", 8);
    assertInfo("tensor \\u001b[31m\\n:");
  }

  @Test
  void shardsThatDoNotFitTheirIndex() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    for (String shard : List.of("one", "two")) {
      Files.write(folder.resolve(shard + ".safetensors"), whole);
    }
    String map = "{\"weight_map\": {%s}}";
    Files.writeString(index, map.formatted(""));
    assertInfo("names no shard");
    Files.writeString(index, map.formatted("\"none\": \"one.safetensors\""));
    assertInfo("one.safetensors", "lacks the tensor none, which the index says it holds");
    String table = "\"model.shared.weight\": \"one.safetensors\"";
    Files.writeString(index, map.formatted(table));
    assertThat(DeedRun.of("info", folder).code()).isZero();
    Files.writeString(index, map.formatted(table + ", \"final_logits_bias\": \"two.safetensors\""));
    assertInfo("two.safetensors", "which another shard holds too");
    DeedRun.of("convert", "checkpoint", folder, "--out", folder.resolve("new"))
        .assertOneLine(2, "two.safetensors", "which another shard holds too");
  }

  @Test
  void picturesThatAreNone() throws IOException {
    Path model = DeedRun.model("vision");
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(model.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    Path picture = folder.resolve("a.png");
    Files.writeString(picture, "no picture");
    DeedRun.of("generate", folder, "--image", picture).assertOneLine(2, "preprocessor_config.json");
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": {\"height\": 32, \"width\": 32}}");
    DeedRun.of("generate", folder, "--image", picture)
        .assertOneLine(2, "a.png", "no picture of a known format", "PNG");
    Files.delete(picture);
    DeedRun.of("generate", folder, "--image", picture).assertOneLine(2, "there is no such file");
    DeedRun.of("generate", folder, "--image", "https://example.org/a.png")
        .assertOneLine(2, "https://example.org/a.png", "is an address, and nothing is fetched");
    DeedRun.of("generate", folder, "--image", folder).assertOneLine(2, "is a folder");
    Files.write(picture, pngThatClaims(100_000, 100_000));
    DeedRun.of("generate", folder, "--image", picture)
        .assertOneLine(2, "100000×100000 pixels", "smaller picture");
    Files.write(picture, pngThatClaims(64, 64));
    DeedRun.of("generate", folder, "--image", picture).assertOneLine(2, "a.png", "truncated");
    DeedRun.of("generate", folder, "--prompt", "text")
        .assertOneLine(2, "has a prompt but no picture", "give an image");
  }

  /** A picture of a few bytes that says it is large. */
  private static byte[] pngThatClaims(int width, int height) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(17).put("IHDR".getBytes(StandardCharsets.US_ASCII));
    header.putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(0x89504e470d0a1a0aL);
    for (byte[] chunk :
        List.of(
            header.array(),
            "IDATx".getBytes(StandardCharsets.US_ASCII),
            "IEND".getBytes(StandardCharsets.US_ASCII))) {
      CRC32 crc = new CRC32();
      crc.update(chunk);
      out.writeInt(chunk.length - 4);
      out.write(chunk);
      out.writeInt((int) crc.getValue());
    }
    return bytes.toByteArray();
  }

  @Test
  void jsonBeyondLimitsOrCutShort() throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{\"a\": ".repeat(1100) + "1" + "}".repeat(1100));
    assertInfo("config.json", "is not JSON (Document nesting depth");
    Files.writeString(file, "{\"d_model\": " + "9".repeat(2000) + "}");
    assertInfo("config.json", "is not JSON (Number value length");
    Files.writeString(file, "{\"model_type\": \"bart\",\n \"d_model\": 64");
    assertInfo(
        "is not JSON (line 2: Unexpected end-of-input: expected close marker for Object);"
            + " mend or fetch it again");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void filesWithoutEnd() throws IOException {
    Files.write(weights, whole);
    Files.delete(folder.resolve("config.json"));
    Files.createSymbolicLink(folder.resolve("config.json"), Path.of("/dev/zero"));
    assertInfo("config.json", "is no regular file");
  }

  private Path fifo(String name) throws IOException, InterruptedException {
    Path path = folder.resolve(name);
    Files.deleteIfExists(path);
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    return path;
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void fifosAndDevicesInPlaceOfFiles() throws IOException, InterruptedException {
    fifo("model.safetensors");
    assertInfo("model.safetensors", "is no regular file");
    fifo("config.json");
    assertInfo("config.json", "is no regular file");
    Files.delete(weights);
    Files.copy(DeedRun.model("bart").resolve("config.json"), weights);
    Files.move(weights, folder.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
    Files.write(weights, whole);
    fifo("generation_config.json");
    DeedRun.of("generate", folder, "--prompt", "x")
        .assertOneLine(2, "generation_config.json", "is no regular file");
    Files.delete(folder.resolve("generation_config.json"));
    fifo("t.safetensors");
    Path input = folder.resolve("in.jsonl");
    Files.writeString(input, "{\"tensors\": {\"input_ids\": \"t.safetensors:ids\"}}");
    DeedRun run = DeedRun.of("generate", folder, "--input", input);
    assertThat(run.out()).contains("t.safetensors: is no regular file");
    Path vision = DeedRun.ROOT.resolve("models/screenshot-markup");
    for (Object picture : new Object[] {fifo("a.png"), "/dev/zero"}) {
      DeedRun.of("generate", vision, "--image", picture).assertOneLine(2, "is no regular file");
    }
    DeedRun.of("generate", folder, "--input", "/dev/zero").assertOneLine(2, "line 1 does not end");
  }

  /** What a shell makes of {@code --input <(COMMAND)}. */
  @Test
  @EnabledOnOs(OS.LINUX)
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void inputsThroughAFifo() throws IOException, InterruptedException {
    Files.write(weights, whole);
    Path pipe = fifo("in.jsonl");
    assertThat(InputReader.count(pipe)).isEqualTo(-1);
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Files.writeString(pipe, "{\"input_ids\": [5]}\n{\"input_ids\": [6]}\n");
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    DeedRun run = DeedRun.of("generate", folder, "--input", pipe);
    writer.join();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(2);
  }

  @Test
  void usedUpMemoryIsOneLine() {
    Path model = DeedRun.model("bart");
    CommandLine line = Main.all();
    line.parseArgs("info", model.toString());
    StringWriter err = new StringWriter();
    line.setErr(new PrintWriter(err, true));
    assertThat(Failures.failed(new OutOfMemoryError("Java heap space"), line)).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "deed: memory: is used up (Java heap space); give less at once, or the JVM more:"
                + " DEED_JAVA_OPTS=-Xmx8g"
                + System.lineSeparator());
  }

  @Test
  void featuresNameTheLine() throws IOException {
    Files.write(weights, whole);
    Path input = folder.resolve("in.jsonl");
    Path output = folder.resolve("out.safetensors");
    String sound = "{\"id\": \"2\", \"input_ids\": [5], \"decoder_input_ids\": [2]}\n";
    // The second line has no id, so its number stands for one.
    Files.writeString(input, sound + "{\"input_ids\": [5], \"decoder_input_ids\": [2]}\n");
    DeedRun.of("features", folder, "--input", input, "--output", output)
        .assertOneLine(2, "in.jsonl, line 2: id 2: names an earlier line too");
    Files.writeString(
        input, sound + "{\"id\": 3, \"input_ids\": [600], \"decoder_input_ids\": [2]}\n");
    DeedRun.of("features", folder, "--input", input, "--output", output)
        .assertOneLine(2, "in.jsonl, line 2: input_ids: holds 600");
    assertThat(output).doesNotExist();
  }

  @Test
  void whatAModelDoesNotReadIsPassedOver() throws IOException {
    Files.write(weights, whole);
    Path input =
        Files.writeString(
            folder.resolve("in.jsonl"),
            "{\"input_ids\": [5], \"image\": \"none.png\", \"prompt\": \"x\"}");
    DeedRun run = DeedRun.of("generate", folder, "--input", input);
    assertThat(run.code()).as(run.err()).isZero();
    DeedRun.of("generate", folder, "--image", "none.png")
        .assertOneLine(2, "has an image but no text", "give a prompt");
  }

  @Test
  void anEarlierResultSurvivesAFailure() throws IOException {
    Files.write(weights, whole);
    Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"input_ids\": [5]}\n");
    Path output = Files.writeString(folder.resolve("out"), "earlier");
    DeedRun.of("features", folder, "--input", input, "--output", output)
        .assertOneLine(2, "decoder_input_ids");
    DeedRun.of(
            "generate",
            folder,
            "--input",
            folder.resolve("none"),
            "--output",
            output,
            "--overwrite")
        .assertOneLine(2, "there is no such file");
    DeedRun.of(
            "generate", folder, "--input", input, "--output", output, "--overwrite", "--batch", 0)
        .assertOneLine(2, "batch");
    DeedRun.of("generate", folder, "--input", input, "--output", folder)
        .assertOneLine(2, "is a folder");
    DeedRun.of("generate", folder, "--input", input, "--output", output.resolve("below"))
        .assertOneLine(2, "cannot be written");
    assertThat(output).hasContent("earlier");
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }
}
