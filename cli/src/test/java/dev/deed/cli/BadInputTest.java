package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    assertInfo("model.safetensors", "no such file");
    for (int length : new int[] {0, 7, 8, 500, whole.length / 2, whole.length - 1}) {
      Files.write(weights, Arrays.copyOf(whole, length));
      assertInfo("model.safetensors", "fetch it again");
    }
    Files.delete(weights);
    Files.writeString(folder.resolve("pytorch_model.bin"), "pickle");
    assertInfo("pytorch_model.bin", "deed convert checkpoint");
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

  @Test
  void picturesThatAreNone() throws IOException {
    Path model = DeedRun.model("vision");
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(
          model.resolve(name),
          folder.resolve(name),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
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
    DeedRun.of("generate", folder, "--image", folder).assertOneLine(2, "cannot be read");
    Files.write(picture, pngThatClaims(100_000, 100_000));
    DeedRun.of("generate", folder, "--image", picture)
        .assertOneLine(2, "100000×100000 pixels", "smaller picture");
    Files.write(picture, pngThatClaims(64, 64));
    DeedRun.of("generate", folder, "--image", picture).assertOneLine(2, "a.png", "truncated");
    DeedRun.of("generate", folder, "--prompt", "text").assertOneLine(2, "has no picture");
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
  void anEarlierResultSurvivesAFailure() throws IOException {
    Files.write(weights, whole);
    Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"input_ids\": [5]}\n");
    Path output = Files.writeString(folder.resolve("out"), "earlier");
    DeedRun.of("features", folder, "--input", input, "--output", output)
        .assertOneLine(2, "decoder_input_ids");
    DeedRun.of("generate", folder, "--input", folder.resolve("none"), "--output", output)
        .assertOneLine(2, "there is no such file");
    DeedRun.of("generate", folder, "--input", input, "--output", output, "--batch", 0)
        .assertOneLine(2, "batch");
    DeedRun.of("generate", folder, "--input", input, "--output", folder)
        .assertOneLine(2, "is a folder");
    DeedRun.of("generate", folder, "--input", input, "--output", output.resolve("below"))
        .assertOneLine(2, "cannot be written");
    assertThat(output).hasContent("earlier");
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }
}
