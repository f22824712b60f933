package dev.deed.engine;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.deed.value.Client;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whose rows take part in a step; the others rest, and go on later with the same bits. Where one
 * client has all rows, none rest. Else a client has as many in a step as the one of the fewest,
 * each for its share, and all but that one together at least a third of the saturation: so few
 * lengthen a step by less than it takes alone. All requests of lower priorities together have a row
 * in every second step, and in each while the highest is in the encoder. Rows beyond take turns,
 * and what a request of several is ahead is owed (deficit round robin, Shreedhar and Varghese,
 * 1995), so each goes on. No time is measured. Belongs to one thread.
 */
final class FairScheduling {
  /** Those whose priority is not the highest. */
  private static final Object LATER = new Object();

  private final double beside;

  /** Of those that had rows which rest, in the last step: rows left over; below 0, owed. */
  private final Map<Object, Double> credits = new HashMap<>();

  /** Who was in the last step's batch, and the highest priority of it. */
  private Set<Object> present = Set.of();

  private int highest;
  private long steps;

  /**
   * @param saturation rows from which on more rows hardly raise the rate
   */
  FairScheduling(int saturation) {
    this.beside = Math.max(1, saturation / 3);
  }

  private Object group(Client client) {
    return client.priority() < highest ? LATER : client;
  }

  /**
   * How many rows encoding is weighed against: none wait for those of clients whose rows rest, and
   * few go before those of a client that has no rows.
   *
   * @param next to be encoded
   * @param rows of the batch
   */
  int weighed(List<Entry> next, int rows) {
    List<Object> groups = next.stream().map(entry -> group(entry.client)).toList();
    if (rows > 0 && groups.stream().allMatch(who -> who == LATER || credits.containsKey(who))) {
      return Integer.MAX_VALUE;
    }
    return present.containsAll(groups) ? rows : Math.min(1, rows);
  }

  /**
   * Says who takes part in the next step.
   *
   * @param all of the batch, in the order in which they joined; not empty
   * @param next to be encoded
   */
  List<Entry> next(Collection<Entry> all, List<Entry> next) {
    steps++;
    highest =
        Stream.concat(all.stream(), next.stream()).mapToInt(Entry::priority).max().orElseThrow();
    Map<Object, List<Entry>> groups =
        all.stream().collect(groupingBy(one -> group(one.client), LinkedHashMap::new, toList()));
    present = groups.keySet();
    credits.keySet().retainAll(present);
    List<Client> clients =
        all.stream().map(one -> one.client).filter(groups::containsKey).distinct().toList();
    double fewest =
        clients.stream().mapToDouble(one -> rows(groups, one) / one.share()).min().orElse(0);
    List<Entry> taking = new ArrayList<>(take(LATER, groups, clients.isEmpty() ? 1 : 0.5));
    for (Client client : clients) {
      double allowed = Math.max(fewest * client.share(), beside / (clients.size() - 1));
      taking.addAll(take(client, groups, allowed));
    }
    taking.forEach(entry -> entry.lastStep = steps);
    return taking;
  }

  private List<Entry> take(Object who, Map<Object, List<Entry>> groups, double allowed) {
    List<Entry> entries = groups.getOrDefault(who, List.of());
    if ((groups.size() == 1 && who != LATER) || rows(groups, who) <= allowed) {
      credits.remove(who);
      return entries;
    }
    double credit = Math.min(0, credits.getOrDefault(who, 0.0)) + allowed;
    List<Entry> turns = new ArrayList<>(entries);
    turns.sort(Comparator.comparingLong(one -> one.lastStep));
    int taken = 0;
    for (; credit > 0 && taken < turns.size(); taken++) {
      credit -= turns.get(taken).rows;
    }
    credits.put(who, credit);
    return turns.subList(0, taken);
  }

  private static double rows(Map<Object, List<Entry>> groups, Object who) {
    return groups.getOrDefault(who, List.of()).stream().mapToInt(entry -> entry.rows).sum();
  }
}
