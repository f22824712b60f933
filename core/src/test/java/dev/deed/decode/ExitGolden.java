package dev.deed.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.ExitHistory;
import dev.deed.value.ExitPolicy;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** One family of the exit traces: a tiny random model and what multi-exit decoding emits on it. */
record ExitGolden(
    ModelFolder folder, Decoder decoder, Encoder encoder, JsonNode cases, SafetensorsFile expected)
    implements AutoCloseable {
  static final List<String> FAMILIES = List.of("t5-v1_0", "t5-v1_1", "bart", "mbart", "vision");

  static ExitGolden open(String family) {
    try {
      Path root =
          Path.of(
              Objects.requireNonNull(ExitGolden.class.getResource("/golden/exits/" + family))
                  .toURI());
      ModelFolder folder = ModelFolder.open(root.resolve("model"));
      Decoder decoder = new Decoder(folder.spec(), folder);
      return new ExitGolden(
          folder,
          decoder,
          new Encoder(folder.spec(), folder, decoder),
          new ObjectMapper().readTree(root.resolve("cases.json").toFile()),
          SafetensorsFile.open(root.resolve("expected.safetensors")));
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  EncoderInput input(int input) {
    JsonNode node = cases.path("inputs").path(input);
    if (node.has("ids")) {
      int[] ids = ints(node.path("ids")).stream().mapToInt(i -> i).toArray();
      return EncoderInput.ofTokens(ids);
    }
    String name = node.path("pixel_values").asText();
    Tensor pixels = Objects.requireNonNull(expected.tensors().get(name));
    return EncoderInput.of(Part.PIXELS, Values.of(pixels));
  }

  EncoderOutput encode(int input, ThreadPool pool) {
    return encoder.encode(input(input), pool);
  }

  ExitRule rule(JsonNode policy, ExitHistory history) {
    Confidence confidence =
        Objects.requireNonNull(Confidence.of(ExitPolicy.named(policy.path("confidence").asText())));
    List<Integer> layers = new ArrayList<>(ints(policy.path("layers")));
    layers.removeIf(layer -> layer < policy.path("min_layer").asInt());
    layers.add(decoder.layerCount());
    return ExitRule.threshold(confidence, policy.path("threshold").asDouble(), layers)
        .withHistory(history);
  }

  /** Asks all exits from a layer on. */
  ExitRule threshold(Confidence confidence, double threshold, int minLayer) {
    List<Integer> layers = Objects.requireNonNull(folder.spec().exits()).layers();
    return ExitRule.threshold(
        confidence, threshold, layers.stream().filter(layer -> layer >= minLayer).toList());
  }

  SearchRequest request(int input, ExitRule rule, ThreadPool pool) {
    return request(input, rule, new SearchStrategy.Greedy(), pool);
  }

  SearchRequest request(int input, ExitRule rule, SearchStrategy strategy, ThreadPool pool) {
    return new SearchRequest(
        encode(input, pool),
        List.of(folder.description().tokens().decoderStart()),
        new StoppingCriteria(
            Set.copyOf(folder.description().tokens().ends()), cases.path("max_new_tokens").asInt()),
        rule,
        List.of(),
        strategy,
        StepListener.none());
  }

  static List<Integer> ints(JsonNode node) {
    List<Integer> list = new ArrayList<>();
    node.forEach(item -> list.add(item.asInt()));
    return list;
  }

  @Override
  public void close() {
    expected.close();
    folder.close();
  }
}
