package dev.deed.model;

import dev.deed.checkpoint.BadInputException;
import dev.deed.checkpoint.Interruption;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.memory.ArrayPool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An encoder's front, positions, layers and norms. Immutable and safe for use from many threads.
 */
public final class EncoderStack {
  private final TransformerSpec.Encoder spec;
  private final EncoderFront.Weights front;
  private final @Nullable PositionTable positions;
  private final @Nullable RelativeBias bias;
  private final @Nullable Norm embeddingNorm;
  private final List<EncoderLayer> layers;
  private final @Nullable Norm finalNorm;
  private final ArrayPool arrays;

  private EncoderStack(
      TransformerSpec.Encoder spec, ParameterSource source, EncoderFront.Shared decoder) {
    this.spec = spec;
    StackSpec stack = spec.stack();
    EncoderFront.Shared shared =
        spec.ownTable()
            ? decoder.withTokens(GenerationHead.matrix(source, Names.ENCODER.embedding()))
            : decoder;
    this.front = spec.front().read(source, stack, shared);
    this.positions = PositionTable.read(source, Names.ENCODER, spec.positions(), stack.width());
    this.bias =
        spec.positions() instanceof PositionSpec.RelativeBias relative
            ? RelativeBias.read(source, Names.ENCODER.relativeBias(), d -> relative.bucket(d, true))
            : null;
    this.embeddingNorm =
        spec.embeddingNorm()
            ? Norm.read(source, Names.ENCODER.embeddingNorm(), stack.norm())
            : null;
    List<EncoderLayer> all = new ArrayList<>();
    for (int i = 0; i < stack.layers(); i++) {
      all.add(EncoderLayer.read(source, Names.ENCODER.layer(i), stack));
    }
    this.layers = List.copyOf(all);
    this.finalNorm =
        stack.finalNorm() ? Norm.read(source, Names.ENCODER.norm(), stack.norm()) : null;
    this.arrays = decoder.arrays();
  }

  /**
   * Packs the weights.
   *
   * @param decoder what the decoder shares: its token table, where the encoder has none of its own
   */
  public static EncoderStack read(
      TransformerSpec.Encoder spec, ParameterSource source, EncoderFront.Shared decoder) {
    return new EncoderStack(spec, source, decoder);
  }

  /**
   * Rows that go through a layer together, at most where there are several inputs: enough that
   * weights are read once for many, few enough that the rows stay in the cache.
   */
  private static final int MOST_ROWS = 512;

  /**
   * Hidden states of each input after the final norm. Inputs share the layers' products, without
   * padding: a row's bits do not depend on the others.
   *
   * @throws BadInputException when an input lacks what the front reads, or does not fit it
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public List<EncoderFront.Embedded> run(List<EncoderInput> inputs, WorkerTeam team) {
    try (ArrayPool.Lease lease = arrays.lease()) {
      return run(inputs, new Workspace(lease), team);
    }
  }

  private List<EncoderFront.Embedded> run(
      List<EncoderInput> inputs, Workspace workspace, WorkerTeam team) {
    List<EncoderFront.Embedded> encoded = new ArrayList<>();
    List<EncoderFront.Embedded> group = new ArrayList<>();
    int rows = 0;
    for (EncoderInput input : inputs) {
      Interruption.check(EncoderLayer.HALF_ENCODED);
      EncoderFront.Embedded next = embed(input, team);
      if (rows + next.positions() > MOST_ROWS) {
        encoded.addAll(runLayers(group, rows, workspace, team));
        group.clear();
        rows = 0;
      }
      group.add(next);
      rows += next.positions();
    }
    encoded.addAll(runLayers(group, rows, workspace, team));
    return encoded;
  }

  /** What enters the first layer. */
  private EncoderFront.Embedded embed(EncoderInput input, WorkerTeam team) {
    EncoderFront.Embedded embedded = front.embed(input, team);
    float[] hidden = embedded.hidden();
    int rows = embedded.positions();
    if (rows > spec.positions().most()) {
      throw new BadInputException(
          "input",
          "has " + rows + " positions, the model reads 1.." + spec.positions().most(),
          "shorten the input");
    }
    if (positions != null) {
      addPositions(positions, input, hidden, rows);
    }
    if (embeddingNorm != null) {
      embeddingNorm.apply(hidden, rows, hidden, team);
    }
    return embedded;
  }

  /** Runs the layers over inputs of so many rows, perhaps none. */
  private List<EncoderFront.Embedded> runLayers(
      List<EncoderFront.Embedded> inputs, int rows, Workspace workspace, WorkerTeam team) {
    if (inputs.isEmpty()) {
      return List.of();
    }
    int width = spec.stack().width();
    float[] hidden = inputs.getFirst().hidden();
    if (inputs.size() > 1) {
      hidden = new float[rows * width];
      int at = 0;
      for (EncoderFront.Embedded input : inputs) {
        System.arraycopy(input.hidden(), 0, hidden, at, input.positions() * width);
        at += input.positions() * width;
      }
    }
    for (int i = 0; i < layers.size(); i++) {
      List<EncoderLayer.Rows> parts = new ArrayList<>();
      for (EncoderFront.Embedded input : inputs) {
        parts.add(new EncoderLayer.Rows(input.positions(), input.visible(), bias(input, i)));
      }
      layers.get(i).apply(hidden, parts, workspace, team);
    }
    if (finalNorm != null) {
      finalNorm.apply(hidden, rows, hidden, team);
    }
    if (inputs.size() > 1) {
      int at = 0;
      for (EncoderFront.Embedded input : inputs) {
        System.arraycopy(hidden, at, input.hidden(), 0, input.positions() * width);
        at += input.positions() * width;
      }
    }
    return inputs.stream().map(EncoderFront.Embedded::withoutBias).toList();
  }

  private static void addPositions(
      PositionTable positions, EncoderInput input, float[] hidden, int rows) {
    int[] tokens = input.tokenIds();
    if (tokens != null && positions.heedsPadding()) {
      positions.add(tokens, 0, hidden, 0);
    } else {
      positions.add(rows, hidden);
    }
  }

  private @Nullable AttentionBias bias(EncoderFront.Embedded embedded, int layer) {
    if (embedded.bias() != null) {
      return embedded.bias().of(layer);
    }
    return bias == null ? null : bias.forRows(0, embedded.positions());
  }
}
