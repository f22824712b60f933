package dev.deed;

import dev.deed.decode.SearchStrategy;
import dev.deed.decode.draft.DraftDecoder;
import dev.deed.engine.Admission;
import dev.deed.engine.EngineSettings;
import dev.deed.engine.PoolLayout;
import dev.deed.engine.RequestEngine;
import dev.deed.engine.Resources;
import dev.deed.engine.SaturationBatch;
import dev.deed.engine.SideWork;
import dev.deed.files.Interruption;
import dev.deed.files.Lifetime;
import dev.deed.model.Decoder;
import dev.deed.model.spec.EncoderInput;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.EngineStatus;
import dev.deed.value.InputException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Requests in flight: they join the steps of those that are running, and each leaves when its
 * answer is whole. An answer is bit for bit the one that the request gets alone. {@link
 * EncoderDecoderModel#engine} starts an engine.
 *
 * <p>A request is taken, or refused: by {@link #submit} at once, by {@link #offer} after a time.
 * One that is taken has its rows, or waits for them in the order of arrival. Its input is read on a
 * thread of a small pool. The encoder works between decoder steps, in pieces, so that running
 * answers pause only shortly. A request that fails, for whatever reason, fails alone.
 *
 * <p>Safe for use from many threads.
 */
public final class Engine implements AutoCloseable {
  /** Seconds of {@link EngineFullException#retryAfter}, at most. */
  private static final long LATEST = 120;

  /** Characters whose tokens are found in about 4 ms. */
  private static final int LONG_PROMPT = 4096;

  private final EncoderDecoderModel model;
  private final RequestPreparation preparation;
  private final EngineOptions.Values options;
  private final Lifetime.Use use;

  /** What needs the model: this engine until it is closed, and tickets without a result. */
  private final AtomicInteger users = new AtomicInteger(1);

  private final RequestEngine requests;

  /** Pools beside the model's own; they are closed after the engine. */
  private final List<ThreadPool> ownPools;

  Engine(
      EncoderDecoderModel model,
      RequestPreparation preparation,
      EngineOptions given,
      Lifetime.Use use) {
    this.model = model;
    this.preparation = preparation;
    this.options = given.values();
    this.use = use;
    List<Integer> sizes = sizes(preparation.pool().size(), options.teams);
    this.ownPools = sizes.size() == 1 ? List.of() : sizes.stream().map(ThreadPool::of).toList();
    try {
      this.requests = start(ownPools.isEmpty() ? List.of(preparation.pool()) : ownPools);
    } catch (RuntimeException | Error e) {
      ownPools.forEach(ThreadPool::close);
      throw e;
    }
  }

  private static List<Integer> sizes(int threads, @Nullable Integer pools) {
    if (pools == null) {
      return PoolLayout.sizes(threads);
    }
    InputException.require(
        pools <= threads,
        "teams of an engine",
        "are " + pools + ", the model has " + threads + " threads",
        "give fewer teams, or open the model with more threads");
    return PoolLayout.sizes(threads, pools);
  }

  private RequestEngine start(List<ThreadPool> pools) {
    int saturation =
        options.knee == null
            ? SaturationBatch.measure(
                preparation.exits().decoder(), pools.getFirst(), options.maxRows)
            : options.knee;
    return new RequestEngine(
        preparation.exits().decoder(),
        preparation.encoder(),
        pools,
        new EngineSettings(
            new Admission.Limits(
                options.maxRows,
                options.maxWaiting,
                options.memory,
                Math.max(1, options.maxRows / 4)),
            options.maxPause,
            saturation,
            options.encodedBytes,
            SideWork.INPUTS.threads(),
            SideWork.LONG_INPUTS.threads()),
        options.listener);
  }

  /**
   * Takes a request. Where all places are taken, it gets that of another {@link
   * dev.deed.value.Client}'s that waits, if that is the last to have its turn and this one's comes
   * before. Its settings are checked here. Its text or picture is read later, and what is wrong
   * with it is in the result.
   *
   * @param request an input and how to answer it
   * @return what gives the tokens and the result
   * @throws InputException when the settings do not suit the model, or the request takes more rows,
   *     memory, prompt tokens or new tokens than the engine has
   * @throws EngineFullException when there is no place for it, or the engine is closed
   */
  public Ticket submit(Request request) {
    return submit(request, null);
  }

  /**
   * Takes a request as {@link #submit(Request)} does, and ends it when its time is over.
   *
   * @param request an input and how to answer it
   * @param deadline from now on; null: none
   * @return what gives the tokens and the result
   * @throws CancellationException when the thread is virtual, and interrupted while the settings
   *     are checked
   * @throws CompletionException of a {@link java.util.concurrent.TimeoutException} when the
   *     deadline passes while a virtual thread waits for the settings to be checked
   */
  public Ticket submit(Request request, @Nullable Duration deadline) {
    long begin = System.nanoTime();
    Ticket ticket = ticket(request, deadline);
    hold();
    RequestEngine.Handle handle = requests.submit(ticket.work());
    long passed = System.nanoTime() - begin;
    return started(ticket, handle, deadline == null ? null : deadline.minusNanos(passed));
  }

  /**
   * Takes a request as {@link #submit(Request)} does, and waits where there is no place for it.
   * Those that wait get places in the order in which they came.
   *
   * @param request an input and how to answer it
   * @param patience how long to wait for a place
   * @return what gives the tokens and the result
   * @throws InputException as {@link #submit(Request)} does, at once
   * @throws EngineFullException when there was no place in that time, or the engine is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public Ticket offer(Request request, Duration patience) throws InterruptedException {
    return offer(request, patience, null);
  }

  /**
   * Takes a request as {@link #offer(Request, Duration)} does, and ends it when its time is over.
   *
   * @param request an input and how to answer it
   * @param patience how long to wait for a place
   * @param deadline from the moment it is taken; null: none
   * @return what gives the tokens and the result
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public Ticket offer(Request request, Duration patience, @Nullable Duration deadline)
      throws InterruptedException {
    Objects.requireNonNull(patience, "patience");
    Ticket ticket = ticket(request, null);
    hold();
    RequestEngine.Handle handle;
    try {
      handle = requests.offer(ticket.work(), patience);
    } catch (InterruptedException e) {
      leave();
      throw e;
    }
    return started(ticket, handle, deadline);
  }

  /**
   * Checks options without an input: throws what {@link #submit} would throw for every input.
   *
   * @param options how to generate
   */
  public void check(GenerationOptions options) {
    Ticket _ = ticket(RequestPreparation.ofNothing(options), null);
  }

  /**
   * Counts the tokens of an input as {@link EncoderDecoderModel#countTokens} does, and heeds {@link
   * EngineOptions#withMaxPromptTokens}.
   *
   * @param input what the model would read
   * @return the number of tokens
   * @throws InputException when there are more than the engine allows, or they cannot be counted
   */
  public int countTokens(Input input) {
    return model.countTokens(input, options.maxPromptTokens);
  }

  private void hold() {
    if (users.updateAndGet(now -> now == 0 ? 0 : now + 1) == 0) {
      throw full();
    }
  }

  /** The ticket of a request; its handle is null where it was not taken. */
  private Ticket started(
      Ticket ticket, RequestEngine.@Nullable Handle handle, @Nullable Duration deadline) {
    if (handle == null) {
      leave();
      throw full();
    }
    ticket.begin(handle, deadline);
    return ticket;
  }

  EngineFullException full() {
    return new EngineFullException(
        requests.isClosed()
            ? EngineFullException.Reason.CLOSED
            : EngineFullException.Reason.WAITING,
        retryAfter());
  }

  /** Texts of answers are made after their requests have left: the last of them frees the model. */
  void leave() {
    if (users.decrementAndGet() == 0) {
      use.close();
    }
  }

  private Ticket ticket(Request request, @Nullable Duration deadline) {
    Objects.requireNonNull(request, "request");
    RequestPreparation.Checked checked =
        Thread.currentThread().isVirtual() && (beginsLong(request) || preparation.compiles(request))
            ? model
                .internals()
                .beside(() -> preparation.check(request, options.maxPromptTokens), deadline)
            : preparation.check(request, options.maxPromptTokens);
    int most = options.maxNewTokens;
    if (checked.newTokens() > most) {
      InputException.requireField(
          !request.options().statesLength(),
          "max_new_tokens",
          "is " + checked.newTokens() + ", the engine allows " + most,
          "ask for fewer");
      checked = checked.withNewTokens(most);
    }
    int source = preparation.mostPositions(request.input(), options.maxPromptTokens);
    Resources need = need(checked, source).plus(preparation.encodingBytes(source));
    int rows = Math.min(options.maxRows, request.client().mostRows());
    InputException.require(
        need.rows() <= rows,
        "request",
        "takes " + need.rows() + " rows of " + rows,
        "ask for fewer beams or sequences");
    InputException.require(
        need.bytes() <= options.memory,
        "request",
        "takes up to %d MB of memory, the engine has %d MB"
            .formatted(need.bytes() >> 20, options.memory >> 20),
        "shorten the input, or ask for fewer new tokens or beams");
    return new Ticket(this, checked, need);
  }

  /** Whether tokens of the answer, as far as given, take more than a few milliseconds to find. */
  private static boolean beginsLong(Request request) {
    String prompt = request.input().content.decoderPrompt;
    String prediction = request.options().prediction();
    return Math.max(
            prompt == null ? 0 : prompt.length(), prediction == null ? 0 : prediction.length())
        > LONG_PROMPT;
  }

  Resources need(RequestPreparation.Checked checked, int source) {
    Decoder decoder = preparation.exits().decoder();
    Resources need = Resources.of(decoder, checked.strategy().rows(), checked.positions(), source);
    return switch (checked.strategy() instanceof SearchStrategy.Verified verified
        ? verified.drafting().decoder()
        : null) {
      case null -> need;
      case DraftDecoder.Narrow _ -> need.withNarrowSource(decoder, source);
      case DraftDecoder.Assistant(Decoder assistant) ->
          need.withAssistant(assistant, checked.positions(), source);
    };
  }

  /**
   * Makes the encoder's input of a request.
   *
   * @param quickly whether only what takes little time is to be read
   * @return null when it would take long
   */
  @Nullable EncoderInput read(
      RequestPreparation.Checked checked, boolean quickly, Interruption interruption) {
    EncoderInputs.Bounds bounds = EncoderInputs.Bounds.usual(options.maxPromptTokens, interruption);
    try {
      return preparation.read(checked, quickly ? bounds.quick() : bounds);
    } catch (InputException e) {
      if (quickly && e.kind() == InputException.Kind.TOO_LARGE) {
        return null;
      }
      throw e;
    }
  }

  RequestPreparation preparation() {
    return preparation;
  }

  /** When all that wait now will have been answered, at the pace of late. */
  private Duration retryAfter() {
    EngineStatus now = status();
    long millis = now.perAnswer().toMillis() * Math.max(1, now.waiting());
    return Duration.ofSeconds(Math.clamp(Math.ceilDiv(millis, 1_000), 1, LATEST));
  }

  /** {@return what it holds now} */
  public EngineStatus status() {
    return requests.status();
  }

  /** {@return the model that answers} */
  public EncoderDecoderModel model() {
    return model;
  }

  /**
   * Ends all requests, as if each were cancelled, and then the engine. Waits for the step at hand.
   * A second call does nothing.
   */
  @Override
  public void close() {
    if (requests.close()) {
      ownPools.forEach(ThreadPool::close);
      leave();
    }
  }
}
