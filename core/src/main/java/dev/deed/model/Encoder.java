package dev.deed.model;

import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The encoder's weights. Immutable and safe for use from many threads. */
public final class Encoder {
  /**
   * Rows that go through a layer together, at most where there are several inputs: enough that
   * weights are read once for many, few enough that the rows stay in the cache.
   */
  public static final int MOST_ROWS = 512;

  /** Rows of a layer in one piece of work, at most: a fraction of a second for large models. */
  public static final int MOST_BLOCK = 1024;

  private final EncoderStack stack;
  private final @Nullable Linear bridge;
  private final @Nullable Encoder assistant;

  /** Packs the weights of a checked model; a shared token table stays the decoder's. */
  public Encoder(TransformerSpec model, ParameterSource source, Decoder decoder) {
    this.stack = new EncoderStack(model.encoder(), source, decoder.shared());
    this.bridge = model.decoder().bridge() ? Linear.read(source, Names.BRIDGE, true) : null;
    this.assistant = null;
  }

  private Encoder(Encoder other, Encoder assistant) {
    this.stack = other.stack;
    this.bridge = other.bridge;
    this.assistant = assistant;
  }

  /** The same encoder, behind which that of an assistant reads the same inputs. */
  public Encoder with(Encoder assistant) {
    return new Encoder(this, assistant);
  }

  /**
   * @throws InputException when the input lacks what the model reads, or does not fit it
   * @throws java.util.concurrent.CancellationException when the thread is interrupted; it stays so
   */
  public EncoderOutput encode(EncoderInput input, ThreadPool pool) {
    try (EncoderPass pass = begin(List.of(input), MOST_ROWS)) {
      while (pass.advance(MOST_BLOCK, pool)) {}
      return output(pass, 0, pool);
    }
  }

  /**
   * Begins to encode several inputs together, which takes less time than one after the other and
   * gives the same bits; {@link #output} makes encoder outputs of what comes out.
   *
   * @param mostRows that go through a layer together; an input of more goes alone
   */
  public EncoderPass begin(List<EncoderInput> inputs, int mostRows) {
    EncoderPass pass = stack.begin(inputs, mostRows);
    return assistant == null ? pass : pass.before(assistant.begin(inputs, mostRows));
  }

  /**
   * The encoder output of an input, once there is no work left.
   *
   * @param index of the input
   * @throws InputException when the input lacks what the front reads, or does not fit it
   */
  public EncoderOutput output(EncoderPass pass, int index, ThreadPool pool) {
    EncoderFront.Embedded encoded = pass.output(index);
    int rows = encoded.positions();
    float[] hidden = bridge == null ? encoded.hidden() : bridge.apply(encoded.hidden(), rows, pool);
    EncoderPass behind = pass.behind();
    return new EncoderOutput(
        hidden,
        rows,
        encoded.visible(),
        encoded.beside(),
        assistant == null || behind == null ? null : assistant.output(behind, index, pool));
  }
}
