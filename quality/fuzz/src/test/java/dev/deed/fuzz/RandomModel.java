package dev.deed.fuzz;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.checkpoint.SafetensorsWriter.Entry;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Model folders with the shape of a family's tiny model, other exits, other numbers of decoder
 * layers, weights of chance, and a head for drafts that suits them or does not.
 */
final class RandomModel {
  private static final Path EXITS = Door.ROOT.resolve("core/src/test/resources/golden/exits");

  private static final List<Path> FOLDERS =
      Stream.concat(
              Stream.of("bart", "mbart", "t5-v1_0", "t5-v1_1", "vision")
                  .map(name -> EXITS.resolve(name).resolve("model")),
              TinyModels.folders().stream())
          .toList();

  /** Rows of 64 weights that make a head large: then drafts and screened look-ups copy it. */
  private static final int LARGE = 1 << 16;

  private final Random random;
  private final Path folder;

  /**
   * @param folder is overwritten
   */
  RandomModel(Random random, Path folder) {
    this.random = random;
    this.folder = folder;
  }

  /** Writes one. {@return the folder whose shape it has, and what is new} */
  String write() {
    Path shape = FOLDERS.get(random.nextInt(FOLDERS.size()));
    ObjectNode plain = TinyModels.json(shape.resolve("config.json"));
    ObjectNode config = plain.deepCopy();
    ModelDescription description;
    try {
      change(config);
      description = describe(config);
    } catch (InputException e) {
      // Its family has other names for layers, or bounds that these are beyond.
      config = plain;
      description = describe(config);
    }
    try {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.writeString(folder.resolve("config.json"), config.toString());
      weights(description);
      String head = draftHead(description.spec().decoder().stack().width());
      return "%s, exits %s, %s".formatted(Door.ROOT.relativize(shape), config.path("exits"), head);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModelDescription describe(ObjectNode config) {
    return ModelFamily.describe(Config.of("config.json", config.deepCopy()));
  }

  private void change(ObjectNode config) {
    config.remove("exits");
    int layers = 2 + random.nextInt(5);
    ObjectNode decoder = config.get("decoder") instanceof ObjectNode part ? part : config;
    for (String name : List.of("num_decoder_layers", "decoder_layers")) {
      if (decoder.has(name)) {
        decoder.put(name, layers);
      }
    }
    int depth = describe(config).spec().decoderLayers();
    if (random.nextInt(30) == 0
        && config.has("vocab_size")
        && config.path("d_model").asInt() == 64) {
      config.put("vocab_size", LARGE);
    }
    ObjectNode exits = config.putObject("exits");
    ArrayNode at = exits.putArray("layers");
    IntStream.rangeClosed(1, depth)
        .filter(i -> i == depth || random.nextInt(3) > 0)
        .forEach(at::add);
    if (random.nextBoolean()) {
      exits.putObject("adapter").put("size", 1 + random.nextInt(24)).put("activation", "gelu");
    }
  }

  /** Of a size with which answers vary, and shallow layers agree with deep ones now and then. */
  private void weights(ModelDescription description) throws IOException {
    double gain = List.of(0.3, 1.0, 2.0).get(random.nextInt(3));
    boolean gate = random.nextBoolean();
    Map<String, Entry> tensors = new LinkedHashMap<>();
    for (Parameter parameter : ParameterTable.of(description.spec())) {
      if (!parameter.optional() || gate) {
        int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
        tensors.put(
            description.names().toCheckpoint(parameter.name()),
            new Entry(shape, values(parameter, gain)));
      }
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  private float[] values(Parameter parameter, double gain) {
    long inputs = parameter.elements() / Math.max(1, parameter.shape().getFirst());
    float[] values = new float[(int) parameter.elements()];
    for (int i = 0; i < values.length; i++) {
      double chance = random.nextGaussian();
      values[i] =
          (float)
              switch (parameter.role()) {
                case NORM_WEIGHT -> 1 + chance / 5;
                case RUNNING_VARIANCE -> 1 + Math.abs(chance);
                case BIAS, NORM_BIAS, RUNNING_MEAN -> chance / 10;
                case EMBEDDING, POSITION, LEARNED_TOKEN, RELATIVE_BIAS -> chance / 2;
                default -> gain * chance / Math.sqrt(inputs);
              };
    }
    return values;
  }

  /** None, of chance, or so large or small that float32 barely holds it. */
  private String draftHead(int width) throws IOException {
    if (random.nextInt(3) > 0) {
      return "no draft head";
    }
    double scale = List.of(1.0, 1.0, 0.0, 1e-42, 1e30).get(random.nextInt(5));
    int[] shape = {1 + random.nextInt(width), width};
    Map<String, Entry> tensors = new LinkedHashMap<>();
    for (String name : List.of("hidden", "rows")) {
      float[] values = new float[shape[0] * shape[1]];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (scale * random.nextGaussian() / Math.sqrt(width));
      }
      tensors.put(name, new Entry(shape, values));
    }
    SafetensorsWriter.write(folder.resolve("draft_head.safetensors"), tensors, Map.of());
    return "draft head of rank %d times %s".formatted(shape[0], scale);
  }
}
