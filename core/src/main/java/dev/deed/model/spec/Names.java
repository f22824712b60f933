package dev.deed.model.spec;

/**
 * Canonical names of the parameters of encoder, decoder, head and exits, the same for all families;
 * those of a front stand in the front's own file. The name of a linear layer, a norm or a table
 * stands for its tensors, {@link #weight} and perhaps {@link #bias}. Layers count from 0.
 */
public final class Names {
  public static final Stack ENCODER = new Stack("encoder");
  public static final Stack DECODER = new Stack("decoder");

  public static final String HEAD = "head";

  /** The linear layer between encoder output and cross-attention. */
  public static final String BRIDGE = "bridge";

  /** Biases of the decoder's attentions by position (OFA). */
  public static final Positions DECODER_SELF = new Positions("decoder.position_self");

  public static final Positions DECODER_CROSS = new Positions("decoder.position_cross");

  private static final String STAGES = "encoder.stages";

  static final String EXITS = "exits";

  /** The gate that decides about exits. */
  public static final String GATE = EXITS + ".gate";

  /** Stands for a number in the name of all layers; see {@link #eachOf}. */
  private static final String EACH = "{}";

  private Names() {}

  /** The matrix of a linear layer, norm or table. */
  public static String weight(String name) {
    return name + ".weight";
  }

  /** The bias of a linear layer or norm. */
  public static String bias(String name) {
    return name + ".bias";
  }

  public static String numbered(String module, int number) {
    return module + "." + number;
  }

  /** All numbered parts of a module, as tables of names write them. */
  public static String eachOf(String module) {
    return module + "." + EACH;
  }

  /** A stage of an encoder's front, counted from 0: a stack by itself. */
  public static Stack stage(int number) {
    return new Stack(numbered(STAGES, number));
  }

  /** All stages, as tables of names write them. */
  public static Stack eachStage() {
    return new Stack(eachOf(STAGES));
  }

  /** Whether a parameter or part belongs to a module. */
  public static boolean belongs(String name, String module) {
    return name.startsWith(module + ".");
  }

  /** The adapter of the exit at layer {@code layer}, from 1. */
  public static Adapter adapter(int layer) {
    return new Adapter(numbered(EXITS + ".adapters", layer));
  }

  /** Two linear layers between a decoder layer and the head. */
  public record Adapter(String name) {
    public String down() {
      return name + ".down";
    }

    public String up() {
      return name + ".up";
    }
  }

  /** Projections of positions whose products are scores of attention. */
  public record Positions(String name) {
    public String query() {
      return name + "_query";
    }

    public String key() {
      return name + "_key";
    }
  }

  public record Stack(String name) {
    public String embedding() {
      return name + ".embedding";
    }

    /** Tensor of a token's vector beside the table. */
    public String ownVector() {
      return embedding() + ".eoi_embedding";
    }

    public String embeddingNorm() {
      return name + ".embedding_norm";
    }

    public String positions() {
      return name + ".positions";
    }

    /** The norm of the table of positions (OFA). */
    public String positionNorm() {
      return name + ".position_norm";
    }

    /** The table of biases by distance of a stack, or of its layers by {@link #numbered}. */
    public String relativeBias() {
      return name + ".relative_bias";
    }

    public Layer layer(int number) {
      return new Layer(numbered(layers(), number));
    }

    /** All layers, as tables of names write them. */
    public Layer eachLayer() {
      return new Layer(eachOf(layers()));
    }

    public String layers() {
      return name + ".layers";
    }

    public String norm() {
      return name + ".norm";
    }
  }

  public record Layer(String name) {
    public Attention self() {
      return new Attention(name + ".self");
    }

    public Attention cross() {
      return new Attention(name + ".cross");
    }

    public FeedForward feedForward() {
      return new FeedForward(name + ".feed_forward");
    }

    /** Tensor of biases by distance between patches. */
    public String patchBias() {
      return name + ".relative_bias";
    }
  }

  /** A part of a layer: attention or feed-forward. */
  public sealed interface Block {
    String name();

    /** The norm behind the last projection (NormFormer). */
    default String outputNorm() {
      return name() + ".output_norm";
    }

    /** Tensor of the factors of the block's output (layer scale). */
    default String scale() {
      return name() + "_scale";
    }

    default String norm() {
      return name() + "_norm";
    }
  }

  public record Attention(String name) implements Block {
    public String query() {
      return name + ".query";
    }

    public String key() {
      return name + ".key";
    }

    public String value() {
      return name + ".value";
    }

    /** Queries, keys and values in one matrix, where a front stores them so. */
    public String fused() {
      return name + ".fused";
    }

    public String output() {
      return name + ".output";
    }

    public String queryNorm() {
      return name + ".query_norm";
    }

    public String keyNorm() {
      return name + ".key_norm";
    }

    /** Tensor of the factors of heads (NormFormer). */
    public String headScales() {
      return name + ".head_scales";
    }
  }

  public record FeedForward(String name) implements Block {
    public String in() {
      return name + ".in";
    }

    public String gate() {
      return name + ".gate";
    }

    /** The norm before the last projection (NormFormer). */
    public String innerNorm() {
      return name + ".inner_norm";
    }

    public String out() {
      return name + ".out";
    }
  }

  /** A convolution without bias and its batch norm. */
  public record Convolution(String name) {
    public String kernel() {
      return name + ".convolution";
    }

    public String norm() {
      return name + ".norm";
    }

    /** Tensor of the mean of channels. */
    public String runningMean() {
      return norm() + ".running_mean";
    }

    /** Tensor of the variance of channels. */
    public String runningVariance() {
      return norm() + ".running_var";
    }
  }
}
