package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.checkpoint.Tensor;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sum of a model that receipts state. */
final class ModelSumTest {
  @TempDir Path folder = Path.of("");

  private Path copy(String family, String name) throws IOException {
    Path copy = Files.createDirectory(folder.resolve(name));
    try (Stream<Path> files = Files.list(ProofTest.model(family))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static String sum(Path folder) {
    Request request = new Request(Input.ofTokenIds(5, 6), ProofTest.FULL.withMaxNewTokens(2));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      return Proof.receipt(model, request, model.generate(request.input(), request.options()))
          .origin()
          .model();
    }
  }

  /** Shards, and what says nothing of the model, make no difference; a weight's last bit does. */
  @Test
  void theSumOfAModelIsThatOfItsTensorsAndConfiguration() throws IOException {
    String whole = sum(ProofTest.model("bart"));
    Path sharded = copy("bart", "sharded");
    ObjectMapper mapper = new ObjectMapper();
    Path config = sharded.resolve("config.json");
    ObjectNode json = (ObjectNode) mapper.readTree(config.toFile());
    json.put("transformers_version", "0.0.0");
    mapper.writeValue(config.toFile(), json);
    Path single = sharded.resolve("model.safetensors");
    ObjectNode index = mapper.createObjectNode();
    try (SafetensorsFile file = SafetensorsFile.open(single)) {
      List<Tensor> all = new ArrayList<>(new TreeMap<>(file.tensors()).values());
      for (int shard = 0; shard < 2; shard++) {
        String name = "model-%d.safetensors".formatted(shard);
        int first = shard;
        List<Tensor> some =
            IntStream.range(0, all.size())
                .filter(i -> i % 2 == first)
                .mapToObj(all::get)
                .toList()
                .reversed();
        SafetensorsWriter.write(sharded.resolve(name), some, Map.of(), bytes -> {});
        some.forEach(tensor -> index.withObject("/weight_map").put(tensor.name(), name));
      }
    }
    Files.delete(single);
    mapper.writeValue(sharded.resolve("model.safetensors.index.json").toFile(), index);
    assertThat(sum(sharded)).isEqualTo(whole).matches("[0-9a-f]{64}");

    Path changed = copy("bart", "changed");
    byte[] bytes = Files.readAllBytes(changed.resolve("model.safetensors"));
    bytes[bytes.length - 4] ^= 1;
    Files.write(changed.resolve("model.safetensors"), bytes);
    assertThat(sum(changed)).isNotEqualTo(whole);
  }

  @Test
  void aFolderThatChangedUnderItsModelGivesNoReceipt() throws IOException {
    Path changing = copy("bart", "changing");
    Request request = new Request(Input.ofTokenIds(5, 6), ProofTest.FULL);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(changing, 1)) {
      Generation answer = model.generate(request.input(), request.options());
      Files.write(changing.resolve("vocab.json"), new byte[] {'{', '}'});
      assertThatThrownBy(() -> Proof.receipt(model, request, answer))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("was changed since it was opened");
    }
  }
}
