package dev.deed.cli.options;

import dev.deed.cli.output.OutputOptions;
import dev.deed.hub.HubSettings;
import dev.deed.hub.ModelHub;
import dev.deed.hub.ModelName;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the model is that a command names: a folder that exists, a shipped model by its bare name,
 * or a model of the Hub, which is fetched into the cache.
 */
public final class ModelPlace {
  private ModelPlace() {}

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
    return ModelName.isName(name) ? fetch(name, options, offline) : named;
  }

  /** The folder of a model of the Hub, fetched where the cache lacks it. */
  public static Path fetch(String name, OutputOptions options, boolean offline) {
    HubSettings settings = HubSettings.fromEnvironment();
    try (FetchLine line = new FetchLine(options)) {
      return new ModelHub(offline ? settings.withOffline() : settings).fetch(name, line);
    }
  }

  /** A name has slashes on every system. */
  private static String text(Path named) {
    return named.toString().replace(named.getFileSystem().getSeparator(), "/");
  }
}
