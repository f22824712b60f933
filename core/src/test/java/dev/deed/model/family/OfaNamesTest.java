package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.checkpoint.Config;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Names and shapes of a folder that OFA's own port wrote. */
final class OfaNamesTest {
  /** Buffers, further copies of the token table, and what only generates image codes. */
  private static final Pattern UNUSED =
      Pattern.compile(
          ".*(_rp_bucket|\\.image_position_idx|\\.num_batches_tracked)"
              + "|(encoder\\.embed_tokens|decoder\\.output_projection)\\.weight"
              + "|decoder\\.(code_layernorm_embedding|embed_image_positions|image_pos_ln"
              + "|image_rel_pos_table_list)\\..*");

  @Test
  void everyTensorIsReadOrKnownToBeUnused() throws IOException, URISyntaxException {
    Path folder =
        Path.of(Objects.requireNonNull(OfaNamesTest.class.getResource("/golden/ofa")).toURI());
    Map<String, String> stored = new HashMap<>();
    for (String line : Files.readAllLines(folder.resolve("tensors.txt"))) {
      String[] parts = line.split(" ");
      stored.put(parts[0], parts.length > 2 ? parts[2] : "");
    }
    ModelDescription model = ModelFamily.describe(Config.read(folder.resolve("config.json")));
    for (Parameter parameter : ParameterTable.of(model.spec())) {
      String shape =
          parameter.shape().stream().map(String::valueOf).collect(Collectors.joining(","));
      String name = model.names().toCheckpoint(parameter.name());
      assertThat(stored.remove(name)).as(name).isEqualTo(shape);
    }
    assertThat(stored.keySet()).allMatch(name -> UNUSED.matcher(name).matches());
  }
}
