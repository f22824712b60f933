package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of sound hold a preprocessor_config.json that has nothing to say about pictures. */
final class ForeignPreprocessorTest {
  @TempDir Path folder = Path.of("");

  @Test
  void aModelWithoutPicturesLeavesItAlone() throws IOException {
    copy("bart");
    assertThat(
            generate("{\"input_ids\": [5, 6, 7], \"generation\": {\"max_new_tokens\": 2}}").code())
        .isZero();
  }

  @Test
  void aModelOfPicturesRefusesIt() throws IOException {
    copy("vision");
    generate("{\"image\": \"a.png\"}")
        .assertOneLine(2, "preprocessor_config.json", "WhisperFeatureExtractor");
  }

  private void copy(String model) throws IOException {
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(DeedRun.model(model).resolve(name), folder.resolve(name));
    }
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"feature_extractor_type\": \"WhisperFeatureExtractor\", \"feature_size\": 80}");
  }

  private DeedRun generate(String line) throws IOException {
    Path input = Files.writeString(folder.resolve("in.jsonl"), line);
    return DeedRun.of("generate", folder, "--input", input);
  }
}
