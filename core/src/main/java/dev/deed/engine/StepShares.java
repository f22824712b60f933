package dev.deed.engine;

import dev.deed.value.Client;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whose rows take part in a step; the others rest, and go on later with the same bits. Where one
 * client has all rows, none rest. Else a client has as many in a step as the one of the fewest,
 * each for its share, and all but that one together at least a third of the knee: so few lengthen a
 * step by less than it takes alone. All requests of lower priorities together have half of that.
 * Rows beyond take turns, and what a request of several is ahead is owed (deficit round robin,
 * Shreedhar and Varghese, 1995), so each goes on. No time is measured. Belongs to one thread.
 */
final class StepShares {
  /** Whose priority is not the highest. */
  private static final Object LATER = new Object();

  private final double beside;

  /** Rows that each may still have in a step, or has had before their time. */
  private final Map<Object, Double> credits = new HashMap<>();

  /** Of the last step: its highest priority, who was in the batch, and who had rows that rest. */
  private int highest;

  private Set<Object> present = Set.of();
  private final Set<Object> limited = new HashSet<>();
  private long steps;

  /**
   * @param knee rows from which on more rows hardly raise the rate
   */
  StepShares(int knee) {
    this.beside = Math.max(1, knee / 3);
  }

  private Object group(Client client) {
    return client.priority() < highest ? LATER : client;
  }

  /** Whether others had the last step before a client, whose rows rested or come later. */
  boolean limits(Client client) {
    return group(client) == LATER || limited.contains(client);
  }

  /** Whether a client had rows in the batch at the last step. */
  boolean knows(Client client) {
    return present.contains(group(client));
  }

  /**
   * Says who takes part in the next step.
   *
   * @param all of the batch, in the order in which they joined; not empty
   */
  List<Entry> next(Collection<Entry> all) {
    steps++;
    highest = all.stream().mapToInt(entry -> entry.client.priority()).max().orElseThrow();
    Map<Object, List<Entry>> groups = new LinkedHashMap<>();
    all.forEach(
        entry -> groups.computeIfAbsent(group(entry.client), _ -> new ArrayList<>()).add(entry));
    present = groups.keySet();
    credits.keySet().retainAll(present);
    limited.clear();
    double fewest = Double.MAX_VALUE;
    int shares = 0;
    int share = 0;
    for (Map.Entry<Object, List<Entry>> group : groups.entrySet()) {
      if (group.getKey() instanceof Client client) {
        double rows = (double) rows(group.getValue()) / client.share();
        shares += client.share();
        share = rows < fewest ? client.share() : share;
        fewest = Math.min(fewest, rows);
      }
    }
    double each = shares > share ? Math.max(fewest, beside / (shares - share)) : fewest;
    List<Entry> taking = new ArrayList<>();
    groups.forEach(
        (who, entries) ->
            taking.addAll(
                take(
                    who,
                    entries,
                    who instanceof Client client
                        ? each * client.share()
                        : Math.max(1, beside / 2))));
    taking.forEach(entry -> entry.lastStep = steps);
    return taking;
  }

  private List<Entry> take(Object who, List<Entry> entries, double allowed) {
    if (present.size() == 1 || rows(entries) <= allowed) {
      credits.remove(who);
      return entries;
    }
    limited.add(who);
    double credit = Math.min(0, credits.getOrDefault(who, 0.0)) + allowed;
    List<Entry> taking = new ArrayList<>();
    for (Entry entry :
        entries.stream().sorted(Comparator.comparingLong(one -> one.lastStep)).toList()) {
      if (credit <= 0) {
        break;
      }
      credit -= entry.rows;
      taking.add(entry);
    }
    credits.put(who, credit);
    return taking;
  }

  private static int rows(List<Entry> entries) {
    return entries.stream().mapToInt(entry -> entry.rows).sum();
  }
}
