package dev.deed.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.InputException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The exits that a model is to get.
 *
 * @param layers 1-based decoder layers that may emit; null for all. The last is always added
 * @param adapterSize width of the adapters' bottleneck, 0 for none; null for a quarter of the
 *     decoder's width
 * @param gate whether a gate is to be learnt
 */
public record ExitRequest(
    @Nullable List<Integer> layers, @Nullable Integer adapterSize, boolean gate) {
  /** The model's own policy until it is calibrated. */
  private static final double THRESHOLD = 0.9;

  /** Exits at all layers with adapters, without a gate. */
  public static ExitRequest everywhere() {
    return new ExitRequest(null, null, false);
  }

  /** As JSON, for the record of a run. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (layers != null) {
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
    TreeSet<Integer> all = new TreeSet<>();
    if (layers == null) {
      IntStream.rangeClosed(1, decoderLayers).forEach(all::add);
    } else {
      all.addAll(layers);
    }
    all.add(decoderLayers);
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
    exits.put("confidence", "max_prob");
    exits.put("threshold", THRESHOLD);
  }
}
