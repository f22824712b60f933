package dev.deed.engine;

import dev.deed.value.Client;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who may run: requests take rows and memory, wait in a bounded number of places until both are
 * free, and are turned away when no place is left. Those of one client go in the order in which
 * they came. Among several, the next is the one whose client has had the fewest rows for its share
 * while others waited (start-time fair queueing, Goyal, Vin and Cheng, 1997). The first that wait
 * may be prepared meanwhile, once their memory is theirs, and are not overtaken then, except by a
 * client that has fewer rows than its share: where others have all, it gets them beyond, since
 * theirs rest for it ({@link FairScheduling}). Not safe for use from many threads.
 *
 * @param <T> requests, compared by identity
 */
public final class Admission<T> {
  private final Limits limits;

  /** All, in the order of their arrival. */
  private final Map<T, Place<T>> places = new LinkedHashMap<>();

  /** Have their memory and wait for rows. */
  private final Deque<Place<T>> prepared = new ArrayDeque<>();

  /** Have nothing, in the order in which they will get it. */
  private final TreeSet<Place<T>> waiting = new TreeSet<>(Place.TURN);

  /** Of clients that have requests here. */
  private final Map<Client, Account> accounts = new HashMap<>();

  /** Of them, those with rows. */
  private final Set<Account> holding = new HashSet<>();

  /** The start of the last that got its memory. */
  private double now;

  private long arrivals;
  private int running;
  private int rows;
  private long bytes;

  /**
   * What there is.
   *
   * @param rows of a step, 1 or more; twice as many where some rest
   * @param waiting places for requests without rows
   * @param bytes of memory
   * @param ahead waiting requests that may be prepared
   */
  public record Limits(int rows, int waiting, long bytes, int ahead) {}

  /** What a client has had, and holds. */
  private static final class Account {
    private final Client client;

    /** When its next request starts at the soonest: rows that it asked for, by its share. */
    private double next;

    private int requests;

    /** Of those that run or are prepared. */
    private int rows;

    /** Of those that run. */
    private int running;

    Account(Client client) {
      this.client = client;
    }
  }

  private static final class Place<T> {
    private static final Comparator<Place<?>> TURN =
        Comparator.<Place<?>>comparingInt(place -> -place.account.client.priority())
            .thenComparingDouble(place -> place.start)
            .thenComparingLong(place -> place.arrival);

    private final T request;
    private final Account account;
    private final long arrival;
    private double start;
    private boolean mayLose;
    private Resources need;
    private boolean hasMemory;
    private boolean hasRows;

    Place(T request, Account account, Resources need, long arrival) {
      this.request = request;
      this.account = account;
      this.need = need;
      this.arrival = arrival;
    }
  }

  Admission(Limits limits) {
    this.limits = limits;
  }

  /**
   * Takes a request, which then waits until {@link #promote} says that it may go on.
   *
   * @param mayTake whether it may have a place that is free; else only that of another
   * @param mayLose whether another may get its place as long as it waits
   * @return what became of it
   */
  Offer<T> offer(T request, Resources need, Client client, boolean mayTake, boolean mayLose) {
    Account known = accounts.get(client);
    Account account = known == null ? new Account(client) : known;
    Place<T> place = new Place<>(request, account, need, arrivals++);
    place.mayLose = mayLose;
    place.start = Math.max(now, account.next);
    boolean isFree = waitingCount() < limits.waiting() || (waitingCount() == 0 && fits(place));
    T left = null;
    if (!mayTake || !isFree) {
      left = lastBehind(place);
      if (left == null) {
        return new Offer<>(false, null);
      }
      release(left);
    }
    accounts.put(client, account);
    account.next = place.start + (double) need.rows() / client.share();
    account.requests++;
    places.put(request, place);
    waiting.add(place);
    return new Offer<>(true, left);
  }

  /**
   * What became of a request.
   *
   * @param taken whether it has a place
   * @param left the request of another client that had that place, and has none any more; null:
   *     nobody
   */
  record Offer<T>(boolean taken, @Nullable T left) {}

  /** The last that may lose its place to another client's; null: its turn comes first. */
  private @Nullable T lastBehind(Place<T> place) {
    for (Place<T> last : waiting.descendingSet()) {
      if (Place.TURN.compare(last, place) < 0) {
        return null;
      }
      if (last.mayLose && last.account != place.account) {
        return last.request;
      }
    }
    return null;
  }

  private boolean fits(Place<T> place) {
    return (hasRowsFor(place) || isBelowItsShare(place))
        && bytes + place.need.bytes() <= limits.bytes()
        && hasClientsRows(place);
  }

  private static boolean hasClientsRows(Place<?> place) {
    return (long) place.account.rows + place.need.rows() <= place.account.client.mostRows();
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
    while (!prepared.isEmpty() && hasRowsFor(prepared.peek())) {
      started.add(run(prepared.remove()));
    }
    for (Iterator<Place<T>> turns = waiting.iterator(); turns.hasNext(); ) {
      Place<T> place = turns.next();
      if (!hasClientsRows(place)) {
        // Waits for its own client's, and nobody waits for it.
        continue;
      }
      boolean runs = (prepared.isEmpty() && hasRowsFor(place)) || isBelowItsShare(place);
      if (bytes + place.need.bytes() > limits.bytes()
          || (!runs && prepared.size() >= limits.ahead())) {
        break;
      }
      turns.remove();
      now = Math.max(now, place.start);
      place.hasMemory = true;
      bytes += place.need.bytes();
      place.account.rows += place.need.rows();
      preparing.add(place.request);
      if (runs) {
        started.add(run(place));
      } else {
        prepared.add(place);
      }
    }
    return new Promoted<>(preparing, started);
  }

  private boolean hasRowsFor(Place<T> place) {
    return rows + place.need.rows() <= limits.rows();
  }

  /** Whether its client has fewer rows than its share of those that no higher priority has. */
  private boolean isBelowItsShare(Place<T> place) {
    Client client = place.account.client;
    long own = (long) place.account.running + place.need.rows();
    long left = limits.rows();
    if (rows == place.account.running || rows + place.need.rows() > 2 * limits.rows()) {
      return false;
    }
    long shares = client.share();
    for (Account other : holding) {
      int above = Integer.compare(other.client.priority(), client.priority());
      left -= above > 0 ? other.running : 0;
      shares += above == 0 && other != place.account ? other.client.share() : 0;
    }
    return own * shares <= left * client.share();
  }

  private T run(Place<T> place) {
    place.hasRows = true;
    place.account.running += place.need.rows();
    holding.add(place.account);
    rows += place.need.rows();
    running++;
    return place.request;
  }

  boolean runs(T request) {
    Place<T> place = places.get(request);
    return place != null && place.hasRows;
  }

  /** Sets what a request holds to what it turned out to need. */
  void correct(T request, long exact) {
    Place<T> place = places.get(request);
    if (place != null) {
      bytes += place.hasMemory ? exact - place.need.bytes() : 0;
      place.need = place.need.withBytes(exact);
    }
  }

  /** Gives back what a request holds; one that is gone holds nothing. */
  void release(T request) {
    Place<T> place = places.remove(request);
    if (place == null) {
      return;
    }
    Account account = place.account;
    if (place.hasMemory) {
      bytes -= place.need.bytes();
      account.rows -= place.need.rows();
    }
    if (place.hasRows) {
      rows -= place.need.rows();
      account.running -= place.need.rows();
      holding.removeIf(one -> one.running == 0);
      running--;
    } else if (!prepared.remove(place)) {
      waiting.remove(place);
    }
    if (--account.requests == 0) {
      accounts.remove(account.client);
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
