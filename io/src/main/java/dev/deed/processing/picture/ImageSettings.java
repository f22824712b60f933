package dev.deed.processing.picture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The settings that image processors share, read from {@code preprocessor_config.json}. */
record ImageSettings(Config config) {
  /** Pictures are RGB here already, and there are no labels to reduce. */
  private static final Set<String> WITHOUT_EFFECT = Set.of("do_convert_rgb", "do_reduce_labels");

  /** Refuses every switch that is on and was not asked for: it would change the pixels. */
  void refuseOtherSteps() {
    for (String key : config.ignoredKeys()) {
      if (key.startsWith("do_") && !WITHOUT_EFFECT.contains(key)) {
        config.requireFlag(key, false);
      }
    }
  }

  Resampling filter(Resampling byDefault) {
    return Resampling.of(config.integer("resample", byDefault.number(), 0, 5)).orElseThrow();
  }

  /**
   * A size in any form that Transformers knows: an object of named sides, one number, or two.
   *
   * @param widthFirst whether two numbers are width and height
   */
  TargetSize size(String key, TargetSize byDefault, boolean widthFirst) {
    if (!config.has(key)) {
      return byDefault;
    }
    JsonNode value = config.json().get(key);
    if (value instanceof ObjectNode sides) {
      return named(key, sides);
    }
    if (value.isArray() && value.size() == 2) {
      var two = config.integers(key, 1, TargetSize.MOST_SIDE);
      return widthFirst
          ? new TargetSize.Exact(two.get(1), two.get(0))
          : new TargetSize.Exact(two.get(0), two.get(1));
    }
    int side = config.integer(key, 1, TargetSize.MOST_SIDE);
    return !key.equals("size") || config.flag("default_to_square", true)
        ? new TargetSize.Exact(side, side)
        : new TargetSize.ShortestEdge(side);
  }

  private TargetSize named(String key, ObjectNode sides) {
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, JsonNode> side : sides.properties()) {
      if (!side.getValue().isNull()) {
        names.add(side.getKey());
      }
    }
    if (names.equals(Set.of("height", "width"))) {
      return new TargetSize.Exact(side(key, "height"), side(key, "width"));
    }
    if (names.equals(Set.of("shortest_edge"))) {
      return new TargetSize.ShortestEdge(side(key, "shortest_edge"));
    }
    if (names.equals(Set.of("shortest_edge", "longest_edge"))) {
      return new TargetSize.ShortestAndLongestEdge(
          side(key, "shortest_edge"), side(key, "longest_edge"));
    }
    if (names.equals(Set.of("max_height", "max_width"))) {
      return new TargetSize.Within(side(key, "max_height"), side(key, "max_width"));
    }
    throw config.wrong(
        key,
        "height and width, shortest_edge with or without longest_edge, and max_height with"
            + " max_width are supported");
  }

  private int side(String key, String name) {
    return config.object(key).integer(name, 1, TargetSize.MOST_SIDE);
  }

  /** A size that must be height and width, because a step needs them. */
  TargetSize.Exact exactSize(String key, TargetSize.Exact byDefault, boolean widthFirst) {
    if (size(key, byDefault, widthFirst) instanceof TargetSize.Exact exact) {
      return exact;
    }
    throw config.wrong(key, "height and width are needed");
  }

  /** Rescaling and normalisation, which depend on nothing but channel and sample. */
  SampleTable samples() {
    double[] half = {0.5, 0.5, 0.5};
    return samples(half, half, ImageBackend.PILLOW);
  }

  /**
   * The same, with mean and deviation of each channel where the file is silent.
   *
   * @param backend torchvision's rescales mean and deviation in place of the samples
   */
  SampleTable samples(double[] usualMean, double[] usualDeviation, ImageBackend backend) {
    boolean normalises = config.flag("do_normalize", true);
    double[] deviation =
        normalises ? channels("image_std", usualDeviation) : new double[] {1, 1, 1};
    for (double d : deviation) {
      config.require((float) d != 0, "image_std", "no deviation can be 0");
    }
    double[] mean = normalises ? channels("image_mean", usualMean) : new double[] {0, 0, 0};
    double factor =
        config.flag("do_rescale", true) ? config.number("rescale_factor", 1 / 255.0) : 1;
    if (backend == ImageBackend.PILLOW) {
      return new SampleTable(factor, mean, deviation);
    }
    if (!normalises) {
      return new SampleTable((float) factor, mean, deviation);
    }
    float inverse = (float) (1 / factor);
    config.require(!Float.isInfinite(inverse), "rescale_factor", "must not be 0");
    return new SampleTable(1, times(mean, inverse), times(deviation, inverse));
  }

  /** In floats, each product rounded to one. */
  private static double[] times(double[] numbers, float factor) {
    return Arrays.stream(numbers).map(number -> (float) number * factor).toArray();
  }

  /** Three numbers, one a channel; a single number stands for all of them. */
  private double[] channels(String key, double[] byDefault) {
    double[] result = byDefault.clone();
    if (config.has(key)) {
      JsonNode value = config.json().get(key);
      for (int c = 0; c < 3; c++) {
        JsonNode number = value.isArray() && value.size() == 3 ? value.get(c) : value;
        config.require(
            number.isNumber() && Double.isFinite(number.doubleValue()),
            key,
            "must be a list of three numbers");
        result[c] = number.asDouble();
      }
    }
    return result;
  }
}
