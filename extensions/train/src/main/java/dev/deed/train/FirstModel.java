package dev.deed.train;

import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.data.InputLine;
import dev.deed.data.LineInputs;
import dev.deed.value.InputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The model that a training starts from, as the engine runs it. It is opened when it is first
 * asked. Belongs to one thread.
 */
final class FirstModel implements AutoCloseable {
  private final Path folder;
  private final int threads;
  private @Nullable EncoderDecoderModel model;
  private @Nullable InputLine latest;
  private Input encoded = Input.empty();

  /** The model of a folder; {@code threads} threads encode and generate. */
  FirstModel(Path folder, int threads) {
    this.folder = folder;
    this.threads = threads;
  }

  Path folder() {
    return folder;
  }

  EncoderDecoderModel model() {
    EncoderDecoderModel opened = model;
    if (opened == null) {
      opened = EncoderDecoderModel.open(folder, OpenOptions.defaults().withThreads(threads));
      model = opened;
    }
    return opened;
  }

  /**
   * What a line gives the model, encoded; once for all who ask about the latest line.
   *
   * @throws InputException when it does not suit the model
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  Input encoded(InputLine line) {
    if (line != latest) {
      encoded = model().encode(LineInputs.input(line));
      latest = line;
    }
    return encoded;
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
    }
  }
}
