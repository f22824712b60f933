package dev.deed.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.model.spec.ExitSpec;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The exits that a model is to get.
 *
 * @param layers 1-based decoder layers that may emit, the last being always added; {@link #ALL};
 *     null where nothing is said: those that a model has, all of a plain one
 * @param adapterSize width of the adapters' bottleneck, 0 for none; null for a quarter of the
 *     decoder's width
 * @param gate whether a gate is to be learnt
 */
public record ExitRequest(
    @Nullable List<Integer> layers, @Nullable Integer adapterSize, boolean gate) {
  /** For {@code layers}: every decoder layer. */
  public static final List<Integer> ALL = List.of();

  /** The model's own policy until it is calibrated. */
  private static final ExitSettings POLICY =
      ExitSettings.maxProbability(ExitSettings.DEFAULT_THRESHOLD);

  /** Exits at all layers with adapters, without a gate. */
  public static ExitRequest everywhere() {
    return new ExitRequest(null, null, false);
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (layers != null && !layers.isEmpty()) {
      layers.forEach(json.putArray("layers")::add);
    }
    if (adapterSize != null) {
      json.put("adapter", adapterSize);
    }
    json.put("gate", gate);
    return json;
  }

  /**
   * Adds the {@code exits} object to a configuration.
   *
   * @param decoderLayers of the model
   * @param width of its decoder
   * @throws InputException when a layer or the size is out of range
   */
  void addTo(ObjectNode config, int decoderLayers, int width) {
    SortedSet<Integer> all = layers(decoderLayers);
    if (all.getFirst() < 1 || all.getLast() > decoderLayers) {
      throw new InputException(
          "--exits",
          "names a layer out of 1.." + decoderLayers,
          "give decoder layers of the model");
    }
    int size = adapterSize == null ? Math.max(1, width / 4) : adapterSize;
    ObjectNode exits = config.putObject("exits");
    all.forEach(exits.putArray("layers")::add);
    if (size > 0) {
      exits.putObject("adapter").put("size", size).put("activation", "gelu");
    }
    exits.setAll((ObjectNode) new ObjectMapper().valueToTree(POLICY.json()));
  }

  /**
   * Lets a model that has exits keep them, where they are those that are asked for.
   *
   * @param folder of the model
   * @param decoderLayers of the model
   * @throws InputException when others are asked for
   */
  void requireSame(Path folder, ExitSpec there, int decoderLayers) {
    List<Integer> chosen = List.copyOf(layers(decoderLayers));
    InputException.require(
        layers == null || chosen.equals(there.layers()),
        folder.toString(),
        "has exits at the layers " + there.layers() + " already, not " + chosen,
        "leave out --exits, or start from a plain model");
    InputException.require(
        adapterSize == null || adapterSize == there.adapterSize(),
        folder.toString(),
        "has exits with adapters of the width " + there.adapterSize() + ", not " + adapterSize,
        "leave out --adapter, or start from a plain model");
  }

  private SortedSet<Integer> layers(int decoderLayers) {
    TreeSet<Integer> all = new TreeSet<>(Objects.requireNonNullElse(layers, ALL));
    IntStream.rangeClosed(all.isEmpty() ? 1 : decoderLayers, decoderLayers).forEach(all::add);
    return all;
  }
}
