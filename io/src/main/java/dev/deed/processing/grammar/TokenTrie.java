package dev.deed.processing.grammar;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The bytes of all tokens of a vocabulary as a tree, of which tokens that begin alike share what
 * they share: its nodes in the order in which they are visited, parents first. Immutable.
 */
final class TokenTrie {
  /** Of a node: its byte, its distance from the root, and the node behind all its children. */
  final byte[] label;

  final int[] depth;
  final int[] end;

  /** Tokens in the order of the nodes; those of node i are firstToken[i] to firstToken[i + 1]. */
  final int[] tokens;

  final int[] firstToken;
  final int deepest;

  /**
   * @param bytes what each token adds; null for one that is left out
   */
  @SuppressWarnings("NullAway") // Those that are null are filtered out.
  TokenTrie(byte[][] bytes) {
    int[] sorted =
        IntStream.range(0, bytes.length)
            .filter(token -> bytes[token] != null)
            .boxed()
            .sorted(Comparator.comparing(token -> bytes[token], Arrays::compareUnsigned))
            .mapToInt(Integer::intValue)
            .toArray();
    int most = 2 + Arrays.stream(sorted).map(token -> bytes[token].length).sum();
    byte[] labels = new byte[most];
    int[] depths = new int[most];
    int[] ends = new int[most];
    int[] firsts = new int[most];
    byte[] before = new byte[0];
    int[] path = new int[1 + Arrays.stream(sorted).map(t -> bytes[t].length).max().orElse(0)];
    int nodes = 1;
    for (int i = 0; i < sorted.length; i++) {
      byte[] token = bytes[sorted[i]];
      int mismatch = Arrays.mismatch(before, token);
      int shared = mismatch < 0 ? token.length : mismatch;
      for (int d = before.length; d > shared; d--) {
        ends[path[d]] = nodes;
      }
      for (int d = shared; d < token.length; d++) {
        labels[nodes] = token[d];
        depths[nodes] = d + 1;
        firsts[nodes] = i;
        path[d + 1] = nodes++;
      }
      firsts[nodes] = i + 1;
      before = token;
    }
    for (int d = before.length; d >= 0; d--) {
      ends[path[d]] = nodes;
    }
    this.label = Arrays.copyOf(labels, nodes);
    this.depth = Arrays.copyOf(depths, nodes);
    this.end = Arrays.copyOf(ends, nodes);
    this.firstToken = Arrays.copyOf(firsts, nodes + 1);
    this.firstToken[nodes] = sorted.length;
    this.tokens = sorted;
    this.deepest = path.length - 1;
  }
}
