package dev.deed.train;

import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.InputException;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What the loss of the largest batch takes. With r rows padded to n positions, V words and E exits,
 * the logits of an exit are {@code u = 4 r n V} bytes. Until its gradient is there, each exit keeps
 * them and their logarithmic softmax; the last one's softmax, which the others may learn from, and
 * two of gradients come on top: {@code (2 E + 3) u}. A head that is capped keeps one more for each
 * exit. Besides, a parameter that is trained takes 16 bytes: itself, its gradient and two moments.
 *
 * @param rows of a batch
 * @param length positions that the decoder reads of the longest example, 1 or more
 * @param exits that emit, the last layer among them
 * @param capped whether the head's logits have a cap
 * @param parameters that may be trained
 */
record LossMemory(
    int rows, int length, int vocabulary, int exits, boolean capped, long parameters) {
  private static final int BYTES_OF_PARAMETER = 16;

  /** What is left to layers, the heap and other programs. */
  private static final double SHARE = 0.75;

  /**
   * Of the largest batch of a training.
   *
   * @param rows most of a batch
   * @param examples to train on and to validate with
   */
  static LossMemory of(
      TransformerSpec spec, int rows, List<List<EncodedExample>> examples, Collator collator) {
    return new LossMemory(
        Math.min(rows, examples.stream().mapToInt(List::size).max().orElse(0)),
        examples.stream().flatMap(List::stream).mapToInt(collator::length).max().orElse(0),
        spec.decoder().vocabulary(),
        spec.exits() == null ? 1 : spec.exits().layers().size(),
        spec.decoder().head().cap() != 0,
        ParameterTable.of(spec).stream().mapToLong(Parameter::elements).sum());
  }

  /** Bytes of the loss and of what is trained, in doubles: they may exceed 64 bits. */
  double bytes() {
    double logits = (double) Float.BYTES * rows * length * vocabulary;
    return ((capped ? 3 : 2) * exits + 3) * logits + (double) BYTES_OF_PARAMETER * parameters;
  }

  /**
   * Refuses a batch for which the machine, or the container, has too little memory: the system
   * would end the process in the middle of a step.
   *
   * @throws InputException when it does not fit
   */
  void requireRoom() {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      requireRoom(system.getTotalMemorySize());
    }
  }

  /**
   * @param memory of the machine, in bytes
   */
  void requireRoom(long memory) {
    double most = SHARE * memory;
    InputException.require(
        bytes() <= most,
        "--batch " + rows,
        "the loss takes %,.0f MB (%d rows × %d tokens × %,d words × %d exits), of %,.0f that may be used"
            .formatted(bytes() / 1e6, rows, length, vocabulary, exits, most / 1e6),
        "give a smaller --batch with --accumulate, or shorter targets (max_length of the folder that"
            + " labels them)");
  }
}
