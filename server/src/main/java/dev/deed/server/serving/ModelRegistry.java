package dev.deed.server.serving;

import static java.util.Comparator.comparingLong;

import dev.deed.server.http.ApiException;
import dev.deed.value.EngineStatus;
import dev.deed.value.InputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The models that are served, and whether requests are taken. Safe for use from many threads. */
public final class ModelRegistry implements AutoCloseable {
  /** An engine that did nothing for so long, with work before it, is stuck. */
  private static final Duration MOST_STILL = Duration.ofSeconds(10);

  private static final Duration WHILE_LOADING = Duration.ofSeconds(5);
  private static final String NOT_LOADED = "model %s: not loaded: %s";
  private static final String WEIGHTS = "weights";

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
  private final ModelLife life;

  /** Of whoever opens or retires models, one after the other. */
  private final ReentrantLock changing = new ReentrantLock();

  /** Guarded by this, as all below. */
  private final Map<String, ServedModel> models = new LinkedHashMap<>();

  /** Those that were exchanged or unloaded and have not closed yet. */
  private final List<ServedModel> earlier = new ArrayList<>();

  private boolean closed;
  private State state = State.LOADING;

  public ModelRegistry(
      List<ModelSource> sources, ServingMeters meters, int mostWaiting, ModelLife life) {
    this.sources = new LinkedHashMap<>();
    sources.forEach(source -> this.sources.put(source.name(), source));
    this.meters = meters;
    this.mostWaiting = mostWaiting;
    this.life = life;
    meters.watch(this);
    Duration idle = life.unloadAfter();
    if (idle != null) {
      Thread.ofVirtual().name("deed-unload").start(() -> unloadIdle(idle));
    }
  }

  /**
   * Opens all models and warms them up, later on those that are loaded a second time; requests that
   * run keep theirs. Where one cannot be opened, nothing changes; the first time, those whose
   * weights have no room are left for later, if they may be loaded then.
   *
   * @throws InputException when a folder cannot be used, or weights have no room
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public void open() {
    changing.lock();
    try {
      open(sources.values().stream().filter(source -> !isUnloaded(source.name())).toList());
    } finally {
      changing.unlock();
    }
  }

  private void open(List<ModelSource> wanted) {
    Map<String, ServedModel> opened = new LinkedHashMap<>();
    try {
      for (ModelSource source : wanted) {
        String name = source.name();
        LongConsumer room = bytes -> makeRoom(name, bytes, opened.values());
        try {
          opened.put(name, ServedModel.open(source, meters.of(name), room, this::forget));
        } catch (InputException e) {
          boolean isLater = life.onRequest() || life.adminKeys() != null;
          if (!WEIGHTS.equals(e.field()) || state() != State.LOADING || !isLater) {
            throw e;
          }
          meters.tell(NOT_LOADED.formatted(name, e.getMessage()));
        }
      }
      warmUp(wanted, opened.values());
    } catch (RuntimeException | Error e) {
      opened.values().forEach(ServedModel::close);
      throw e;
    }
    List<ServedModel> replaced;
    synchronized (this) {
      replaced = new ArrayList<>(closed ? opened.values() : models.values());
      replaced.removeIf(model -> !opened.containsKey(model.name()));
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

  private void warmUp(List<ModelSource> wanted, Collection<ServedModel> opened) {
    long most = wanted.stream().mapToLong(source -> source.warmUp().toMillis()).sum();
    if (most > 0) {
      meters.tell("models are open; warming up, for %.1f s at most".formatted(most / 1e3));
      opened.forEach(ServedModel::warmUp);
    }
  }

  private synchronized void forget(ServedModel model) {
    earlier.remove(model);
    notifyAll();
  }

  /**
   * Sees to it that weights have room beside those that are in memory. Where requests load models,
   * those that nobody has asked for longest are unloaded.
   *
   * @param others that are being opened too
   */
  private void makeRoom(String name, long bytes, Collection<ServedModel> others) {
    for (long free = free(others, true); free < bytes; free = free(others, true)) {
      // Unloads only if that makes enough room.
      InputException.requireField(
          life.onRequest() && free(others, false) >= bytes && unloadIdlest(),
          WEIGHTS,
          "model %s needs %d bytes, and %d of %d are free"
              .formatted(name, bytes, free, life.mostWeights()),
          "unload others, or raise --max-weights");
    }
  }

  /** Bytes beside others and those in memory, or those of them that are asked now. */
  private synchronized long free(Collection<ServedModel> others, boolean withIdle) {
    Stream<ServedModel> counting = all().filter(model -> withIdle || model.uses() > 0);
    Stream<ServedModel> counted = Stream.concat(counting, others.stream());
    return life.mostWeights() - counted.mapToLong(ServedModel::weightBytes).sum();
  }

  /** False where all that are loaded are asked. */
  private boolean unloadIdlest() {
    ServedModel idlest;
    synchronized (this) {
      idlest = models.values().stream().max(comparingLong(ServedModel::idleNanos)).orElse(null);
    }
    if (idlest == null || idlest.idleNanos() < 0) {
      return false;
    }
    unload(model -> model == idlest);
    return true;
  }

  /**
   * Loads a model that is not loaded, once requests to an earlier one of the name have ended: two
   * would need twice its memory.
   *
   * @throws ApiException 404 when none of the name is served, 503 when it cannot be loaded, or the
   *     server ends
   */
  public void load(String name) throws InterruptedException {
    ModelSource source = source(name);
    while (isMissing(name)) {
      changing.lockInterruptibly();
      try {
        if (isMissing(name)) {
          open(List.of(source));
          meters.tell("model " + name + ": loaded");
        }
      } catch (InputException e) {
        meters.tell(NOT_LOADED.formatted(name, e.getMessage()));
        throw unloaded("the model cannot be loaded; the server's log says why");
      } finally {
        changing.unlock();
      }
    }
  }

  /** Whether it is not loaded; waits as long as an earlier one ends. */
  private synchronized boolean isMissing(String name) throws InterruptedException {
    requireServing();
    while (isUnloaded(name) && earlier.stream().anyMatch(model -> model.name().equals(name))) {
      wait();
      requireServing();
    }
    return isUnloaded(name);
  }

  /** Whether it was loaded, and is no longer. */
  synchronized boolean isUnloaded(String name) {
    return state != State.LOADING && !models.containsKey(name);
  }

  private ModelSource source(String name) {
    ModelSource source = sources.get(name);
    if (source == null) {
      throw ApiException.unknownModel(String.join(", ", names()));
    }
    return source;
  }

  /**
   * Unloads a model: it takes no more requests, and its memory is free once those that run have
   * ended.
   *
   * @throws ApiException 404 when none of the name is served
   */
  public void unload(String name) {
    String known = source(name).name();
    unload(model -> model.name().equals(known));
  }

  private void unload(Predicate<ServedModel> which) {
    changing.lock();
    try {
      List<ServedModel> gone;
      synchronized (this) {
        gone = models.values().stream().filter(which).toList();
        models.values().removeAll(gone);
        earlier.addAll(gone);
      }
      for (ServedModel model : gone) {
        model.retire();
        meters.tell("model " + model.name() + ": unloaded");
      }
    } finally {
      changing.unlock();
    }
  }

  /** Until the server ends. */
  private void unloadIdle(Duration after) {
    while (state() != State.DRAINING) {
      unload(model -> model.idleNanos() > after.toNanos());
      LockSupport.parkNanos(Math.min(after.toNanos(), 1_000_000_000));
    }
  }

  private static ApiException unloaded(String why) {
    return ApiException.unavailable("model_unloaded", why, WHILE_LOADING);
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
   *     served, 503 when no requests are taken, or the model is not loaded and requests do not load
   *     it
   */
  public ServedModel.Use use(@Nullable String name) throws InterruptedException {
    if (name == null && sources.size() > 1) {
      throw ApiException.badRequest(
          "model: is missing; choose among " + String.join(", ", names()), "model");
    }
    String chosen = name == null ? sources.keySet().iterator().next() : name;
    while (true) {
      synchronized (this) {
        ServedModel there = taking(chosen);
        if (there != null) {
          return there.use();
        }
      }
      load(chosen);
    }
  }

  /**
   * The models that are loaded, as they are now, for descriptions of them.
   *
   * @throws ApiException 503 while they are being opened
   */
  public synchronized List<ServedModel> models() {
    if (state == State.LOADING) {
      requireServing();
    }
    return sources.keySet().stream().map(models::get).filter(Objects::nonNull).toList();
  }

  /**
   * The model of a name.
   *
   * @throws ApiException 404 when none of the name is served, 503 when it is not loaded
   */
  public synchronized ServedModel loaded(String name) {
    ServedModel model = models.get(source(name).name());
    if (model == null) {
      throw unloaded("the model is not loaded");
    }
    return model;
  }

  /**
   * The model of a name, where requests for it are taken; null where one would load it.
   *
   * @throws ApiException as {@link #use} does
   */
  private synchronized @Nullable ServedModel taking(String name) {
    requireServing();
    return life.onRequest() && isUnloaded(source(name).name()) ? null : loaded(name);
  }

  /** Why no request would be taken now; null where one would be. */
  public @Nullable String unready() {
    State now = state();
    if (now != State.SERVING) {
      return now == State.LOADING ? "loading" : "draining";
    }
    List<ServedModel> loaded = models();
    boolean room = life.onRequest() && loaded.size() < sources.size();
    if (loaded.isEmpty() && !room) {
      return "no model is loaded";
    }
    for (ServedModel model : loaded) {
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
    notifyAll();
  }

  /** How many requests hold a model. */
  public synchronized int uses() {
    return all().mapToInt(ServedModel::uses).sum();
  }

  private Stream<ServedModel> all() {
    return Stream.concat(models.values().stream(), earlier.stream());
  }

  /** What is said by those in memory under a name: the one that is loaded, and others that end. */
  synchronized <T> List<T> ofModel(String name, Function<ServedModel, T> what) {
    return all().filter(model -> model.name().equals(name)).map(what).toList();
  }

  /** Cancels all requests; the models close once their uses have ended. */
  @Override
  public void close() {
    List<ServedModel> all;
    synchronized (this) {
      closed = true;
      drain();
      all = all().toList();
    }
    all.forEach(ServedModel::end);
  }
}
