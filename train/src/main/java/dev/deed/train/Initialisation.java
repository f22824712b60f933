package dev.deed.train;

import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.DocumentFront.LayoutAware;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * First values of parameters, by role. Each parameter draws from a sequence of its own, made of the
 * seed and its name, so that adding exits to a model changes none of the others. Deterministic on
 * every machine.
 *
 * <p>Weights are normal with deviation {@code inputs^-0.5}, those of queries without attention
 * scale (T5) also times {@code head width^-0.5}. Token embeddings give logits of deviation 1 where
 * they are the head as well, and inputs of deviation 1 where they are not. Positions start as sines
 * (Vaswani et al. 2017), in two dimensions for pictures, in a sixth of the width for each
 * coordinate of a box, and are learnt from there: small random ones did not take off in early
 * trials on pictures. Models that read pages, whose answers are copied from them, start with what
 * each block adds made smaller, by the root of the number of blocks (as in GPT-2, Radford et al.
 * 2019), so that tokens are seen through all layers from the beginning.
 *
 * @param seed of the random numbers
 */
public record Initialisation(TransformerSpec spec, long seed) {
  /** Height of the sines against the deviation of what they are added to. */
  private static final double SINE_SHARE = 0.7;

  private static final double CLASS_TOKEN_DEVIATION = 0.02;

  private static final String CROSS_OUTPUT = ".cross.output.weight";
  private static final String CROSS_VALUE = ".cross.value.weight";

  /** First values of a parameter, row-major. */
  public float[] values(Parameter parameter) {
    String vision = LayoutAware.visionName("encoder.");
    if (parameter.name().startsWith(vision)
        && spec.encoder().front() instanceof LayoutAware layout
        && layout.vision() != null) {
      Parameter alone =
          new Parameter(
              "encoder." + parameter.name().substring(vision.length()),
              parameter.shape(),
              parameter.role(),
              parameter.optional());
      TransformerSpec own = new TransformerSpec(layout.vision(), spec.decoder(), null);
      return new Initialisation(own, mix(seed, vision.hashCode())).values(alone);
    }
    float[] values = new float[Math.toIntExact(parameter.elements())];
    switch (parameter.role()) {
      case LINEAR -> linear(parameter, values);
      case EMBEDDING -> normal(parameter.name(), values, embeddingDeviation(parameter.name()));
      case POSITION -> positions(parameter, values);
      case NORM_WEIGHT, RUNNING_VARIANCE -> Arrays.fill(values, 1);
      case ADAPTER_OUTPUT, BIAS, NORM_BIAS, RUNNING_MEAN, CONSTANT -> {}
    }
    return values;
  }

  /**
   * Where answers are copied, cross-attention's output starts as its values' transpose, so that
   * what is attended to is what the head says: the place to look is then learnt at once, not after
   * it.
   */
  private void linear(Parameter parameter, float[] values) {
    String name = parameter.name();
    if (copies() && name.startsWith("decoder.") && name.endsWith(CROSS_OUTPUT)) {
      int width = parameter.shape().getFirst();
      int inner = parameter.shape().getLast();
      float[] value = new float[values.length];
      String stem = name.substring(0, name.length() - CROSS_OUTPUT.length());
      normal(stem + CROSS_VALUE, value, Math.pow(width, -0.5));
      for (int i = 0; i < inner; i++) {
        for (int j = 0; j < width; j++) {
          values[j * inner + i] = value[i * width + j];
        }
      }
    } else {
      normal(name, values, weightDeviation(parameter));
    }
  }

  /** Whether answers are copied from what the encoder reads. */
  private boolean copies() {
    return spec.encoder().front() instanceof LayoutAware layout && layout.rows() > 0;
  }

  private void normal(String name, float[] values, double deviation) {
    Random random = new Random(mix(seed, name.hashCode()));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
  }

  private double weightDeviation(Parameter parameter) {
    long inputs = parameter.elements() / parameter.shape().getFirst();
    double deviation = Math.pow(inputs, -0.5);
    if (parameter.name().endsWith(".query.weight")) {
      AttentionSpec attention = stack(parameter).attention();
      if (attention.scale() == 1f) {
        deviation *= Math.pow(attention.headWidth(), -0.5);
      }
    }
    boolean endsBlock =
        parameter.name().endsWith(".output.weight")
            || parameter.name().endsWith(".feed_forward.out.weight");
    return copies() && endsBlock
        ? deviation * Math.pow(2.0 * stack(parameter).layers(), -0.5)
        : deviation;
  }

  private StackSpec stack(Parameter parameter) {
    return parameter.name().startsWith("encoder") ? spec.encoder().stack() : spec.decoder().stack();
  }

  private double embeddingDeviation(String name) {
    TransformerSpec.Decoder decoder = spec.decoder();
    boolean own = name.startsWith("encoder");
    if (!own && decoder.head().tied()) {
      return Math.pow(decoder.stack().width(), -0.5) / decoder.head().scale();
    }
    EncoderFront.Tokens tokens = tokens();
    return 1 / (own && tokens != null ? tokens.scale() : decoder.embeddingScale());
  }

  /** Deviation of looked-up tokens, which positions are added to. */
  private double tokenDeviation(boolean decoder) {
    EncoderFront.Tokens tokens = tokens();
    if (decoder || tokens == null) {
      return embeddingDeviation("decoder.embedding") * spec.decoder().embeddingScale();
    }
    return embeddingDeviation(spec.encoder().ownTable() ? "encoder.embedding" : "decoder.embedding")
        * tokens.scale();
  }

  private EncoderFront.@Nullable Tokens tokens() {
    return spec.encoder().front() instanceof EncoderFront.Tokens tokens ? tokens : null;
  }

  private void positions(Parameter parameter, float[] values) {
    String name = parameter.name();
    int width = parameter.shape().getLast();
    if (name.endsWith(".relative_bias.weight")) {
      double deviation = Math.pow(spec.decoder().stack().width(), -0.5);
      normal(name, values, deviation);
    } else if (name.equals("encoder.class_token") || name.equals("encoder.distillation_token")) {
      normal(name, values, CLASS_TOKEN_DEVIATION);
    } else if (name.startsWith("encoder.layout.")) {
      sinesOfCoordinate(values, name, width);
    } else if (name.startsWith("encoder")
        && spec.encoder().front() instanceof EncoderFront.Picture picture) {
      sinesOfGrid(values, picture, width);
    } else {
      boolean decoder = name.startsWith("decoder");
      PositionSpec positions = decoder ? spec.decoder().positions() : spec.encoder().positions();
      int offset = positions instanceof PositionSpec.Learned learned ? learned.offset() : 0;
      double height = SINE_SHARE * tokenDeviation(decoder);
      for (int row = 0; row < values.length / width; row++) {
        sines(values, row * width, width, Math.max(0, row - offset), height);
      }
    }
  }

  /** Half of the width for the row, half for the column; a class token in front stays zero. */
  private static void sinesOfGrid(float[] values, EncoderFront.Picture picture, int width) {
    int first = picture.positions() - picture.gridHeight() * picture.gridWidth();
    int half = width / 2;
    for (int row = 0; row < picture.gridHeight(); row++) {
      for (int column = 0; column < picture.gridWidth(); column++) {
        int at = (first + row * picture.gridWidth() + column) * width;
        sines(values, at, half, row, SINE_SHARE);
        sines(values, at + half, width - half, column, SINE_SHARE);
      }
    }
  }

  /** A part of the width for each coordinate, the rest of its table stays zero. */
  private void sinesOfCoordinate(float[] values, String name, int width) {
    LayoutAware.Coordinate[] all = LayoutAware.Coordinate.values();
    for (LayoutAware.Coordinate coordinate : all) {
      if (name.equals(coordinate.table() + ".weight")) {
        int first = width * coordinate.ordinal() / all.length;
        int part = width * (coordinate.ordinal() + 1) / all.length - first;
        double height = SINE_SHARE * tokenDeviation(false);
        for (int row = 0; row < values.length / width; row++) {
          sines(values, row * width + first, part, row, height);
        }
      }
    }
  }

  /** Sines, then cosines, of wavelengths from 2π to 10000 · 2π. */
  private static void sines(float[] values, int at, int width, int place, double height) {
    int pairs = (width + 1) / 2;
    for (int i = 0; i < width; i++) {
      double angle = place * Math.pow(10_000, -(double) (i % pairs) / pairs);
      values[at + i] = (float) (height * (i < pairs ? Math.sin(angle) : Math.cos(angle)));
    }
  }

  /** A seed of two numbers (the finalizer of SplitMix64, Steele et al. 2014). */
  static long mix(long seed, long salt) {
    long z = seed + 0x9E3779B97F4A7C15L * (salt + 1);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
