package dev.deed.server.serving;

import dev.deed.server.http.ApiException;
import dev.deed.value.EngineStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The models that are served, and whether requests are taken. Safe for use from many threads. */
public final class ModelRegistry implements AutoCloseable {
  /** An engine that did nothing for so long, with work before it, is stuck. */
  private static final Duration MOST_STILL = Duration.ofSeconds(10);

  private static final Duration WHILE_LOADING = Duration.ofSeconds(5);

  public enum State {
    /** Models are being opened. */
    LOADING,
    /** Requests are taken. */
    SERVING,
    /** Those that were taken are answered, no more are taken. */
    DRAINING
  }

  private final Map<String, ModelSource> sources;
  private final ServingMeters meters;
  private final int mostWaiting;

  /** Guarded by this, as all below. */
  private final Map<String, ServedModel> models = new LinkedHashMap<>();

  /** Those that were exchanged and have not closed yet. */
  private final List<ServedModel> earlier = new ArrayList<>();

  private boolean closed;
  private State state = State.LOADING;

  public ModelRegistry(List<ModelSource> sources, ServingMeters meters, int mostWaiting) {
    this.sources = new LinkedHashMap<>();
    sources.forEach(source -> this.sources.put(source.name(), source));
    this.meters = meters;
    this.mostWaiting = mostWaiting;
    meters.watch(this);
  }

  /**
   * Opens all models and warms them up, those that are served already a second time; requests that
   * run keep theirs. Where one cannot be opened, nothing changes.
   *
   * @throws dev.deed.value.InputException when a folder cannot be used
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public void open() {
    Map<String, ServedModel> opened = new LinkedHashMap<>();
    try {
      for (ModelSource source : sources.values()) {
        opened.put(source.name(), ServedModel.open(source, meters.of(source.name()), this::forget));
      }
      warmUp(opened.values());
    } catch (RuntimeException | Error e) {
      opened.values().forEach(ServedModel::close);
      throw e;
    }
    List<ServedModel> replaced;
    synchronized (this) {
      replaced = new ArrayList<>(closed ? opened.values() : models.values());
      if (!closed) {
        models.putAll(opened);
      }
      earlier.addAll(replaced);
      if (state == State.LOADING) {
        state = State.SERVING;
      }
    }
    replaced.forEach(ServedModel::retire);
  }

  private void warmUp(Collection<ServedModel> opened) {
    long most = sources.values().stream().mapToLong(source -> source.warmUp().toMillis()).sum();
    if (most > 0) {
      meters.tell("models are open; warming up, for %.1f s at most".formatted(most / 1e3));
      opened.forEach(ServedModel::warmUp);
    }
  }

  private synchronized void forget(ServedModel model) {
    earlier.remove(model);
  }

  /** The names that are served, in the order of the command line. */
  public List<String> names() {
    return List.copyOf(sources.keySet());
  }

  /**
   * Refuses requests where none are taken.
   *
   * @throws ApiException 503 while models are being opened, and once the server drains
   */
  public synchronized void requireServing() {
    switch (state) {
      case LOADING ->
          throw ApiException.unavailable("loading", "the models are being opened", WHILE_LOADING);
      case DRAINING -> throw ApiException.draining(WHILE_LOADING);
      case SERVING -> {}
    }
  }

  /**
   * A hold on a model, for a request.
   *
   * @param name null where the client names none, which is right where one is served
   * @throws ApiException 404 when there is no such model, 400 when none is named and several are
   *     served, 503 when no requests are taken
   */
  public synchronized ServedModel.Use use(@Nullable String name) {
    requireServing();
    if (name == null && models.size() > 1) {
      throw ApiException.badRequest(
          "model: is missing; choose among " + String.join(", ", names()), "model");
    }
    ServedModel model = name == null ? models.values().iterator().next() : models.get(name);
    if (model == null) {
      throw ApiException.unknownModel(String.join(", ", names()));
    }
    return model.use();
  }

  /**
   * The models as they are now, for descriptions of them.
   *
   * @throws ApiException 503 while they are being opened
   */
  public synchronized List<ServedModel> models() {
    if (state == State.LOADING) {
      requireServing();
    }
    return List.copyOf(models.values());
  }

  /** Why no request would be taken now; null where one would be. */
  public @Nullable String unready() {
    State now = state();
    if (now != State.SERVING) {
      return now == State.LOADING ? "loading" : "draining";
    }
    boolean room = false;
    for (ServedModel model : models()) {
      EngineStatus status = model.status();
      if (status.sinceProgress().compareTo(MOST_STILL) > 0) {
        return "the engine of " + model.name() + " makes no progress";
      }
      room |= status.waiting() < Math.max(1, mostWaiting);
    }
    return room ? null : "full";
  }

  public synchronized State state() {
    return state;
  }

  public synchronized void drain() {
    state = State.DRAINING;
  }

  /** How many requests hold a model. */
  public synchronized int uses() {
    return all().mapToInt(ServedModel::uses).sum();
  }

  private Stream<ServedModel> all() {
    return Stream.concat(models.values().stream(), earlier.stream());
  }

  synchronized List<EngineStatus> statuses(String name) {
    Stream<ServedModel> ending = earlier.stream().filter(model -> model.uses() > 0);
    return Stream.concat(models.values().stream(), ending)
        .filter(model -> model.name().equals(name))
        .map(ServedModel::status)
        .toList();
  }

  /** Cancels all requests; the models close once their uses have ended. */
  @Override
  public void close() {
    List<ServedModel> all;
    synchronized (this) {
      closed = true;
      state = State.DRAINING;
      all = all().toList();
    }
    all.forEach(ServedModel::end);
  }
}
