package dev.deed.train;

import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.InputException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;

/**
 * What attentions of the largest batch keep for their gradients. Where a bias of positions is
 * learnt or scores are capped, no fused attention does without the softmax over all positions: with
 * r rows of n positions and h heads each layer keeps {@code u = 4 r h n²} bytes, a capped one twice
 * as many, and the one that is at work three more. Other attentions keep nothing that grows with
 * n².
 *
 * @param rows of a batch
 * @param source positions that the encoder reads of the longest example
 * @param target positions that the decoder reads of it
 */
record AttentionMemory(TransformerSpec spec, int rows, long source, long target) {
  /** What is left to other activations, the heap and other programs. */
  private static final double SHARE = 0.75;

  /** A bias of all positions over all is an array. */
  private static final long MOST_POSITIONS = 46_340;

  /** For examples to learn from and to look at, in batches of {@code rows} at most. */
  static AttentionMemory of(
      TransformerSpec spec, int rows, List<EncodedExample> train, List<EncodedExample> val) {
    long source = 0;
    long target = 0;
    for (EncodedExample example : Stream.of(train, val).flatMap(List::stream).toList()) {
      int decoder = example.prompt().length + example.labels().length;
      source = Math.max(source, example.length() - decoder);
      target = Math.max(target, decoder);
    }
    int most = Math.min(rows, Math.max(train.size(), val.size()));
    return new AttentionMemory(spec, most, source, target);
  }

  /** In doubles: they may exceed 64 bits. */
  double bytes() {
    return bytes(spec.encoder().positions(), spec.encoder().stack(), source)
        + bytes(spec.decoder().positions(), spec.decoder().stack(), target);
  }

  private double bytes(PositionSpec positions, StackSpec stack, long length) {
    boolean capped = stack.attention().scoreCap() != 0;
    if (!capped && !(positions instanceof PositionSpec.RelativeBias)) {
      return 0;
    }
    double scores = (double) Float.BYTES * rows * stack.attention().heads() * length * length;
    return ((capped ? 2 : 1) * stack.layers() + 3) * scores;
  }

  /**
   * Refuses examples for which the machine, or the container, has too little memory: the system
   * would end the process in the middle of a step.
   *
   * @throws InputException when they do not fit
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
        bytes() <= most && Math.max(source, target) <= MOST_POSITIONS,
        "--batch " + rows,
        ("the attentions take %,.0f MB (%d rows, the longest line has %,d tokens and a target of"
                + " %,d), of %,.0f that may be used")
            .formatted(bytes() / 1e6, rows, source, target, most / 1e6),
        "shorten the longest lines, or give a smaller --batch with --accumulate");
  }
}
