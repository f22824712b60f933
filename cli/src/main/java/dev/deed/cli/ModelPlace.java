package dev.deed.cli;

import dev.deed.checkpoint.AdapterFiles;
import dev.deed.checkpoint.LoraConfig;
import dev.deed.files.NamedPath;
import dev.deed.hub.FetchListener;
import dev.deed.hub.FetchProgress;
import dev.deed.hub.HubSettings;
import dev.deed.hub.LikelyPath;
import dev.deed.hub.ModelHub;
import dev.deed.hub.ModelName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the model is that a command names: a folder that exists, a shipped model by its bare name,
 * or a model of the Hub, which is fetched into the cache.
 *
 * @param folder of the model; of an adapter that names its base, of the base
 * @param adapter folder of the adapter; null without
 */
public record ModelPlace(Path folder, @Nullable Path adapter) {
  /**
   * The place of a model.
   *
   * @param named what the command line says, which may be an adapter that names its base
   * @param adapter what it says of an adapter: a folder, or a name of the Hub; null: nothing
   * @throws InputException when a name is of nothing, or an adapter of no model that is here
   */
  static ModelPlace of(Path named, @Nullable Path adapter, OutputOptions options, boolean offline) {
    Path folder = folder(named, options, offline);
    if (adapter != null) {
      return new ModelPlace(folder, adapter(adapter, options, offline));
    }
    return AdapterFiles.isIn(folder)
        ? new ModelPlace(base(folder, options, offline), folder)
        : new ModelPlace(folder, null);
  }

  /** The folder of an adapter, by its path or its name on the Hub. */
  public static Path adapter(Path named, OutputOptions options, boolean offline) {
    String name = text(named);
    if (Files.exists(named) || !ModelName.isName(name)) {
      return named;
    }
    HubSettings settings = settings(offline);
    if (new ModelHub(settings).find(name).isEmpty()) {
      LikelyPath.refuse(name, LikelyPath.namesIn(Path.of("")));
    }
    try (FetchLine line = new FetchLine(options)) {
      return new ModelHub(settings).fetchAdapter(name, line);
    }
  }

  private static Path base(Path adapter, OutputOptions options, boolean offline) {
    LoraConfig config = LoraConfig.read(adapter);
    String name = config.base();
    return config.baseFolder(
        () ->
            ModelName.isName(name)
                ? folder(path("base \"" + name + "\"", name), options, offline)
                : config.noBase());
  }

  /**
   * The folder of a model.
   *
   * @param named what the command line says
   * @throws dev.deed.value.InputException when it is a name, and there is no such model
   */
  public static Path folder(Path named, OutputOptions options, boolean offline) {
    String name = text(named);
    if (Files.exists(named)) {
      return named;
    }
    Path root = InstallFolder.find();
    if (root != null && name.matches("[A-Za-z0-9-]+")) {
      Path shipped = root.resolve("models", name);
      if (Files.isDirectory(shipped)) {
        return shipped;
      }
    }
    if (!ModelName.isName(name)) {
      return named;
    }
    HubSettings settings = settings(offline);
    if (new ModelHub(settings).find(name).isEmpty()) {
      List<String> near = new ArrayList<>(LikelyPath.namesIn(Path.of("")));
      if (root != null) {
        near.addAll(LikelyPath.namesIn(root.resolve("models")));
      }
      LikelyPath.refuse(name, near);
      if (!name.contains("/") && !settings.offline()) {
        options.note("deed: " + name + ": is no folder here, so it is looked for on the Hub");
      }
    }
    return fetch(settings, name, options);
  }

  /**
   * What a command line says as a path. Whoever writes {@code a//b} or {@code a/} means a path:
   * with a point in front nothing takes it for a name.
   *
   * @param what what messages call it
   * @throws dev.deed.value.InputException as {@link NamedPath#of} does
   */
  public static Path path(String what, String text) {
    return NamedPath.of(what, text.matches("[^./~].*(//.*|/)") ? "./" + text : text);
  }

  /** The folder of a model of the Hub, fetched where the cache lacks it. */
  public static Path fetch(String name, OutputOptions options, boolean offline) {
    return fetch(settings(offline), name, options);
  }

  private static HubSettings settings(boolean offline) {
    HubSettings settings = HubSettings.fromEnvironment();
    return offline ? settings.withOffline() : settings;
  }

  private static Path fetch(HubSettings settings, String name, OutputOptions options) {
    try (FetchLine line = new FetchLine(options)) {
      return new ModelHub(settings).fetch(name, line);
    }
  }

  /** What people call it. */
  @Override
  public String toString() {
    return String.valueOf(adapter == null ? folder : adapter);
  }

  /** A name has slashes on every system. */
  private static String text(Path named) {
    return named.toString().replace(named.getFileSystem().getSeparator(), "/");
  }

  /**
   * Tells on stderr what is fetched: a bar with the time left on a terminal, elsewhere one line.
   */
  private static final class FetchLine implements FetchListener, AutoCloseable {
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
            ProgressLine.of(
                options, "kB", progress.total() / KILOBYTE, progress.bytes() / KILOBYTE);
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
}
