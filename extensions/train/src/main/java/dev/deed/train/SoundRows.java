package dev.deed.train;

import dev.deed.data.InputLine;
import dev.deed.model.EncoderOutput;
import dev.deed.model.front.SpectrogramFront;
import dev.deed.model.spec.EncoderFront;
import dev.deed.value.InputException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads sound. The encoder of such a model is not trained, so each recording is encoded once, by
 * the engine, and its rows stay in memory. Belongs to one thread.
 */
final class SoundRows {
  private static final double SHARE = 0.75;

  private final FirstModel model;
  private final long mostBytes;
  private long bytes;

  /** Rows of at most {@code mostBytes} bytes in all. */
  SoundRows(FirstModel model, long mostBytes) {
    this.model = model;
    this.mostBytes = mostBytes;
  }

  /**
   * Null for a model that reads no sound.
   *
   * @param model that the training starts from; null where it starts from random weights, which no
   *     model of sound does
   */
  static @Nullable SoundRows of(EncoderFront front, @Nullable FirstModel model) {
    return front instanceof SpectrogramFront
        ? new SoundRows(
            Objects.requireNonNull(model), (long) (SHARE * Runtime.getRuntime().maxMemory()))
        : null;
  }

  /**
   * What the encoder makes of a line's recording.
   *
   * @throws InputException when the line has none that the model can read, or the rows of all
   *     recordings so far do not fit into memory
   */
  EncodedExample.Source.Encoded source(InputLine line) {
    EncoderOutput output = model.model().internals().encoderOutput(model.encoded(line));
    bytes += (long) Float.BYTES * output.hidden().length;
    InputException.require(
        bytes <= mostBytes,
        "the recordings",
        "take more than %,d MB as the encoder has them, three quarters of the heap"
            .formatted(mostBytes >> 20),
        "give fewer, such as with --limit, or a larger heap: DEED_JAVA_OPTS=-Xmx…");
    return new EncodedExample.Source.Encoded(output.hidden());
  }

  /**
   * Token ids that the decoder begins with: those that a line gives, else the model's own, its
   * start first.
   *
   * @throws InputException when the line's do not suit the model
   */
  int[] prefix(InputLine line) {
    return model.model().internals().decoderPrefix(model.encoded(line));
  }
}
