package dev.deed.decode.draft;

import dev.deed.model.Decoder;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.BlockKernel;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.Effort;
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
 * @param layer what a layer of narrow weights costs a draft, of a layer at full depth; 1: drafts
 *     run the layers of full depth, and leave their verification the deeper ones alone
 * @param source what an assistant's keys and values of a source position cost, less {@link #SHARE}
 *     of what those at full depth cost
 */
public record DraftPrices(double row, double head, double lookup, double layer, double source) {
  /** Bytes of a decoder that stays in the caches of a processor. */
  private static final long CACHED = 16L << 20;

  /** Up to it drafts are tried at once. */
  private static final double CHEAP_ROW = 0.25;

  /** A screened head reads a copy of a quarter of its bytes, and some rows of the head itself. */
  private static final double SCREENED = 0.35;

  /** An int8 copy of a head, taken at its word. */
  private static final double NARROW_HEAD = 0.25;

  /** A head of low rank in int8, and rows of the copy for its best tokens. */
  private static final double LOW_RANK_HEAD = 0.1;

  /** What an assistant may cost before it is known to be right, of an answer's decoding. */
  private static final double SHARE = 0.03;

  /** Of drafts that run the layers of full depth. */
  public DraftPrices(double row, double head, double lookup) {
    this(row, head, lookup, 1);
  }

  /** Of drafts that begin at once. */
  public DraftPrices(double row, double head, double lookup, double layer) {
    this(row, head, lookup, layer, 0);
  }

  /**
   * By sizes.
   *
   * @param spec of the decoder's model
   * @param precision of its weights
   */
  public static DraftPrices of(TransformerSpec spec, WeightPrecision precision, Decoder decoder) {
    return of(spec, precision, decoder, decoder.head().screen() == null ? 1 : SCREENED, false);
  }

  /**
   * Of drafts by a narrow decoder.
   *
   * @param spec of the verifying decoder's model
   * @param precision of the verifying decoder's weights
   * @param narrow the one that drafts
   */
  public static DraftPrices ofNarrow(
      TransformerSpec spec, WeightPrecision precision, Decoder narrow) {
    return of(spec, precision, narrow, lookup(precision, narrow), true);
  }

  /**
   * Of drafts by another model's decoder: what it reads, of what a step at full depth reads.
   *
   * @param model that verifies
   * @param precision of both; the one that drafts may be a narrow copy
   * @param verifying decoder of the model
   * @param other the model that drafts
   * @param drafting its decoder
   */
  public static DraftPrices ofAssistant(
      TransformerSpec model,
      WeightPrecision precision,
      Decoder verifying,
      TransformerSpec other,
      Decoder drafting) {
    DraftPrices whole = of(model, precision, verifying, 1, true);
    double part = whole.layer * layers(other, drafting, true);
    part += lookup(precision, drafting) * head(drafting);
    double step = layers(model, verifying, true) + head(verifying);
    double source = layers(other, drafting, false) - SHARE * layers(model, verifying, false);
    return new DraftPrices(
        whole.row, whole.head, part / step, part / step, whole.row * source / step);
  }

  /** What a look-up by one that drafts costs, of a whole one in another precision. */
  private static double lookup(WeightPrecision precision, Decoder drafting) {
    boolean near =
        precision.bytes() > Byte.BYTES
            && drafting.head().weights().precision() == WeightPrecision.INT8;
    return drafting.head().ofDrafts() != null ? LOW_RANK_HEAD : near ? NARROW_HEAD : 1;
  }

  /** Numbers of the layers' weights that each step reads, or else that project the source. */
  private static long layers(TransformerSpec spec, Decoder decoder, boolean eachStep) {
    return ParameterTable.of(spec).stream()
        .filter(parameter -> parameter.name().startsWith(Names.DECODER.layers()))
        .filter(parameter -> projects(parameter.name(), decoder.layerCount()) != eachStep)
        .mapToLong(Parameter::elements)
        .sum();
  }

  private static long head(Decoder decoder) {
    return (long) decoder.vocabulary() * decoder.width();
  }

  private static DraftPrices of(
      TransformerSpec spec,
      WeightPrecision precision,
      Decoder decoder,
      double lookup,
      boolean narrow) {
    long layers = layers(spec, decoder, true);
    long head = head(decoder);
    boolean cached = (layers + head) * precision.bytes() <= CACHED;
    BlockKernel kernel = KernelChoice.packing().blockKernel(precision);
    return new DraftPrices(
        row(precision, cached, kernel),
        (double) head / (layers + head),
        lookup,
        narrow ? layer(precision, cached, kernel) : 1);
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
            case FP32 -> cached ? 0.25 : 0.15;
            case BF16 -> cached ? 0.35 : 0.25;
            case INT8, W8A8 -> 0.45;
          };
    };
  }

  /**
   * A layer in int8, which reads int8 copies of the source's keys and values too. From memory it
   * takes less by its bytes; from the caches next to nothing less, since narrow weights are
   * widened.
   *
   * @param precision of the weights at full depth
   * @param cached whether these stay in the caches
   */
  static double layer(WeightPrecision precision, boolean cached, BlockKernel kernel) {
    boolean wideVectors = kernel != BlockKernel.SIXTEEN_REGISTERS;
    return switch (precision) {
      case FP32 -> cached ? 0.9 : wideVectors ? 0.3 : 0.4;
      case BF16 -> cached ? 0.95 : 0.6;
      case INT8, W8A8 -> 1;
    };
  }

  /**
   * The same where full depth asks the screened head, as it does for greedy tokens whose
   * probabilities nobody reads: its steps are shorter, so drafts take more of them.
   */
  public DraftPrices withScreenedVerification() {
    double step = 1 - head + head * SCREENED;
    return new DraftPrices(row, head * SCREENED / step, lookup / SCREENED, layer, source / step);
  }

  /**
   * Tokens of an answer before an assistant begins: its keys and values of the source and a lost
   * draft are then no more than {@link #SHARE}. None where the former are no more by themselves.
   *
   * @param positions of the source
   */
  double wait(int positions) {
    return source <= 0 ? 0 : (positions * source + draft(1, 1)) / SHARE;
  }

  /** Whether it makes keys or values of the source, which happens once. */
  private static boolean projects(String name, int layers) {
    return IntStream.range(0, layers)
        .mapToObj(layer -> Names.DECODER.layer(layer).cross())
        .anyMatch(cross -> name.startsWith(cross.key()) || name.startsWith(cross.value()));
  }

  /** {@return whether drafts run narrow layers, so that their verification runs all layers} */
  public boolean narrow() {
    return layer < 1;
  }

  /** Whether a row more in a block costs so little that drafts are tried at once. */
  boolean cheapRows() {
    return row <= CHEAP_ROW;
  }

  /**
   * {@return what answers with narrow drafts cost, in steps at full depth: their verifications, a
   * row more in them for each further position, the layers of drafts and their look-ups}
   *
   * @param effort what they took
   * @param verifications how often the last layer was asked
   * @param layers of the decoder, all of which each verification runs
   */
  public double narrowSteps(Effort effort, int verifications, int layers) {
    double drafted = (double) effort.narrowLayersRun() / layers;
    double verified = (double) effort.layersRun() / layers - drafted;
    return verifications
        + row * (verified - verifications)
        + (1 - head) * layer * drafted
        + head * lookup * Math.max(0, effort.headLookups() - verified);
  }

  /**
   * What a draft adds to a step at full depth: its layers, its look-ups, its row in the block of
   * the layers that it has yet to run and in the head.
   *
   * @param depth layers that it ran, of all
   * @param lookups of the head
   */
  double draft(double depth, double lookups) {
    double rest = narrow() ? 1 : 1 - depth;
    return (1 - head) * (layer * depth + row * rest) + head * (lookups * lookup + row);
  }
}
