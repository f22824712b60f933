package dev.deed.engine;

import java.util.ArrayList;
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

  /** All, in the order of their arrival. */
  private final Map<T, Place> places = new LinkedHashMap<>();

  private int running;
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

    /** Whether its memory is its own, so that it may be prepared. */
    private boolean hasMemory;

    private boolean hasRows;

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
    boolean goesOn = waitingCount() == 0 && fits(need);
    if (!goesOn && waitingCount() >= limits.waiting()) {
      return false;
    }
    places.put(request, new Place(need));
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
    int ahead = 0;
    for (Map.Entry<T, Place> entry : places.entrySet()) {
      Place place = entry.getValue();
      if (place.hasRows) {
        continue;
      }
      boolean runs = ahead == 0 && rows + place.need.rows() <= limits.rows();
      boolean fits = place.hasMemory || bytes + place.need.bytes() <= limits.bytes();
      if (!fits || (!runs && ++ahead > limits.ahead())) {
        break;
      }
      if (!place.hasMemory) {
        place.hasMemory = true;
        bytes += place.need.bytes();
        preparing.add(entry.getKey());
      }
      if (runs) {
        place.hasRows = true;
        rows += place.need.rows();
        running++;
        started.add(entry.getKey());
      }
    }
    return new Promoted<>(preparing, started);
  }

  boolean runs(T request) {
    Place place = places.get(request);
    return place != null && place.hasRows;
  }

  /** Sets what a request holds to what it turned out to need. */
  void correct(T request, long exact) {
    Place place = places.get(request);
    if (place != null) {
      bytes += place.hasMemory ? exact - place.need.bytes() : 0;
      place.need = place.need.withBytes(exact);
    }
  }

  /** Gives back what a request holds; one that is gone holds nothing. */
  void release(T request) {
    Place place = places.remove(request);
    if (place != null) {
      bytes -= place.hasMemory ? place.need.bytes() : 0;
      rows -= place.hasRows ? place.need.rows() : 0;
      running -= place.hasRows ? 1 : 0;
    }
  }

  List<T> all() {
    return List.copyOf(places.keySet());
  }

  /** Requests that have their rows. */
  int runningCount() {
    return running;
  }

  int waitingCount() {
    return places.size() - running;
  }

  int rows() {
    return rows;
  }

  long bytes() {
    return bytes;
  }
}
