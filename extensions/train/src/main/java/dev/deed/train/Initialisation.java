package dev.deed.train;

import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.front.PictureFront;
import dev.deed.model.front.TokenFront;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
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
 * 2019), so that tokens are seen through all layers from the beginning. In them one head copies
 * from the beginning (an induction head, Olsson et al. 2022, arXiv 2209.11895): that of the
 * encoder's first layer looks at the token before, and that of each cross-attention looks for
 * places behind the decoder's latest token.
 *
 * @param seed of the random numbers
 */
public record Initialisation(TransformerSpec spec, long seed) {
  /** Height of the sines against the deviation of what they are added to. */
  private static final double SINE_SHARE = 0.7;

  private static final double LEARNED_TOKEN_DEVIATION = 0.02;

  /** Bias of the copying head towards the token before: nearly all of its attention. */
  private static final float TOKEN_BEFORE = 9;

  /** Its row in a table of relative biases. */
  private static final int BUCKET_BEFORE = 1;

  /** Of the copying head's queries: its right place stands out, others are still looked at. */
  private static final float COPYING_SHARE = 0.7f;

  /** First values of a parameter, row-major. */
  public float[] values(Parameter parameter) {
    if (Names.belongs(parameter.name(), LayoutAwareFront.VISION)
        && spec.encoder().front() instanceof LayoutAwareFront layout
        && layout.vision() != null) {
      Parameter alone =
          new Parameter(
              LayoutAwareFront.aloneName(parameter.name()),
              parameter.shape(),
              parameter.role(),
              parameter.optional());
      TransformerSpec own = new TransformerSpec(layout.vision(), spec.decoder(), null);
      return new Initialisation(own, mix(seed, (LayoutAwareFront.VISION + ".").hashCode()))
          .values(alone);
    }
    float[] values = new float[Math.toIntExact(parameter.elements())];
    switch (parameter.role()) {
      case LINEAR, QUERY, TRANSPOSED ->
          normal(parameter.name(), values, weightDeviation(parameter));
      case BLOCK_OUTPUT -> blockOutput(parameter, values);
      case EMBEDDING -> normal(parameter.name(), values, embeddingDeviation(parameter.name()));
      case POSITION -> positions(parameter, values);
      case RELATIVE_BIAS ->
          normal(parameter.name(), values, Math.pow(spec.decoder().stack().width(), -0.5));
      case LEARNED_TOKEN -> normal(parameter.name(), values, LEARNED_TOKEN_DEVIATION);
      case NORM_WEIGHT -> Arrays.fill(values, stack(parameter).norm().fromOne() ? 0 : 1);
      case RUNNING_VARIANCE -> Arrays.fill(values, 1);
      case ADAPTER_OUTPUT, BIAS, NORM_BIAS, RUNNING_MEAN, CONSTANT -> {}
    }
    if (copies()) {
      copyingHead(parameter, values);
    }
    return values;
  }

  /** The first head's part of a parameter, where it is one of those that copy. */
  private void copyingHead(Parameter parameter, float[] values) {
    String name = parameter.name();
    Names.Attention before = Names.ENCODER.layer(0).self();
    int width = spec.encoder().stack().width();
    int head = spec.encoder().stack().attention().headWidth();
    if (parameter.role() == Role.RELATIVE_BIAS && Names.belongs(name, Names.ENCODER.name())) {
      values[BUCKET_BEFORE * parameter.shape().getLast()] = TOKEN_BEFORE;
      return;
    }
    float[] read = new float[head * width];
    float[] written = new float[head * width];
    normal(Names.weight(before.value()), read, Math.pow(width, -0.5));
    normal(before.name(), written, Math.pow(width, -0.5));
    int inner = parameter.shape().getLast();
    if (name.equals(Names.weight(before.output()))) {
      for (int i = 0; i < head; i++) {
        for (int j = 0; j < width; j++) {
          values[j * inner + i] = written[i * width + j];
        }
      }
    }
    for (int layer = 0; layer < spec.decoderLayers(); layer++) {
      Names.Attention cross = Names.DECODER.layer(layer).cross();
      if (name.equals(Names.weight(cross.key()))) {
        System.arraycopy(written, 0, values, 0, written.length);
      } else if (name.equals(Names.weight(cross.query()))) {
        for (int i = 0; i < read.length; i++) {
          values[i] = COPYING_SHARE * read[i];
        }
      }
    }
  }

  /**
   * Where answers are copied, cross-attention's output starts as its values' transpose, so that
   * what is attended to is what the head says: the place to look is then learnt at once, not after
   * it.
   */
  private void blockOutput(Parameter parameter, float[] values) {
    Names.Attention cross = copies() ? crossAttention(parameter.name()) : null;
    if (cross == null) {
      normal(parameter.name(), values, weightDeviation(parameter));
      return;
    }
    int width = parameter.shape().getFirst();
    int inner = parameter.shape().getLast();
    float[] value = new float[values.length];
    normal(Names.weight(cross.value()), value, Math.pow(width, -0.5));
    for (int i = 0; i < inner; i++) {
      for (int j = 0; j < width; j++) {
        values[j * inner + i] = value[i * width + j];
      }
    }
  }

  /** The cross-attention whose output projection has that weight; null for another weight. */
  private Names.@Nullable Attention crossAttention(String outputWeight) {
    return IntStream.range(0, spec.decoderLayers())
        .mapToObj(layer -> Names.DECODER.layer(layer).cross())
        .filter(cross -> outputWeight.equals(Names.weight(cross.output())))
        .findFirst()
        .orElse(null);
  }

  /** Whether answers are copied from what the encoder reads. */
  private boolean copies() {
    return spec.encoder().front() instanceof LayoutAwareFront layout && layout.rows() > 0;
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
    AttentionSpec attention = stack(parameter).attention();
    if (parameter.role() == Role.QUERY && attention.scale() == 1f) {
      deviation *= Math.pow(attention.headWidth(), -0.5);
    }
    return copies() && parameter.role() == Role.BLOCK_OUTPUT
        ? deviation * Math.pow(2.0 * stack(parameter).layers(), -0.5)
        : deviation;
  }

  private StackSpec stack(Parameter parameter) {
    boolean encoder = Names.belongs(parameter.name(), Names.ENCODER.name());
    return encoder ? spec.encoder().stack() : spec.decoder().stack();
  }

  private double embeddingDeviation(String name) {
    TransformerSpec.Decoder decoder = spec.decoder();
    boolean own = Names.belongs(name, Names.ENCODER.name());
    if (!own && decoder.head().tied()) {
      return Math.pow(decoder.stack().width(), -0.5) / decoder.head().scale();
    }
    TokenFront tokens = tokens();
    return 1 / (own && tokens != null ? tokens.scale() : decoder.embedding().scale());
  }

  /** Deviation of looked-up tokens, which positions are added to. */
  private double tokenDeviation(boolean decoder) {
    TokenFront tokens = tokens();
    if (decoder || tokens == null) {
      return embeddingDeviation(Names.DECODER.embedding()) * spec.decoder().embedding().scale();
    }
    Names.Stack owner = spec.encoder().ownTable() ? Names.ENCODER : Names.DECODER;
    return embeddingDeviation(owner.embedding()) * tokens.scale();
  }

  private @Nullable TokenFront tokens() {
    return spec.encoder().front() instanceof TokenFront tokens ? tokens : null;
  }

  private void positions(Parameter parameter, float[] values) {
    String name = parameter.name();
    int width = parameter.shape().getLast();
    LayoutAwareFront.Coordinate coordinate = coordinate(name);
    if (coordinate != null) {
      sinesOfCoordinate(values, coordinate, width);
    } else if (Names.belongs(name, Names.ENCODER.name())
        && spec.encoder().front() instanceof PictureFront picture) {
      sinesOfGrid(values, picture, width);
    } else {
      boolean decoder = Names.belongs(name, Names.DECODER.name());
      PositionSpec positions = decoder ? spec.decoder().positions() : spec.encoder().positions();
      int offset = positions instanceof PositionSpec.Learned learned ? learned.offset() : 0;
      double height = SINE_SHARE * tokenDeviation(decoder);
      for (int row = 0; row < values.length / width; row++) {
        sines(values, row * width, width, Math.max(0, row - offset), height);
      }
    }
  }

  /** Half of the width for the row, half for the column; a class token in front stays zero. */
  private static void sinesOfGrid(float[] values, PictureFront picture, int width) {
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

  /** The coordinate of boxes whose table it is; null when it is none. */
  private static LayoutAwareFront.@Nullable Coordinate coordinate(String name) {
    return Arrays.stream(LayoutAwareFront.Coordinate.values())
        .filter(coordinate -> name.equals(Names.weight(coordinate.table())))
        .findFirst()
        .orElse(null);
  }

  /** A part of the width for each coordinate, the rest of its table stays zero. */
  private void sinesOfCoordinate(
      float[] values, LayoutAwareFront.Coordinate coordinate, int width) {
    int count = LayoutAwareFront.Coordinate.values().length;
    int first = width * coordinate.ordinal() / count;
    int part = width * (coordinate.ordinal() + 1) / count - first;
    double height = SINE_SHARE * tokenDeviation(false);
    for (int row = 0; row < values.length / width; row++) {
      sines(values, row * width + first, part, row, height);
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
