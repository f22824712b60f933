package dev.deed.server.serving;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.data.ModelSamples;
import dev.deed.files.Lifetime;
import dev.deed.server.http.ApiException;
import dev.deed.value.Client;
import dev.deed.value.EngineStatus;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import dev.deed.watch.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A model as it was opened, with its engine. It closes once it was {@link #retire retired} and its
 * last use has ended. Safe for use from many threads.
 */
public final class ServedModel {
  private final ModelSource source;
  private final EncoderDecoderModel model;
  private final long weightBytes;
  private final Engine engine;
  private final ModelMeters meters;
  private final Consumer<ServedModel> closing;
  private final Instant opened = Instant.now();
  private final ModelSamples samples;
  private final @Nullable Watch watch;

  /** When a request last began or ended. */
  private volatile long used = System.nanoTime();

  /** Of requests, in the order in which they came. */
  private final AtomicLong places = new AtomicLong();

  private final Lifetime lifetime = new Lifetime("the served model", this::close);

  private ServedModel(
      ModelSource source,
      EncoderDecoderModel model,
      ModelMeters meters,
      Consumer<ServedModel> closing) {
    this.source = source;
    this.model = model;
    this.weightBytes = model.internals().folder().weightBytes();
    this.closing = closing;
    this.samples = ModelSamples.read(model.internals().folder().path());
    meters.leftOut(samples.leftOut());
    this.watch = source.watcher().apply(model);
    this.engine = model.engine(source.engine().withListener(meters));
    this.meters = meters;
  }

  /**
   * Opens a model.
   *
   * @param room is told how many bytes its weights will take
   * @param closing is told when it has closed and its memory is free
   * @throws InputException when its folder cannot be used
   */
  static ServedModel open(
      ModelSource source, ModelMeters meters, LongConsumer room, Consumer<ServedModel> closing) {
    EncoderDecoderModel model = source.opener().apply(room);
    try {
      return new ServedModel(source, model, meters, closing);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /**
   * Has it answer made-up requests, so that its first answers are not slow.
   *
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  void warmUp() {
    ModelWarmUp.of(model, source.warmUp(), meters::log);
  }

  /** One request's hold on the model, which stays open until it ends. */
  public record Use(ServedModel served, Lifetime.Use hold) implements AutoCloseable {
    @Override
    public void close() {
      served.used = System.nanoTime();
      hold.close();
    }
  }

  /**
   * A hold on it.
   *
   * @throws IllegalStateException when it was retired
   */
  Use use() {
    used = System.nanoTime();
    return new Use(this, lifetime.use());
  }

  /** Takes no new use; closes when the last one ends. */
  void retire() {
    lifetime.close();
  }

  /** Cancels what runs; it closes once those who wait for it were told. */
  void end() {
    engine.close();
    retire();
  }

  /** Closes what nobody uses. */
  void close() {
    engine.close();
    model.close();
    closing.accept(this);
  }

  /** For how long nobody has asked it, in nanoseconds; negative where somebody waits for it. */
  long idleNanos() {
    return uses() == 0 ? Math.max(0, System.nanoTime() - used) : -1;
  }

  /** Bytes that its weights take; copies that narrow drafts and screening ask come on top. */
  public long weightBytes() {
    return weightBytes;
  }

  int uses() {
    return lifetime.users();
  }

  /**
   * Gets the requests of one task answered, within the time that a request may take.
   *
   * @param mostUnderWay of them
   */
  public ServedAsker asker(Client client, int mostUnderWay) {
    return new ServedAsker(this, client, source.deadline(), mostUnderWay);
  }

  /** How long a request may take. */
  Duration deadline() {
    return source.deadline();
  }

  /** A way into the engine. */
  interface Door<E extends Exception> {
    Ticket take(Engine engine, Request request) throws E;
  }

  /**
   * Hands a request to the engine.
   *
   * @param streamed whether its tokens are shown as they are emitted: it is not watched then
   * @throws InputException when its settings cannot be used
   * @throws dev.deed.EngineFullException when there is no room
   */
  <E extends Exception> Ticket submit(Request request, boolean streamed, Door<E> door) throws E {
    if (watch == null) {
      return door.take(engine, request);
    }
    long place = places.incrementAndGet();
    Watch.Question question = streamed ? watch.pass(request) : watch.ask(request, place);
    try {
      Ticket ticket = door.take(engine, question.request());
      ticket.result().whenComplete((result, _) -> tellWatch(watch, question, result));
      return ticket;
    } catch (Exception | Error e) {
      // Others that were asked for later wait for what becomes of it.
      tellWatch(watch, question, null);
      throw e;
    }
  }

  /** What became of a request; null where it has no answer. */
  private void tellWatch(Watch over, Watch.Question question, @Nullable Result<Generation> result) {
    Watch.Counted counted =
        result instanceof Result.Answered(Generation answer)
            ? over.answered(question, answer)
            : over.dropped(question);
    meters.watched(counted);
    if (counted.fallsBack()) {
      meters.fellBack(over.tally().sentence());
    }
  }

  public String name() {
    return source.name();
  }

  /** 400, 413 or 415; its folder has its name, and is no client's to know. */
  public ApiException refusal(InputException e) {
    String folder = model.internals().folder().path().toString();
    String message = String.valueOf(e.getMessage());
    return message.contains(folder)
        ? ApiException.badRequest(message.replace(folder, name()), "model")
        : ApiException.of(e);
  }

  /** Whether some of its answers are held against full depth. */
  public boolean isWatched() {
    return watch != null;
  }

  /**
   * Refuses what the engine would.
   *
   * @throws InputException when options suit no request
   */
  public void check(GenerationOptions options) {
    engine.check(options);
  }

  /** Inputs to try it with, as its folder had them when it was opened. */
  public ModelSamples samples() {
    return samples;
  }

  public EncoderDecoderModel model() {
    return model;
  }

  public Instant opened() {
    return opened;
  }

  /** Whether the engine has other requests beside so many. */
  public boolean holdsMoreThan(int requests) {
    EngineStatus now = engine.status();
    return now.running() + now.waiting() > requests;
  }

  EngineStatus status() {
    return engine.status();
  }

  ModelMeters meters() {
    return meters;
  }
}
