package dev.deed.train;

import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.InputException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the largest batch of a training takes: r rows of n positions.
 *
 * <ul>
 *   <li>The loss: the logits of an exit over V words are {@code u = 4 r n V} bytes. Each of E exits
 *       keeps them and their logarithmic softmax until its gradient is there, a capped head one
 *       more. The last one's softmax, which the others may learn from, and two of gradients come on
 *       top: {@code (2 E + 3) u}.
 *   <li>Attentions: where a bias of positions is learnt or scores are capped, no fused attention
 *       does without the softmax over all positions. With h heads each layer keeps {@code 4 r h n²}
 *       bytes for its gradient, a capped one twice as many, and the one at work three more.
 *   <li>Parameters: 16 bytes of one that is trained (itself, its gradient, two moments), 4 of
 *       another.
 * </ul>
 *
 * @param frozen whether no gradient goes through the layers
 * @param rows of a batch
 * @param source positions that the encoder reads of the longest example
 * @param target positions that the decoder reads of the longest example
 * @param parameters bytes of all parameters
 */
record TrainingMemory(
    TransformerSpec spec, boolean frozen, int rows, long source, long target, double parameters) {
  /** What is left to other activations, the heap and other programs. */
  private static final double SHARE = 0.75;

  private static final int TRAINED_BYTES = 4 * Float.BYTES;

  /** A bias of all positions over all is an array. */
  private static final long MOST_POSITIONS = 46_340;

  /**
   * Of a training.
   *
   * @param freeze whether only what exits add is learnt
   * @param batch rows of a batch at most
   * @param examples to learn from, and to look at
   */
  static TrainingMemory of(
      TransformerSpec spec,
      boolean freeze,
      int batch,
      Collator collator,
      List<List<EncodedExample>> examples) {
    Predicate<Parameter> trained = TrainedKinds.trained(spec, freeze);
    long source = 0;
    long target = 0;
    for (EncodedExample example : examples.stream().flatMap(List::stream).toList()) {
      int decoder = example.prompt().length + example.labels().length;
      source = Math.max(source, example.length() - decoder);
      target = Math.max(target, collator.length(example));
    }
    return new TrainingMemory(
        spec,
        freeze,
        Math.min(batch, examples.stream().mapToInt(List::size).max().orElse(0)),
        source,
        target,
        ParameterTable.of(spec).stream()
            .mapToDouble(
                one -> (double) one.elements() * (trained.test(one) ? TRAINED_BYTES : Float.BYTES))
            .sum());
  }

  /** In doubles, as all these: bytes may exceed 64 bits. */
  double loss() {
    double logits = (double) Float.BYTES * rows * target * spec.decoder().vocabulary();
    int exits = spec.exits() == null ? 1 : spec.exits().layers().size();
    return ((spec.decoder().head().cap() == 0 ? 2 : 3) * exits + 3) * logits;
  }

  double attentions() {
    return frozen
        ? 0
        : attentions(spec.encoder().positions(), spec.encoder().stack(), source)
            + attentions(spec.decoder().positions(), spec.decoder().stack(), target);
  }

  private double attentions(PositionSpec positions, StackSpec stack, long length) {
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

  /** Refuses a step that takes more than its share of the machine's {@code memory}, in bytes. */
  void requireRoom(long memory) {
    double most = SHARE * memory;
    InputException.require(
        loss() + attentions() + parameters <= most && Math.max(source, target) <= MOST_POSITIONS,
        "--batch " + rows,
        ("a step takes %,.0f MB for the loss, %,.0f for attentions and %,.0f for parameters (%d rows,"
                + " the longest line has %,d tokens and a target of %,d), of %,.0f that may be used")
            .formatted(
                loss() / 1e6,
                attentions() / 1e6,
                parameters / 1e6,
                rows,
                source,
                target,
                most / 1e6),
        "give a smaller --batch with --accumulate, or shorten the longest lines and targets");
  }
}
