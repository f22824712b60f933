package dev.deed.processing.tokenizer.cost;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a regular expression, as far as the time that a search takes depends on it. */
sealed interface RegexNode {
  /** {@link Repetition#most} of a repetition without an end. */
  int ENDLESS = Integer.MAX_VALUE;

  /**
   * One character of a text: itself, a class, or what a group of one character matched before.
   *
   * @param source its spelling; two of the same spelling match the same characters
   */
  record Single(String source) implements RegexNode {}

  /**
   * A condition that takes up no text: an anchor, or a look at what stands ahead or behind.
   *
   * @param source how it begins, such as {@code $} or {@code (?!}
   * @param inside what is looked for, null for an anchor
   */
  record Condition(String source, @Nullable RegexNode inside) implements RegexNode {}

  /** One after the other; none at all matches nothing. */
  record Sequence(List<RegexNode> items) implements RegexNode {}

  /** The first of several that leads to a match. */
  record Choice(List<RegexNode> branches) implements RegexNode {}

  /**
   * The same several times.
   *
   * @param most how often at most, or {@link #ENDLESS}
   * @param isGreedy whether it takes as much as it can and gives back what is needed
   */
  record Repetition(RegexNode item, int least, int most, boolean isGreedy) implements RegexNode {
    boolean isEndless() {
      return most == ENDLESS;
    }
  }

  /** The fewest characters that it matches. */
  static int shortest(RegexNode node) {
    return switch (node) {
      case Single single -> 1;
      case Condition condition -> 0;
      case Sequence sequence ->
          sequence.items().stream().mapToInt(RegexNode::shortest).reduce(0, RegexNode::sum);
      case Choice choice ->
          choice.branches().stream().mapToInt(RegexNode::shortest).min().orElse(0);
      case Repetition repetition ->
          (int) Math.min(ENDLESS, (long) shortest(repetition.item()) * repetition.least());
    };
  }

  /** Whether there is just one way in which it can match a text, and of one length. */
  static boolean isRigid(RegexNode node) {
    return switch (node) {
      case Single single -> true;
      case Condition condition -> false;
      case Sequence sequence -> sequence.items().stream().allMatch(RegexNode::isRigid);
      case Choice choice -> choice.branches().size() == 1 && isRigid(choice.branches().getFirst());
      case Repetition repetition ->
          repetition.least() == repetition.most() && isRigid(repetition.item());
    };
  }

  /** Whether something in it repeats without an end. */
  static boolean hasLoop(RegexNode node) {
    return switch (node) {
      case Single single -> false;
      case Condition condition -> condition.inside() != null && hasLoop(condition.inside());
      case Sequence sequence -> sequence.items().stream().anyMatch(RegexNode::hasLoop);
      case Choice choice -> choice.branches().stream().anyMatch(RegexNode::hasLoop);
      case Repetition repetition -> repetition.isEndless() || hasLoop(repetition.item());
    };
  }

  private static int sum(int a, int b) {
    return (int) Math.min(ENDLESS, (long) a + b);
  }
}
