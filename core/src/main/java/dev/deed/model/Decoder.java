package dev.deed.model;

import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.RotarySpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The decoder's weights: embedding, layers, exits and the shared generation head. Immutable and
 * safe for use from many threads; what a generation remembers is held by its caller, in arrays that
 * generations take turns with.
 */
public final class Decoder {
  private final TransformerSpec.Decoder spec;
  private final DecoderEmbedding embedding;
  private final DecoderBiases biases;
  private final List<DecoderLayer> layers;
  private final @Nullable Norm finalNorm;
  private final GenerationHead head;
  private final Map<Integer, Adapter> adapters;
  private final @Nullable Linear gate;
  private final ArrayPool arrays;

  /** Where copies of weights lie too. */
  private final Arena memory;

  /** Packs the weights of a checked model. */
  public Decoder(TransformerSpec model, ParameterSource source) {
    this.spec = model.decoder();
    StackSpec stack = spec.stack();
    this.embedding = DecoderEmbedding.read(source, spec);
    this.biases = DecoderBiases.read(source, spec);
    Map<RotarySpec, Rotary> known = new HashMap<>();
    this.layers =
        IntStream.range(0, stack.layers())
            .mapToObj(
                i -> new DecoderLayer(source, i, spec, biases, Rotary.of(stack.kind(i), known)))
            .toList();
    this.finalNorm =
        stack.finalNorm() ? Norm.read(source, Names.DECODER.norm(), stack.norm()) : null;
    this.head = GenerationHead.read(source, spec, embedding.table());
    this.adapters = Adapter.readAll(model.exits(), source);
    this.gate =
        source.holds(Names.weight(Names.GATE)) && source.holds(Names.bias(Names.GATE))
            ? Linear.read(source, Names.GATE, true)
            : null;
    this.arrays = new ArrayPool();
    this.memory = source.memory();
  }

  private Decoder(Decoder other, List<DecoderLayer> layers, GenerationHead head) {
    this.spec = other.spec;
    this.embedding = other.embedding;
    this.biases = other.biases;
    this.layers = layers;
    this.finalNorm = other.finalNorm;
    this.head = head;
    this.adapters = other.adapters;
    this.gate = other.gate;
    this.arrays = other.arrays;
    this.memory = other.memory;
  }

  /**
   * The same weights with an int8 copy of the head beside it; see {@link GenerationHead#screen()}.
   * Steps that want a token alone ask one of a large head of fp32 or bf16 anyway.
   *
   * @param use which steps ask it; of {@code NONE} there is no copy
   * @throws dev.deed.tensor.NotFiniteException when a weight of the head is not finite
   */
  public Decoder screened(TwoStageHead.Use use) {
    return new Decoder(this, layers, head.screened(use, memory));
  }

  /**
   * The same weights with a head of some tokens alone: all others have logits of −∞, and
   * probabilities are shares among these.
   *
   * @param source what this was read from
   * @param tokens at least one, within the vocabulary
   * @throws IllegalArgumentException when they are not
   */
  public Decoder restricted(ParameterSource source, SortedSet<Integer> tokens) {
    return new Decoder(
        this,
        layers,
        head.restricted(
            source, spec.head().tied() ? Names.DECODER.embedding() : Names.HEAD, tokens));
  }

  /**
   * The same decoder with layers and a large head in int8 weights, for drafts: it gives nearly the
   * same logits and reads a quarter of what fp32 weights take. All else is shared, so it costs the
   * memory of these weights alone. It reads keys and values that this decoder made.
   *
   * @param basis of a head that says which tokens a draft may be; null: none does
   * @throws dev.deed.tensor.NotFiniteException when a weight is not finite
   * @throws dev.deed.value.InputException when the basis does not suit the head
   * @throws OutOfMemoryError when there is no room
   */
  public Decoder narrow(@Nullable HeadBasis basis) {
    NarrowCopy copy = new NarrowCopy(memory, basis);
    return new Decoder(
        this, layers.stream().map(wide -> new DecoderLayer(wide, copy)).toList(), copy.of(head));
  }

  /** What generations of this model work with in turn, and its encoder. */
  public ArrayPool arrays() {
    return arrays;
  }

  public int layerCount() {
    return layers.size();
  }

  /** Layer {@code number}, counted from 1. */
  public DecoderLayer layer(int number) {
    return layers.get(number - 1);
  }

  public int width() {
    return spec.stack().width();
  }

  public int vocabulary() {
    return spec.vocabulary();
  }

  public boolean hasGate() {
    return gate != null;
  }

  /** Positions that the model can decode, the first included; no bound for relative biases. */
  public int maxPositions() {
    return spec.positions().most();
  }

  /** The bias of cross-attention over an encoder output; null when there is none. */
  CrossMemory.@Nullable Bias crossBias(EncoderOutput encoded) {
    return biases.cross(encoded);
  }

  /** What the encoder of the same model may use with it. */
  public EncoderFront.Shared shared() {
    return new EncoderFront.Shared(embedding.table(), arrays);
  }

  /**
   * What enters layer 1 for decoder inputs that come together: a prefix, or the one of a step.
   *
   * @param tokens within the vocabulary
   * @param before number of inputs before them; with them at most {@link #maxPositions()}
   * @param target receives [tokens, width] from {@code row · width} on
   */
  public void embed(int[] tokens, int before, float[] target, int row) {
    embedding.apply(tokens, before, target, row);
  }

  /** The head of all exits. */
  public GenerationHead head() {
    return head;
  }

  /**
   * Logits of exit {@code layer}: {@code head(finalNorm(adapter(h)))}; the last layer has no
   * adapter.
   *
   * @param hidden raw outputs of that layer, [rows, width], unchanged
   * @param logits receives [rows, vocabulary]
   */
  public void logits(
      int layer, float[] hidden, int rows, float[] logits, Workspace workspace, ThreadPool pool) {
    head.apply(exitHidden(layer, hidden, rows, workspace, pool), rows, logits, workspace, pool);
  }

  /**
   * What the head reads at exit {@code layer}: {@code finalNorm(adapter(h))}, scaled.
   *
   * @param hidden raw outputs of that layer, [rows, width], unchanged
   * @return [rows, width], of the workspace
   */
  public float[] exitHidden(
      int layer, float[] hidden, int rows, Workspace workspace, ThreadPool pool) {
    int count = rows * width();
    float[] exit = workspace.get(Purpose.EXIT_HIDDEN, count);
    Adapter adapter = adapters.get(layer);
    if (adapter == null) {
      System.arraycopy(hidden, 0, exit, 0, count);
    } else {
      adapter.apply(hidden, rows, exit, workspace, pool);
    }
    if (finalNorm != null) {
      finalNorm.apply(exit, rows, exit, pool);
    }
    if (spec.head().scale() != 1f) {
      KernelChoice.kernels().scale(exit, 0, count, spec.head().scale());
    }
    return exit;
  }

  /**
   * The gate's confidence {@code sigmoid(w·h + b)} in a raw hidden state.
   *
   * @param hidden [width] at {@code row · width}
   * @throws IllegalStateException when the model has no gate
   */
  public double gate(float[] hidden, int row, ThreadPool pool) {
    if (gate == null) {
      throw new IllegalStateException("the model has no gate");
    }
    float[] score = new float[1];
    FloatRows state = new FloatRows(hidden, row * width(), width(), 1);
    gate.weight().multiply(state, gate.bias(), FloatRows.of(score, 1, 1), pool);
    return 1 / (1 + StrictMath.exp(-score[0]));
  }

  /**
   * What makes decoder inputs hidden states: the token table, positions that are added, a norm.
   * Immutable and safe for use from many threads.
   *
   * @param table [vocabulary, width]
   * @param scale factor of a looked-up row
   * @param ownToken whose vector is {@code ownVector}
   * @param ownVector [width]; null where all are in the table
   * @param positions null where none are added
   * @param norm null where none follows
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record DecoderEmbedding(
      WeightMatrix table,
      float scale,
      int ownToken,
      float @Nullable [] ownVector,
      @Nullable PositionTable positions,
      @Nullable Norm norm) {
    static DecoderEmbedding read(ParameterSource source, TransformerSpec.Decoder spec) {
      TransformerSpec.Embedding embedding = spec.embedding();
      StackSpec stack = spec.stack();
      return new DecoderEmbedding(
          GenerationHead.matrix(source, Names.DECODER.embedding()),
          embedding.scale(),
          embedding.ownVector(),
          embedding.ownVector() == TransformerSpec.Embedding.NO_TOKEN
              ? null
              : source.tensor(Names.DECODER.ownVector()).toFloats(),
          PositionTable.read(source, Names.DECODER, spec.positions(), stack.width()),
          embedding.norm() ? Norm.read(source, Names.DECODER.embeddingNorm(), stack.norm()) : null);
    }

    /** See {@link Decoder#embed}. */
    void apply(int[] tokens, int before, float[] target, int row) {
      int width = table.inputs();
      int at = row * width;
      int count = tokens.length * width;
      for (int i = 0; i < tokens.length; i++) {
        table.copyRow(tokens[i], target, at + i * width);
      }
      KernelChoice.kernels().scale(target, at, count, scale);
      for (int i = 0; ownVector != null && i < tokens.length; i++) {
        if (tokens[i] == ownToken) {
          System.arraycopy(ownVector, 0, target, at + i * width, width);
        }
      }
      if (positions != null) {
        positions.add(tokens, before, target, at);
      }
      if (norm != null) {
        norm.applyTo(target, at, tokens.length);
      }
    }
  }
}
