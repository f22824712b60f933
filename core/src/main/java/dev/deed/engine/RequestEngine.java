package dev.deed.engine;

import static java.util.Comparator.comparingInt;

import dev.deed.engine.Entry.State;
import dev.deed.engine.Work.Outcome;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.InputDigest;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.EngineListener;
import dev.deed.value.EngineStatus;
import dev.deed.value.Phase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Requests in flight. A request that is taken is read in a small pool, encoded between decoder
 * steps, and joins a batch as soon as it has its rows; what it is answered does not depend on those
 * beside it. Each pool of threads runs a batch of its own ({@link EngineLoop}); all of them share
 * the weights, the queue and the encoder outputs that are kept. Safe for use from many threads.
 */
public final class RequestEngine {
  final Decoder decoder;
  final Encoder encoder;
  final EngineSettings settings;
  final EngineListener listener;
  private final Admission<Entry> admission;
  private final Placement placement;
  private final EncodedCache kept;
  private final PreprocessingWorkers readers;
  private final WaitingLine line = new WaitingLine(this);
  private final List<EngineLoop> loops = new ArrayList<>();

  /** Those that were read and have no encoder output. */
  private final EncoderQueue read = new EncoderQueue();

  /** Those that wait for rows, or for the next step. */
  private final Deque<Entry> encoded = new ArrayDeque<>();

  private final Pace pace = new Pace();

  private boolean closed;
  private volatile long progress = System.nanoTime();

  /** A request that was taken. */
  public interface Handle {
    /** Ends it: a request in the batch leaves it before the next step, others end at once. */
    void cancel();
  }

  /** Starts an engine with a batch for each pool; the caller closes the pools after it. */
  public RequestEngine(
      Decoder decoder,
      Encoder encoder,
      List<ThreadPool> pools,
      EngineSettings settings,
      EngineListener listener) {
    this.decoder = decoder;
    this.encoder = encoder;
    this.settings = settings;
    this.listener = listener;
    this.admission = new Admission<>(settings.limits());
    this.placement =
        Placement.filling(settings.saturation(), settings.limits().rows(), pools.size());
    this.kept = new EncodedCache(settings.keptBytes());
    this.readers = new PreprocessingWorkers(this, settings.readers(), settings.longReaders());
    for (ThreadPool pool : pools) {
      loops.add(new EngineLoop(this, pool));
    }
    for (int i = 0; i < loops.size(); i++) {
      Thread.ofPlatform().daemon().name("deed-engine-" + (i + 1)).start(loops.get(i));
    }
  }

  /**
   * Takes a request; null when there is no place for it, or the engine is closed. Where all places
   * are taken, that of the last that waits is its own if its turn comes before that.
   */
  public synchronized @Nullable Handle submit(Work work) {
    return take(work, line.isEmpty(), true);
  }

  /**
   * Takes a request once there is a place for it. Those that wait for one get it in the order in
   * which they came, and none goes to {@link #submit} meanwhile.
   *
   * @param patience how long to wait
   * @return null when there was no place in that time, or the engine is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public @Nullable Handle offer(Work work, Duration patience) throws InterruptedException {
    return line.offer(work, patience);
  }

  /**
   * Takes a request if there is a place for it. Under the lock.
   *
   * @param mayTake whether it may have one that is free
   * @param mayLose whether another may get it as long as it waits
   */
  @Nullable Handle take(Work work, boolean mayTake, boolean mayLose) {
    Entry entry = new Entry(work);
    if (closed) {
      return null;
    }
    Admission.Offer<Entry> offer =
        admission.offer(entry, work.need(), entry.client, mayTake, mayLose);
    if (!offer.taken()) {
      return null;
    }
    Entry left = offer.left();
    if (left != null) {
      readers.quickly(() -> end(left, new Outcome.Overtaken()));
    }
    if (admission.runningCount() + admission.waitingCount() == 1) {
      progress = System.nanoTime();
      pace.begin(progress);
    }
    work.reached(Phase.QUEUED);
    promote();
    return () -> leave(entry, new Outcome.Cancelled());
  }

  /** Under the lock. A closed engine ends all that wait, and its readers take nothing more. */
  private void promote() {
    if (closed) {
      return;
    }
    Admission.Promoted<Entry> promoted = admission.promote();
    for (Entry entry : promoted.preparing()) {
      entry.state = State.READING;
      readers.read(entry);
    }
    for (Entry entry : promoted.running()) {
      try {
        listener.began(Duration.ofNanos(System.nanoTime() - entry.submitted));
        entry.work.reached(Phase.ENCODING);
      } catch (RuntimeException | Error e) {
        // Whoever made room for it is to hear nothing of that, nor are others that were promoted.
        Outcome failed = new Outcome.Failed(e);
        entry.reasonToLeave = failed;
        readers.quickly(() -> leave(entry, failed));
      }
    }
  }

  /** Whether an input is still to be read. */
  synchronized boolean isAwaited(Entry entry) {
    return entry.state != State.ENDED;
  }

  /** Whether inputs are told apart, so that one of them is encoded once. */
  boolean keepsOutputs() {
    return kept.isOn();
  }

  /**
   * Takes the input of a request that was read.
   *
   * @param key of its output, where outputs are kept; else null
   */
  synchronized void acceptInput(
      Entry entry, EncoderInput input, @Nullable InputDigest key, long nanos) {
    if (entry.state == State.ENDED) {
      return;
    }
    entry.read(input);
    entry.key = key;
    entry.reading = nanos;
    progress = System.nanoTime();
    EncoderOutput known = key == null ? null : kept.get(key);
    if (known == null) {
      entry.state = State.READ;
      read.add(entry);
    } else {
      acceptOutput(entry, known);
    }
    notifyAll();
  }

  /** Under the lock. */
  private void acceptOutput(Entry entry, EncoderOutput output) {
    entry.output = output;
    entry.state = State.ENCODED;
    admission.correct(entry, entry.work.needFor(output.positions()).bytes());
    encoded.add(entry);
    promote();
  }

  /** Takes the output of a group's request for all with the same input. */
  synchronized void finishEncoding(Entry entry, EncoderOutput output, long nanos) {
    if (entry.key != null) {
      kept.put(entry.key, output);
    }
    if (entry.state != State.ENDED) {
      entry.encoding = nanos;
      acceptOutput(entry, output);
    }
    read.leave(entry).forEach(same -> acceptOutput(same, output));
    notifyAll();
  }

  /**
   * Ends a group's request that did not go through the encoder, and others with the same input. One
   * that did, before the group failed, goes on.
   */
  void failEncoding(Entry entry, Outcome outcome) {
    List<Entry> failed = new ArrayList<>();
    synchronized (this) {
      failed.addAll(read.leave(entry));
      if (entry.state == State.READ) {
        failed.add(entry);
      }
    }
    failed.forEach(one -> end(one, outcome));
  }

  /** Ends a request that is in no batch (any more). */
  void end(Entry entry, Outcome outcome) {
    synchronized (this) {
      if (entry.state == State.ENDED) {
        return;
      }
      entry.state = State.ENDED;
    }
    // Whoever waits for it is told of it, whatever fails here for want of memory.
    try {
      release(entry, outcome);
    } finally {
      entry.work.ended(outcome);
    }
  }

  private synchronized void release(Entry entry, Outcome outcome) {
    admission.release(entry);
    read.remove(entry);
    encoded.remove(entry);
    entry.free();
    progress = System.nanoTime();
    if (outcome instanceof Outcome.Decoded) {
      pace.answered(progress);
    }
    promote();
    notifyAll();
  }

  /** Ends a request wherever it is: one in a batch leaves that before the next step. */
  void leave(Entry entry, Outcome why) {
    synchronized (this) {
      if (entry.state == State.DECODING) {
        entry.reasonToLeave = why;
        notifyAll();
        return;
      }
    }
    end(entry, why);
  }

  /** Waits until there is something to do for a loop; null when the engine is closed. */
  synchronized EngineLoop.@Nullable Turn next(EngineLoop loop) throws InterruptedException {
    // Its rows have changed, and with them perhaps what idle pools may take.
    wakeOthers();
    while (!closed) {
      List<Entry> joining = joining(loop);
      List<EncodeGroup.Member> encoding = encoding(loop);
      if (!joining.isEmpty() || !encoding.isEmpty() || loop.isBusy()) {
        wakeOthers();
        return new EngineLoop.Turn(joining, encoding);
      }
      wait();
    }
    return null;
  }

  /** Under the lock. */
  private void wakeOthers() {
    if (loops.size() > 1 && !(read.size() == 0 && encoded.isEmpty())) {
      notifyAll();
    }
  }

  private List<Placement.Load> loads(Entry entry) {
    return loops.stream().map(loop -> loop.load(entry)).toList();
  }

  /** Those that may join the loop's batch. */
  private List<Entry> joining(EngineLoop loop) {
    List<Entry> joining = new ArrayList<>();
    int most = loop.mostJoining();
    for (Entry entry : encoded.stream().sorted(comparingInt(one -> -one.priority())).toList()) {
      if (joining.size() < most
          && admission.runs(entry)
          && placement.joins(loop.load(entry), loads(entry))) {
        encoded.remove(entry);
        entry.state = State.DECODING;
        entry.joined = System.nanoTime();
        loop.expect(entry.rows);
        joining.add(entry);
      }
    }
    return joining;
  }

  private List<EncodeGroup.Member> encoding(EngineLoop loop) {
    List<Entry> next = read.next(loop.encoder::takes);
    if (next.isEmpty()) {
      return List.of();
    }
    Entry first = next.getFirst();
    int most = placement.encodes(next.size(), loop.load(first), loads(first));
    return read.take(next.subList(0, Math.min(most, EngineLoop.ENCODED_TOGETHER)));
  }

  /** Whether nobody waits for a group's outputs any more; the group is then forgotten. */
  synchronized boolean isAbandoned(List<Entry> group) {
    boolean unwanted =
        group.stream().allMatch(entry -> entry.state == State.ENDED && !read.isShared(entry));
    if (unwanted) {
      group.forEach(read::leave);
    }
    return unwanted;
  }

  /** Why a request in a batch is to leave it; null where it stays. */
  synchronized @Nullable Outcome reasonToLeave(Entry entry) {
    return closed && entry.reasonToLeave == null ? new Outcome.Cancelled() : entry.reasonToLeave;
  }

  void progressed() {
    progress = System.nanoTime();
  }

  public synchronized EngineStatus status() {
    int running = admission.runningCount();
    int waiting = admission.waitingCount();
    boolean works = running + waiting > 0;
    long now = System.nanoTime();
    return new EngineStatus(
        running,
        waiting,
        admission.rows(),
        admission.bytes(),
        works ? Duration.ofNanos(Math.max(0, now - progress)) : Duration.ZERO,
        works ? pace.perAnswer(now) : Duration.ZERO);
  }

  public synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Cancels all requests and waits until the pools are idle.
   *
   * @return false when it was closed before, and nothing was done
   */
  public boolean close() {
    List<Entry> left;
    synchronized (this) {
      if (closed) {
        return false;
      }
      closed = true;
      left = admission.all();
      notifyAll();
    }
    readers.shutdown();
    left.forEach(entry -> leave(entry, new Outcome.Cancelled()));
    loops.forEach(EngineLoop::awaitEnd);
    return true;
  }

  /**
   * How fast answers have come of late: the mean time from one to the next while there was work,
   * newer ones counting more. Not safe for use from many threads.
   */
  static final class Pace {
    /** Answers that count; those of one batch come together. */
    private static final int MEMORY = 32;

    private double mean;
    private int answers;
    private long last;

    /** The first request of many, after a time without any. */
    void begin(long now) {
      last = now;
    }

    /** An answer is whole. */
    void answered(long now) {
      answers = Math.min(MEMORY, answers + 1);
      mean += (now - last - mean) / answers;
      last = now;
    }

    /** The time in which the next answer is to be expected; zero where nothing is known. */
    Duration perAnswer(long now) {
      return Duration.ofNanos((long) Math.max(mean, now - last));
    }
  }

  /** Callers that wait for a place in the engine: they get it in the order in which they came. */
  private static final class WaitingLine {
    private final RequestEngine engine;

    /** The first one holds it. */
    private final ReentrantLock first = new ReentrantLock(true);

    /** Whether the first one waits. Guarded by the engine's lock. */
    private boolean awaited;

    WaitingLine(RequestEngine engine) {
      this.engine = engine;
    }

    /** Whether nobody waits. Under the engine's lock. */
    boolean isEmpty() {
      return !awaited;
    }

    /** See {@link RequestEngine#offer}. */
    RequestEngine.@Nullable Handle offer(Work work, Duration patience) throws InterruptedException {
      long begin = System.nanoTime();
      long nanos = TimeUnit.NANOSECONDS.convert(patience);
      if (!first.tryLock(nanos, TimeUnit.NANOSECONDS)) {
        return null;
      }
      try {
        return await(work, begin, nanos);
      } finally {
        first.unlock();
      }
    }

    private RequestEngine.@Nullable Handle await(Work work, long begin, long nanos)
        throws InterruptedException {
      synchronized (engine) {
        try {
          RequestEngine.Handle handle = engine.take(work, true, false);
          while (handle == null && !engine.isClosed()) {
            long left = nanos - (System.nanoTime() - begin);
            if (left <= 0) {
              return null;
            }
            awaited = true;
            TimeUnit.NANOSECONDS.timedWait(engine, left);
            handle = engine.take(work, true, false);
          }
          return handle;
        } finally {
          awaited = false;
        }
      }
    }
  }

  /**
   * Encoder outputs by what they depend on, the last ones used: a second question about the same
   * picture, or another threshold, needs no encoder. Bounded in bytes. Safe for use from many
   * threads.
   */
  static final class EncodedCache {
    private final long most;
    private final LinkedHashMap<InputDigest, EncoderOutput> outputs =
        new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * @param most bytes of outputs; 0 keeps none
     */
    EncodedCache(long most) {
      this.most = most;
    }

    boolean isOn() {
      return most > 0;
    }

    /** The output of a key; null when it is not kept. */
    synchronized @Nullable EncoderOutput get(InputDigest key) {
      return outputs.get(key);
    }

    /** Keeps an output, and lets go of those that were not used for the longest time. */
    synchronized void put(InputDigest key, EncoderOutput output) {
      if (output.bytes() > most || outputs.containsKey(key)) {
        return;
      }
      outputs.put(key, output);
      bytes += output.bytes();
      var oldest = outputs.entrySet().iterator();
      while (bytes > most) {
        bytes -= oldest.next().getValue().bytes();
        oldest.remove();
      }
    }
  }
}
