package dev.deed.engine;

import static java.util.Comparator.comparingInt;

import dev.deed.model.spec.InputDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Requests that were read and wait for an encoder output. Of those with one input, such as several
 * questions about one page, one goes into the encoder and the others wait for its output. Guarded
 * by the engine's lock.
 */
final class EncoderQueue {
  /** Those that go into the encoder. */
  private final Deque<Entry> waiting = new ArrayDeque<>();

  /** By input and priority, while the first request waits for the encoder or is in it. */
  private final Map<Shared, Group> groups = new HashMap<>();

  private record Shared(InputDigest key, int priority) {}

  /** Requests with one input: the first is encoded, the others take its output. */
  private record Group(Entry first, List<Entry> others) {}

  /** How many inputs wait for the encoder. */
  int size() {
    return waiting.size();
  }

  /** Adds a request; one without a key shares nothing. */
  void add(Entry entry) {
    Group group = group(entry);
    if (group != null) {
      group.others.add(entry);
      return;
    }
    if (entry.key != null) {
      groups.put(new Shared(entry.key, entry.priority()), new Group(entry, new ArrayList<>()));
    }
    waiting.add(entry);
  }

  private @Nullable Group group(Entry entry) {
    return entry.key == null ? null : groups.get(new Shared(entry.key, entry.priority()));
  }

  /**
   * The requests that may go into the encoder together next: of the highest priority, one with a
   * long text or all without.
   *
   * @param may whether one may now; else it keeps its place
   */
  List<Entry> next(Predicate<Entry> may) {
    List<Entry> all = waiting.stream().filter(may).toList();
    // The first of the highest priority.
    Entry first = all.stream().min(comparingInt(one -> -one.priority())).orElse(null);
    if (first == null || first.isLong) {
      return first == null ? List.of() : List.of(first);
    }
    return all.stream().filter(one -> one.priority() == first.priority() && !one.isLong).toList();
  }

  /** Takes requests of {@link #next}. */
  List<EncodeGroup.Member> take(List<Entry> next) {
    waiting.removeAll(next);
    return next.stream().map(entry -> new EncodeGroup.Member(entry, entry.input())).toList();
  }

  /** Whether others wait for the output of a request that was taken. */
  boolean isShared(Entry taken) {
    Group group = group(taken);
    return group != null && group.first == taken && !group.others.isEmpty();
  }

  /**
   * A request that was taken has come out of the encoder.
   *
   * @return the others that wait for its output
   */
  List<Entry> leave(Entry taken) {
    Group group = group(taken);
    if (group == null || group.first != taken) {
      return List.of();
    }
    groups.values().remove(group);
    return group.others;
  }

  /** Removes a request that waits no more; where it was to be encoded, another of its group is. */
  void remove(Entry entry) {
    Group group = group(entry);
    if (group != null) {
      group.others.remove(entry);
    }
    if (!waiting.remove(entry) || group == null) {
      return;
    }
    leave(entry).forEach(this::add);
  }
}
