package dev.deed.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/** A Whisper of random weights that reads a second of sound: a spectrogram of 5 bins, 14 frames. */
public final class TinyWhisper {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", ".."));

  private TinyWhisper() {}

  /** Puts it into a folder. */
  public static Path in(Path folder) throws IOException {
    Path model = ROOT.resolve("core/src/test/resources/families/whisper/model");
    for (String name : List.of("config.json", "generation_config.json", "model.safetensors")) {
      Files.copy(model.resolve(name), folder.resolve(name));
    }
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        """
        {"feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 5,
         "hop_length": 1142, "chunk_length": 1}
        """);
    return folder;
  }

  /**
   * Puts it into a folder with a tokenizer and the tokens by which it is told what to do: it
   * transcribes nonsense. Timestamps are a seventh of a second apart.
   */
  public static Path thatTranscribes(Path folder) throws IOException {
    in(folder);
    for (String name : List.of("generation_config.json", "tokenizer.json")) {
      try (InputStream file = TinyWhisper.class.getResourceAsStream("tiny-whisper/" + name)) {
        Files.copy(
            Objects.requireNonNull(file, name),
            folder.resolve(name),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return folder;
  }

  /** One of the sounds made by {@code tools/make_sound_fixtures.py}. */
  public static Path sound(String name) {
    return ROOT.resolve("io/src/test/resources/sounds").resolve(name);
  }
}
