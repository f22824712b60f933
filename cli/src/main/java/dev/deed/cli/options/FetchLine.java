package dev.deed.cli.options;

import dev.deed.cli.output.OutputOptions;
import dev.deed.cli.output.ProgressLine;
import dev.deed.hub.FetchListener;
import dev.deed.hub.FetchProgress;
import org.jspecify.annotations.Nullable;

/** Tells on stderr what is fetched: a bar with the time left on a terminal, elsewhere one line. */
final class FetchLine implements FetchListener, AutoCloseable {
  private static final double MEGABYTE = 1e6;
  private static final int KILOBYTE = 1000;

  private final OutputOptions options;
  private @Nullable ProgressLine bar;

  FetchLine(OutputOptions options) {
    this.options = options;
  }

  @Override
  public boolean progressed(FetchProgress progress) {
    if (bar == null) {
      options.note(
          "deed: fetching %s: %d %s, %.1f MB"
              .formatted(
                  progress.model(),
                  progress.files(),
                  progress.files() == 1 ? "file" : "files",
                  progress.total() / MEGABYTE));
      bar =
          ProgressLine.of(options, "kB", progress.total() / KILOBYTE, progress.bytes() / KILOBYTE);
    }
    bar.to(progress.bytes() / KILOBYTE, progress.total() / KILOBYTE);
    return true;
  }

  @Override
  public void warned(String line) {
    options.note("deed: " + line);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
