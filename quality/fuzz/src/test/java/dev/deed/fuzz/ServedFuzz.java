package dev.deed.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.data.ModelSamples.Sample;
import dev.deed.server.serving.ModelLife;
import dev.deed.server.serving.ModelRegistry;
import dev.deed.server.serving.ModelSource;
import dev.deed.server.serving.ServedModel;
import dev.deed.server.serving.ServingMeters;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A whole model folder as {@code serve} opens it, with one of its files changed, cut short, missing
 * or of another kind. It is served or refused in one line, and shows no file from elsewhere.
 */
public final class ServedFuzz {
  private static final String SAMPLES = "samples/samples.jsonl";
  private static final byte[] SECRET = bytes("GIF89a that nobody may see");
  private static final List<String> IMAGES =
      List.of(
          "own.gif",
          "../../secret.gif",
          "link.gif",
          "up/secret.gif",
          "/proc/self/environ",
          "/dev/zero",
          "../config.json",
          "",
          ".",
          "own.gif/own.gif");

  /** Of texts of the words w1 and w2. */
  static final String TOKENIZER =
      """
      {"added_tokens": [{"id": 0, "content": "<pad>", "single_word": false, "lstrip": false,
         "rstrip": false, "normalized": false, "special": true}],
       "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": null,
       "decoder": null,
       "model": {"type": "WordLevel", "unk_token": "w2", "vocab": {"<pad>": 0, "w1": 1, "w2": 2}}}
      """;

  private static final Scratch HOME = new Scratch();
  private static final Path FOLDER = HOME.folder().resolve("model");
  private static final Map<String, byte[]> SOUND = sound();
  private static final List<String> NAMES = List.copyOf(SOUND.keySet());

  private ServedFuzz() {}

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, byte[]> sound() {
    Path golden = Door.ROOT.resolve("core/src/test/resources/golden/exits/t5-v1_0/model");
    Map<String, byte[]> files = new LinkedHashMap<>();
    try {
      Path samples = Files.createDirectories(FOLDER.resolve("samples"));
      Files.write(HOME.folder().resolve("secret.gif"), SECRET);
      Files.write(samples.resolve("own.gif"), bytes("GIF89a of the folder"));
      Files.createSymbolicLink(samples.resolve("link.gif"), HOME.folder().resolve("secret.gif"));
      Files.createSymbolicLink(samples.resolve("up"), HOME.folder());
      Files.copy(golden.resolve("model.safetensors"), FOLDER.resolve("model.safetensors"));
      files.put("config.json", Files.readAllBytes(golden.resolve("config.json")));
      files.put("generation_config.json", bytes("{\"max_new_tokens\": 3, \"eos_token_id\": 1}"));
      files.put("tokenizer.json", bytes(TOKENIZER));
      files.put("tokenizer_config.json", bytes("{\"tokenizer_class\": \"T5Tokenizer\"}"));
      files.put(SAMPLES, bytes("{\"id\": 1, \"image\": \"own.gif\", \"prompt\": \"w2\"}\n"));
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(FOLDER.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static byte[] sound(String name) {
    return Objects.requireNonNull(SOUND.get(name));
  }

  /**
   * Jazzer calls it first, of public classes alone: loading what an answer needs may take longer
   * than an answer may.
   */
  public static void fuzzerInitialize() {
    serve();
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    Choices choices = new Choices(bytes);
    String name = NAMES.get(choices.below(NAMES.size()));
    Path file = FOLDER.resolve(name);
    try {
      Files.delete(file);
      put(name, file, choices);
      serve();
      Files.deleteIfExists(file);
      Files.write(file, sound(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(String name, Path file, Choices choices) throws IOException {
    byte[] sound = sound(name);
    switch (choices.below(10)) {
      case 0 -> {
        Path target =
            choices.of(Path.of("/dev/zero"), HOME.folder().resolve("secret.gif"), file, FOLDER);
        Files.createSymbolicLink(file, target);
      }
      case 1 -> {
        if (choices.yes()) {
          Files.createDirectory(file);
        }
      }
      case 2 -> Files.write(file, Arrays.copyOf(sound, choices.any() >>> 1 & 0xffff));
      case 3 -> {
        byte[] changed = sound.clone();
        for (int i = 1 + choices.below(4); i > 0; i--) {
          changed[(choices.any() >>> 1) % changed.length] = (byte) choices.octet();
        }
        Files.write(file, changed);
      }
      default -> Files.write(file, name.equals(SAMPLES) ? lines(choices) : json(sound, choices));
    }
  }

  private static byte[] lines(Choices choices) {
    StringBuilder lines = new StringBuilder();
    for (int i = 1 + choices.below(3); i > 0; i--) {
      String image = IMAGES.get(choices.below(IMAGES.size()));
      lines.append("{\"id\": ").append(RandomJson.value(choices));
      lines.append(", \"").append(choices.of("image", "prompt", "target")).append("\": \"");
      lines.append(image).append("\"}").append(choices.rarely() ? "" : "\n");
    }
    return bytes(lines.toString());
  }

  private static byte[] json(byte[] sound, Choices choices) throws IOException {
    try {
      ObjectNode json = (ObjectNode) new ObjectMapper().readTree(sound);
      RandomJson.change(json, List.of("exits", "required_inputs", "vocab_size"), choices);
      return bytes(json.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void serve() {
    ModelSource source =
        new ModelSource(
            "model",
            _ -> EncoderDecoderModel.open(FOLDER, 1),
            EngineOptions.defaults().withMaxRows(2).withKnee(2),
            Duration.ofSeconds(30),
            Duration.ZERO,
            model -> null);
    ServingMeters meters = new ServingMeters(Set::of, ServedFuzz::requireLine);
    try (ModelRegistry models = new ModelRegistry(List.of(source), meters, 2, ModelLife.ALWAYS)) {
      models.open();
      ServedModel served = models.models().getFirst();
      for (Sample sample : served.samples().samples()) {
        if (sample.picture() != null && Arrays.equals(sample.picture().bytes(), SECRET)) {
          throw new AssertionError("a picture from elsewhere is shown: " + sample.line());
        }
      }
      served
          .model()
          .generate(Input.ofText("w1 w2"), GenerationOptions.defaults().withMaxNewTokens(3));
    } catch (InputException e) {
      requireLine(String.valueOf(e.getMessage()));
    }
  }

  private static void requireLine(String line) {
    if (line.lines().count() != 1) {
      throw new AssertionError("an error in lines: " + line);
    }
  }
}
