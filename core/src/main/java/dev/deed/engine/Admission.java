package dev.deed.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who may run: requests take rows and memory in the order in which they came, wait in a bounded
 * number of places until both are free, and are turned away when no place is left. The first that
 * wait may be prepared meanwhile, once their memory is theirs. Not safe for use from many threads.
 *
 * @param <T> requests, compared by identity
 */
public final class Admission<T> {
  private final Limits limits;

  /** Those that have their rows, with what they hold. */
  private final Map<T, Need> running = new LinkedHashMap<>();

  /** The others, in the order of their arrival. */
  private final Map<T, Place> waiting = new LinkedHashMap<>();

  private int rows;
  private long bytes;

  /**
   * What there is.
   *
   * @param rows of a step, 1 or more
   * @param waiting places for requests without rows
   * @param bytes of memory
   * @param ahead waiting requests that may be prepared
   */
  public record Limits(int rows, int waiting, long bytes, int ahead) {}

  private static final class Place {
    private Need need;
    private boolean prepares;

    Place(Need need) {
      this.need = need;
    }
  }

  Admission(Limits limits) {
    this.limits = limits;
  }

  /**
   * Takes a request, which then waits until {@link #promote} says that it may go on.
   *
   * @return false when all places are taken
   */
  boolean offer(T request, Need need) {
    boolean goesOn = waiting.isEmpty() && fits(need);
    if (!goesOn && waiting.size() >= limits.waiting()) {
      return false;
    }
    waiting.put(request, new Place(need));
    return true;
  }

  private boolean fits(Need need) {
    return rows + need.rows() <= limits.rows() && bytes + need.bytes() <= limits.bytes();
  }

  /**
   * Those whose turn has come.
   *
   * @param preparing that may be prepared and could not before
   * @param running that have their rows and had none before
   */
  record Promoted<T>(List<T> preparing, List<T> running) {}

  /** Gives rows and memory to those whose turn it is. */
  Promoted<T> promote() {
    List<T> preparing = new ArrayList<>();
    List<T> started = new ArrayList<>();
    Iterator<Map.Entry<T, Place>> all = waiting.entrySet().iterator();
    int ahead = 0;
    while (all.hasNext()) {
      Map.Entry<T, Place> entry = all.next();
      Place place = entry.getValue();
      boolean runs = ahead == 0 && rows + place.need.rows() <= limits.rows();
      boolean hasMemory = place.prepares || bytes + place.need.bytes() <= limits.bytes();
      if (!hasMemory || (!runs && ++ahead > limits.ahead())) {
        break;
      }
      if (!place.prepares) {
        place.prepares = true;
        bytes += place.need.bytes();
        preparing.add(entry.getKey());
      }
      if (runs) {
        rows += place.need.rows();
        running.put(entry.getKey(), place.need);
        started.add(entry.getKey());
        all.remove();
      }
    }
    return new Promoted<>(preparing, started);
  }

  boolean runs(T request) {
    return running.containsKey(request);
  }

  /** Sets what a request holds to what it turned out to need. */
  void correct(T request, long exact) {
    Need held = running.get(request);
    if (held != null) {
      bytes += exact - held.bytes();
      running.put(request, held.withBytes(exact));
      return;
    }
    Place place = waiting.get(request);
    if (place != null) {
      bytes += place.prepares ? exact - place.need.bytes() : 0;
      place.need = place.need.withBytes(exact);
    }
  }

  /** Gives back what a request holds; one that is gone holds nothing. */
  void release(T request) {
    Need held = running.remove(request);
    if (held != null) {
      rows -= held.rows();
      bytes -= held.bytes();
      return;
    }
    Place place = waiting.remove(request);
    if (place != null && place.prepares) {
      bytes -= place.need.bytes();
    }
  }

  List<T> all() {
    List<T> all = new ArrayList<>(running.keySet());
    all.addAll(waiting.keySet());
    return all;
  }

  /** Requests that have their rows. */
  int runningCount() {
    return running.size();
  }

  int waitingCount() {
    return waiting.size();
  }

  int rows() {
    return rows;
  }

  long bytes() {
    return bytes;
  }
}
