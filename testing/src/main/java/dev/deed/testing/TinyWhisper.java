package dev.deed.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A Whisper of random weights that reads a second of sound: a spectrogram of 5 bins, 14 frames. */
public final class TinyWhisper {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", ".."));

  private static final List<String> WORDS = words();

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
    Files.writeString(
        folder.resolve("generation_config.json"),
        """
        {"bos_token_id": 24, "decoder_start_token_id": 25, "eos_token_id": 24, "pad_token_id": 24,
         "lang_to_id": {"<|en|>": 26, "<|de|>": 27}, "is_multilingual": true,
         "task_to_id": {"transcribe": 28, "translate": 29}, "prev_sot_token_id": 30,
         "no_timestamps_token_id": 32, "max_length": 20,
         "suppress_tokens": [25, 26, 27, 28, 29, 30, 31, 32]}
        """);
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [%s],
         "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
         "decoder": null, "model": {"type": "WordLevel", "vocab": {%s}, "unk_token": "w0"}}
        """
            .formatted(
                IntStream.range(0, WORDS.size())
                    .filter(id -> WORDS.get(id).startsWith("<"))
                    .mapToObj(TinyWhisper::added)
                    .collect(Collectors.joining(", ")),
                IntStream.range(0, WORDS.size())
                    .mapToObj(id -> "\"%s\": %d".formatted(WORDS.get(id), id))
                    .collect(Collectors.joining(", "))));
    return folder;
  }

  private static String added(int id) {
    return """
        {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}"""
        .formatted(id, WORDS.get(id));
  }

  /** Its tokens: words, what it is told by, and timestamps. */
  private static List<String> words() {
    List<String> words = new ArrayList<>();
    IntStream.range(0, 24).forEach(id -> words.add("w" + id));
    words.addAll(List.of("<|endoftext|>", "<|startoftranscript|>"));
    words.addAll(
        List.of(
            "<|en|>",
            "<|de|>",
            "<|transcribe|>",
            "<|translate|>",
            "<|startofprev|>",
            "<|nospeech|>",
            "<|notimestamps|>"));
    IntStream.range(0, 7)
        .forEach(step -> words.add(String.format(Locale.ROOT, "<|%.2f|>", step / 7.0)));
    return List.copyOf(words);
  }

  /** One of the sounds made by {@code tools/make_sound_fixtures.py}. */
  public static Path sound(String name) {
    return ROOT.resolve("processing/src/test/resources/sounds").resolve(name);
  }
}
