package dev.deed;

import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.checkpoint.SafetensorsWriter.Entry;
import dev.deed.checkpoint.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A tiny model whose vocabulary is so large that an int8 copy of its head saves time. */
final class LargeHead {
  static final Path SMALL =
      Path.of(System.getProperty("deed.root", ".."))
          .resolve("core/src/test/resources/golden/exits/t5-v1_1/model");

  /** Words with which the head is large. */
  private static final int WORDS = 1 << 16;

  private LargeHead() {}

  /** The small model with more words, each near one of its own. */
  static Path in(Path folder) throws IOException {
    String config = Files.readString(SMALL.resolve("config.json"));
    Files.writeString(
        folder.resolve("config.json"),
        config.replaceAll("\"vocab_size\": *500", "\"vocab_size\": " + WORDS));
    Random random = new Random(4);
    Map<String, Entry> tensors = new LinkedHashMap<>();
    try (SafetensorsFile weights = SafetensorsFile.open(SMALL.resolve("model.safetensors"))) {
      for (Tensor tensor : weights.tensors().values()) {
        int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
        float[] values = tensor.toFloats();
        if (shape.length == 2 && shape[0] == 500) {
          shape[0] = WORDS;
          float[] more = new float[WORDS * shape[1]];
          for (int i = 0; i < more.length; i++) {
            float noise = i < values.length ? 0 : (float) random.nextGaussian() / 10;
            more[i] = values[i % values.length] * (1 + noise);
          }
          values = more;
        }
        tensors.put(tensor.name(), new Entry(shape, values));
      }
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    return folder;
  }
}
