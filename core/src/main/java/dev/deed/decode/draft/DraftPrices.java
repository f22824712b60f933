package dev.deed.decode.draft;

import dev.deed.model.Decoder;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.BlockKernel;
import dev.deed.tensor.choice.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.util.stream.IntStream;

/**
 * What drafts cost, in steps at full depth. They are told by sizes and by the kernels of this
 * processor, never by a clock, so that an answer leaves the same layers in every run on it.
 * lab/results/lossless.md has the measurements.
 *
 * @param row a row more in a block of all layers and the head
 * @param head the head's share of a step at full depth, 0…1
 * @param lookup what a draft's look-up costs, of a whole look-up
 */
public record DraftPrices(double row, double head, double lookup) {
  /** Bytes of a decoder that stays in the caches of a processor. */
  private static final long CACHED = 16L << 20;

  /** Up to it drafts are tried at once. */
  private static final double CHEAP_ROW = 0.25;

  /** A screened head reads a copy of a quarter of its bytes, and some rows of the head itself. */
  private static final double SCREENED = 0.35;

  /**
   * By sizes.
   *
   * @param spec of the decoder's model
   * @param precision of its weights
   */
  public static DraftPrices of(TransformerSpec spec, WeightPrecision precision, Decoder decoder) {
    long layers =
        ParameterTable.of(spec).stream()
            .filter(parameter -> isReadEachStep(parameter.name(), decoder.layerCount()))
            .mapToLong(Parameter::elements)
            .sum();
    long head = (long) decoder.vocabulary() * decoder.width();
    boolean cached = (layers + head) * precision.bytes() <= CACHED;
    return new DraftPrices(
        row(precision, cached, KernelChoice.packing().blockKernel(precision)),
        (double) head / (layers + head),
        decoder.head().screen() == null ? 1 : SCREENED);
  }

  /**
   * A row more in a block. A step that waits for its weights from memory shares them with other
   * rows; arithmetic is not shared. Of narrow weights it is more: they are widened, or inputs are
   * rounded.
   *
   * @param cached whether the weights stay in the caches
   */
  static double row(WeightPrecision precision, boolean cached, BlockKernel kernel) {
    return switch (kernel) {
      case SIXTEEN_REGISTERS -> cached || precision != WeightPrecision.FP32 ? 0.65 : 0.25;
      case BYTE_PRODUCTS -> cached ? 0.3 : 0.15;
      case THIRTY_TWO_REGISTERS ->
          switch (precision) {
            case FP32 -> 0.15;
            case BF16, W16A16 -> cached ? 0.35 : 0.25;
            case INT8, W8A8 -> 0.45;
          };
    };
  }

  /** Of the layers' weights all but those that project the source, which they do once. */
  private static boolean isReadEachStep(String name, int layers) {
    return name.startsWith(Names.DECODER.layers())
        && IntStream.range(0, layers)
            .mapToObj(layer -> Names.DECODER.layer(layer).cross())
            .noneMatch(cross -> name.startsWith(cross.key()) || name.startsWith(cross.value()));
  }

  /** Whether a row more in a block costs so little that drafts are tried at once. */
  boolean cheapRows() {
    return row <= CHEAP_ROW;
  }

  /**
   * What a draft adds to a step at full depth: its layers, its look-ups, its row in the block of
   * the other layers and in the head.
   *
   * @param depth layers that it ran, of all
   * @param lookups of the head
   */
  double draft(double depth, double lookups) {
    double layers = 1 - head;
    return layers * (depth + row * (1 - depth)) + head * (lookups * lookup + row);
  }
}
