package dev.deed.hub;

import dev.deed.checkpoint.AdapterFiles;
import dev.deed.files.IoReason;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Models by name. What a model needs is fetched into the cache that all clients of the Hub share,
 * and what another client fetched is found. Every file is held against the hash that the hub names
 * before it counts; processes that fetch the same file wait for each other, as long as that gets
 * on. Safe for use from many threads.
 *
 * <pre>{@code
 * Path folder = ModelHub.fromEnvironment().folder("google/t5-v1_1-small");
 * try (var model = EncoderDecoderModel.open(folder)) { … }
 * }</pre>
 */
public final class ModelHub {
  private final HubSettings settings;
  private final HubCache cache;

  public ModelHub(HubSettings settings) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.cache = new HubCache(settings.cache());
  }

  /**
   * {@return the hub and the cache that the variables of the Hub's clients name}
   *
   * @throws InputException as {@link HubSettings#fromEnvironment()} does
   */
  public static ModelHub fromEnvironment() {
    return new ModelHub(HubSettings.fromEnvironment());
  }

  /**
   * Fetches a model in silence; see {@link #fetch(String, FetchListener)}.
   *
   * @param name {@code [OWNER/]NAME[@REVISION]}
   * @return its folder
   */
  public Path fetch(String name) {
    return fetch(name, FetchListener.NONE);
  }

  /**
   * Fetches what the cache lacks of a model; of an adapter, without its base. Its family must be
   * one that DEED knows: that is checked before weights are fetched. The hub is asked what commit
   * the revision is now; where it cannot be reached, the cache answers and the listener is warned.
   * Where the settings say offline, or a commit is in the cache, it is not asked.
   *
   * @param name {@code [OWNER/]NAME[@REVISION]}; the revision is a branch, a tag or a commit
   * @param listener hears how far it is, and may stop it
   * @return its folder in the cache
   * @throws InputException when it is no name, there is no such model, it is not open to the token,
   *     no family of ours, not in the cache while the hub cannot be reached, or the hub gives other
   *     bytes than it says
   * @throws java.util.concurrent.CancellationException when the listener or an interrupt of the
   *     thread stops it; what was fetched stays
   */
  public Path fetch(String name, FetchListener listener) {
    return fetch(name, false, listener);
  }

  /**
   * Fetches a LoRA adapter, as {@link #fetch(String, FetchListener)} does, and no model.
   *
   * @param name {@code [OWNER/]NAME[@REVISION]}
   * @param listener hears how far it is, and may stop it
   * @return its folder in the cache
   * @throws InputException also when it is no adapter, or not one that is read
   */
  public Path fetchAdapter(String name, FetchListener listener) {
    return fetch(name, true, listener);
  }

  private Path fetch(String name, boolean adapter, FetchListener listener) {
    ModelName model = ModelName.parse(name);
    Optional<Path> cached = cache.find(model);
    if (cached.isPresent() && (settings.offline() || model.isCommit())) {
      return cached.get();
    }
    InputException.require(
        !settings.offline(),
        "model " + model,
        "is not in the cache " + cache.root() + ", and no hub is asked (HF_HUB_OFFLINE, --offline)",
        "fetch it where there is a network: deed pull " + model);
    try (HubClient client = new HubClient(settings)) {
      HubClient.Repository repository;
      try {
        repository = client.repository(model);
      } catch (HubUnreachable e) {
        Path folder = cached.orElseThrow(() -> unreachable(model, e));
        listener.warned(
            "model %s: %s cannot be asked (%s); the copy in the cache is used"
                .formatted(model, settings.endpoint(), e.getMessage()));
        return folder;
      }
      InputException.require(
          !adapter || repository.files().contains(AdapterFiles.CONFIG),
          "model " + model,
          "is no adapter: it has no " + AdapterFiles.CONFIG,
          "give the name of an adapter that PEFT saved");
      return new Fetch(client, cache, model, repository, listener).run();
    } catch (HubUnreachable e) {
      throw unreachable(model, e);
    } catch (IOException e) {
      throw IoReason.unwritable(cache.root(), e);
    }
  }

  /**
   * The folder of a model that a user names: one that exists, else that of a model of the Hub,
   * fetched in silence where the cache lacks it; see {@link #fetch(String, FetchListener)}.
   *
   * @param place a folder, or {@code [OWNER/]NAME[@REVISION]}; where it is more likely the path of
   *     a folder that is not there, the hub is not asked ({@link LikelyPath})
   * @return the folder
   * @throws InputException as {@link #fetch(String, FetchListener)} does, or for such a path
   */
  public Path folder(String place) {
    try {
      Path folder = Path.of(place);
      // An empty text is no folder, though Java takes it for the one where it was started.
      if (!place.isEmpty() && Files.isDirectory(folder)) {
        return folder;
      }
    } catch (InvalidPathException e) {
      // No name either, as is told below.
    }
    if (find(place).isEmpty()) {
      LikelyPath.refuse(place, LikelyPath.namesIn(Path.of("")));
    }
    return fetch(place);
  }

  /**
   * Looks for a model in the cache alone.
   *
   * @param name {@code [OWNER/]NAME[@REVISION]}
   * @return its folder, if the cache holds the model with its weights
   * @throws InputException when it is no name
   */
  public Optional<Path> find(String name) {
    return cache.find(ModelName.parse(name));
  }

  /**
   * {@return the models in the cache, by name and commit, those included that lack their weights}
   * Removing them is the business of the Hub's own clients.
   *
   * @throws InputException when the cache cannot be read
   */
  public List<CachedModel> models() {
    try {
      return cache.models();
    } catch (UncheckedIOException e) {
      throw IoReason.unreadable(cache.root(), Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw IoReason.unreadable(cache.root(), e);
    }
  }

  private InputException unreachable(ModelName model, HubUnreachable e) {
    return new InputException(
        "model " + model,
        "cannot be fetched from " + settings.endpoint() + " (" + e.getMessage() + ")",
        "check the name and the network, or give a folder that exists");
  }
}
