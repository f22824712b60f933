package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.OpenOptions;
import dev.deed.tensor.ThreadPool;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What all commands that run a model share. */
public sealed class CommonOptions extends OutputOptions permits ModelOptions {
  @Option(names = "--threads", paramLabel = "N", descriptionKey = "common.threads")
  public int threads =
      Math.min(Runtime.getRuntime().availableProcessors(), ThreadPool.MOST_THREADS);

  @Option(names = "--offline", descriptionKey = "common.offline")
  boolean offline;

  /** Where a model is that has no adapter, unless it is one. */
  public final ModelPlace place(Path named) {
    return place(named, new AdapterOption());
  }

  public final ModelPlace place(Path named, AdapterOption option) {
    return ModelPlace.of(named, option.adapter, this, offline);
  }

  public EncoderDecoderModel open(ModelPlace place) {
    return open(place, OpenOptions.defaults());
  }

  /** Opens a model, with the threads that were asked for. */
  public EncoderDecoderModel open(ModelPlace place, OpenOptions options) {
    requireThreads();
    EncoderDecoderModel model =
        EncoderDecoderModel.open(
            place.folder(), options.withThreads(threads).withAdapter(place.adapter()));
    String unused = model.internals().folder().unusedQuantization();
    if (unused != null) {
      note(
          "deed: %s: quantization_config (%s) has no effect: the weights are plain numbers"
              .formatted(place.folder(), unused));
    }
    return model;
  }

  /** Refuses what no pool of threads can have. */
  public void requireThreads() {
    OptionBounds.requireWithin("--threads", threads, 1, ThreadPool.MOST_THREADS);
  }
}
