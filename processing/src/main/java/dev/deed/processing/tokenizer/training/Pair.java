package dev.deed.processing.tokenizer.training;

/** Two neighbouring tokens of a word, by id; ordered by left id, then right id. */
record Pair(int left, int right) implements Comparable<Pair> {
  @Override
  public int compareTo(Pair other) {
    return left != other.left
        ? Integer.compare(left, other.left)
        : Integer.compare(right, other.right);
  }
}
