package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.tensor.ThreadPool;
import dev.deed.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Greedy and beam search on OFA's golden, all rows in one batch, as its own port decodes them. */
final class OfaSearchGoldenTest {
  private static final int BEAMS = 5;

  @Test
  void tokensAndScores() throws IOException {
    Path root = Shared.path("golden/ofa");
    JsonNode cases = new ObjectMapper().readTree(root.resolve("cases.json").toFile());
    try (SafetensorsFile tensors = SafetensorsFile.open(root.resolve("expected.safetensors"));
        ModelFolder folder = ModelFolder.open(root.resolve("model"));
        ThreadPool pool = ThreadPool.of(2)) {
      Decoder decoder = new Decoder(folder.spec(), folder);
      Encoder encoder = new Encoder(folder.spec(), folder, decoder);
      List<SearchRequest> requests = new ArrayList<>();
      List<JsonNode> expected = new ArrayList<>();
      for (JsonNode one : cases.path("cases")) {
        for (int row = 0; row < one.path("ids").size(); row++) {
          EncoderInput input = input(tensors, one, row);
          for (SearchStrategy strategy : List.of(new SearchStrategy.Greedy(), beams())) {
            requests.add(
                new SearchRequest(
                    encoder.encode(input, pool),
                    List.of(folder.description().tokens().decoderStart()),
                    new StoppingCriteria(
                        Set.copyOf(folder.description().tokens().ends()),
                        cases.path("max_new_tokens").asInt()),
                    ExitRule.full(decoder.layerCount()),
                    List.of(),
                    strategy,
                    StepListener.none()));
          }
          expected.add(one.path("greedy").path(row));
          expected.add(one.path("beam5").path(row));
        }
      }
      List<SearchResult> results = new BatchSearch(decoder, pool).run(requests);
      for (int i = 0; i < results.size(); i++) {
        List<FoundSequence> sequences = results.get(i).sequences();
        if (i % 2 == 0) {
          assertThat(tokens(sequences.getFirst())).isEqualTo(ExitGolden.ints(expected.get(i)));
        } else {
          checkBeams(sequences, expected.get(i));
        }
      }
    }
  }

  private static void checkBeams(List<FoundSequence> sequences, JsonNode expected) {
    assertThat(sequences).hasSize(expected.size());
    for (int i = 0; i < sequences.size(); i++) {
      JsonNode beam = expected.path(i);
      assertThat(tokens(sequences.get(i))).isEqualTo(ExitGolden.ints(beam.path("tokens")));
      assertThat(sequences.get(i).score()).isCloseTo(beam.path("score").asDouble(), within(1e-4));
    }
  }

  private static SearchStrategy beams() {
    return new SearchStrategy.Beam(
        BEAMS, BEAMS, 1, SearchStrategy.EarlyStopping.WHEN_FULL, List.of(), null);
  }

  private static EncoderInput input(SafetensorsFile file, JsonNode one, int row) {
    int[] ids = ExitGolden.ints(one.path("ids").path(row)).stream().mapToInt(id -> id).toArray();
    Tensor pixels = file.tensors().get(one.path("name").asText() + ".pixel_values");
    if (pixels == null) {
      return EncoderInput.ofTokens(ids);
    }
    float[] all = pixels.toFloats();
    int size = all.length / pixels.shape().getFirst();
    float[] picture = Arrays.copyOfRange(all, row * size, (row + 1) * size);
    return new EncoderInput(
        ids, Map.of(Part.PIXELS, new Values(picture, pixels.shape().subList(1, 4))));
  }

  private static List<Integer> tokens(FoundSequence sequence) {
    return sequence.steps().stream().map(StepResult::token).toList();
  }
}
