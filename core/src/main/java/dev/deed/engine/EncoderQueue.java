package dev.deed.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests that were read and wait for an encoder output. Of those with one input, such as several
 * questions about one page, one goes into the encoder and the others wait for its output. Guarded
 * by the engine's lock.
 */
final class EncoderQueue {
  /** Those that go into the encoder. */
  private final Deque<Entry> waiting = new ArrayDeque<>();

  /** By input, while its first request waits for the encoder or is in it. */
  private final Map<EncodedKey, Group> groups = new HashMap<>();

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
      groups.put(entry.key, new Group(entry, new ArrayList<>()));
    }
    waiting.add(entry);
  }

  private @Nullable Group group(Entry entry) {
    return entry.key == null ? null : groups.get(entry.key);
  }

  /**
   * Takes the requests that go into the encoder next: one with a long text, or several without.
   *
   * @param most how many
   * @param longToo whether one with a long text may be taken; else it keeps its place
   */
  List<EncodeGroup.Member> take(int most, boolean longToo) {
    List<EncodeGroup.Member> taken = new ArrayList<>();
    Iterator<Entry> all = waiting.iterator();
    while (taken.size() < most && all.hasNext()) {
      Entry next = all.next();
      boolean isLong = EncodeGroup.isLong(next.input());
      if (isLong && (!longToo || !taken.isEmpty())) {
        continue;
      }
      all.remove();
      taken.add(new EncodeGroup.Member(next, next.input()));
      if (isLong) {
        break;
      }
    }
    return taken;
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
