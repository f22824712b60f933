package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which tables are used of folders that store some of them, equal or different, is what
 * Transformers uses: {@code tools/make_table_cases.py}.
 */
final class TokenTablesTest {
  private static final Path CASES =
      Path.of(System.getProperty("deed.root", "..")).resolve("core/src/test/resources/tables");

  /** Contents of the shared table, the encoder's, the decoder's and the head's: 1, 2, 3, 4. */
  private static final String LETTERS = "SEDH";

  private static final List<String> PLACES =
      List.of("encoder.embedding.weight", "decoder.embedding.weight", "head.weight");

  @TempDir Path folder = Path.of("");

  static List<String> families() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void tablesAreThoseOfTransformers(String family) throws IOException {
    JsonNode json = new ObjectMapper().readTree(CASES.resolve(family).toFile());
    Files.writeString(folder.resolve("config.json"), json.path("config").toString());
    Config config = Config.of(family, (ObjectNode) json.path("config"));
    List<@Nullable String> names = new ArrayList<>();
    json.path("tables").forEach(name -> names.add(name.isNull() ? null : name.asText()));
    for (JsonNode item : json.path("cases")) {
      String[] stated = item.asText().split(" ", 2);
      write(config, names, stated[0]);
      try (ModelFolder model = ModelFolder.open(folder)) {
        StringBuilder used = new StringBuilder();
        for (int place = 0; place < PLACES.size(); place++) {
          used.append(names.get(place + 1) == null ? '-' : letter(model, PLACES.get(place)));
        }
        assertThat(used.toString()).as(stated[0]).isEqualTo(stated[1]);
      }
    }
  }

  /** All that the model needs, with tables as the letters say. */
  private void write(Config config, List<@Nullable String> names, String stored)
      throws IOException {
    ModelDescription description = ModelFamily.describe(config);
    Map<String, SafetensorsWriter.Entry> tensors = new LinkedHashMap<>();
    Map<String, Parameter> tables = new HashMap<>();
    for (Parameter parameter : ParameterTable.of(description.spec().withTables(false, true))) {
      if (PLACES.contains(parameter.name())) {
        tables.put(parameter.name(), parameter);
      } else if (!parameter.optional()) {
        String name = description.names().toCheckpoint(parameter.name());
        tensors.put(name, entry(parameter, 0));
      }
    }
    Parameter table = Objects.requireNonNull(tables.get("decoder.embedding.weight"));
    for (int i = 0; i < stored.length(); i++) {
      String name = names.get(i);
      if (name != null && stored.charAt(i) != '-') {
        tensors.put(name + ".weight", entry(table, 1 + LETTERS.indexOf(stored.charAt(i))));
      }
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  private static SafetensorsWriter.Entry entry(Parameter parameter, float value) {
    float[] values = new float[(int) parameter.elements()];
    Arrays.fill(values, value);
    int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
    return new SafetensorsWriter.Entry(shape, values);
  }

  private static char letter(ModelFolder model, String place) {
    boolean own =
        switch (place) {
          case "head.weight" -> !model.spec().decoder().head().tied();
          case "encoder.embedding.weight" -> model.spec().encoder().ownTable();
          default -> true;
        };
    float value = model.tensor(own ? place : "decoder.embedding.weight").toFloats()[0];
    return LETTERS.charAt((int) value - 1);
  }
}
