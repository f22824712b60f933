package dev.deed.spark;

import dev.deed.hub.LikelyPath;
import dev.deed.hub.ModelHub;
import dev.deed.hub.ModelName;
import dev.deed.value.InputException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Where an executor has a model that the user names: a folder that every machine sees under the
 * same path, or one that Spark brought along ({@code --archives model.zip#NAME}, {@code --files},
 * {@code SparkContext.addFile} of a folder); else a model of the Hub, by name.
 */
final class ModelLocation {
  private static final String SHIP =
      "put it on a file system that every executor sees under the same path, or ship it with"
          + " --archives model.zip#NAME and set model to NAME";

  private ModelLocation() {}

  /**
   * The name without {@code file:}.
   *
   * @throws InputException when it is an address of another kind
   */
  static String local(String given) {
    if (given.indexOf(':') < 2) { // none, or a drive of Windows
      return given;
    }
    if (!given.startsWith("file:")) {
      throw new InputException("model " + given, "is no folder of a local file system", SHIP);
    }
    try {
      return Path.of(URI.create(given)).toString();
    } catch (IllegalArgumentException e) {
      throw new InputException("model " + given, "is no address of a folder", SHIP);
    }
  }

  /**
   * The folder of a model. One of the Hub is taken from the machine's cache, which is not asked
   * again while it is there; the first task that needs it fetches it.
   *
   * @param given as the user names it
   * @param places where a relative name may lie, the first that has it is taken
   * @param stopped whether nobody waits for it any more
   * @throws InputException when none has it, and no hub gives it
   */
  static Path resolve(String given, List<Path> places, ModelHub hub, BooleanSupplier stopped) {
    String name = local(given);
    Optional<Path> there =
        places.stream()
            .map(place -> place.resolve(name).toAbsolutePath().normalize())
            .filter(Files::isDirectory)
            .findFirst();
    if (there.isPresent()) {
      return there.get();
    }
    String where =
        Path.of(name).isAbsolute()
            ? "is not on this executor"
            : "is in none of the executor's folders " + places;
    InputException.require(ModelName.isName(name), "model " + given, where, SHIP);
    if (hub.find(name).isEmpty()) {
      LikelyPath.refuse(
          name, places.stream().flatMap(place -> LikelyPath.namesIn(place).stream()).toList());
    }
    try {
      return hub.find(name).orElseGet(() -> hub.fetch(name, _ -> !stopped.getAsBoolean()));
    } catch (InputException e) {
      throw new InputException(
          "model " + given, where + "; as a model of the Hub it " + e.why(), SHIP);
    }
  }
}
