package dev.deed.processing.tokenizer.cost;

import dev.deed.processing.tokenizer.cost.RegexNode.Choice;
import dev.deed.processing.tokenizer.cost.RegexNode.Condition;
import dev.deed.processing.tokenizer.cost.RegexNode.Repetition;
import dev.deed.processing.tokenizer.cost.RegexNode.Sequence;
import dev.deed.processing.tokenizer.cost.RegexNode.Single;
import dev.deed.processing.tokenizer.cost.RegexParser.RefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long searches for a pattern can take in a library that goes back and tries again
 * (backtracking). A loop, a repetition without an end, costs as much as it passes over. Where
 * nothing behind it can fail, that much is then part of the match, so all searches together pass
 * over a text once. Where something can, each place of a text may pass over the rest of it in vain:
 * the time goes with the square of the length. With two such loops it would go with the cube, and
 * such patterns are refused.
 *
 * @param steps tries at a place of the text, loops aside
 * @param isSquare whether loops pass over a text again and again
 * @param retries tries that go back into one loop, for each character that it passed over: the
 *     library ends the process after ten million for one place
 * @param shortest the fewest characters that it matches
 */
public record RegexCost(double steps, boolean isSquare, double retries, int shortest) {
  private static final double MOST_STEPS = 1e6;

  /**
   * @throws RefusedException when it is not supported, or could take endless time
   */
  public static RegexCost of(String pattern) throws RefusedException {
    RegexNode root = RegexParser.parse(pattern);
    List<List<RegexNode>> branches = new ArrayList<>();
    for (RegexNode branch : root instanceof Choice choice ? choice.branches() : List.of(root)) {
      branches.add(branch instanceof Sequence sequence ? sequence.items() : List.of(branch));
    }
    double steps = 0;
    double retries = 0;
    boolean isSquare = false;
    for (int i = 0; i < branches.size(); i++) {
      List<RegexNode> branch = branches.get(i);
      double tries = ways(new Sequence(branch)) * size(new Sequence(branch));
      steps += tries;
      int loops = loopsInVain(branch, false);
      if (loops > 1 || steps > MOST_STEPS) {
        throw new RefusedException("could take endless time");
      }
      if (loops > 0) {
        retries = Math.max(retries, tries);
        isSquare |= i + 1 == branches.size() || !takesUp(branch, branches.get(i + 1));
      }
    }
    return new RegexCost(steps, isSquare, retries, RegexNode.shortest(root));
  }

  /** The cost of looking for a text as it is. */
  public static RegexCost ofText(String text) {
    return new RegexCost(text.length(), false, 0, text.codePointCount(0, text.length()));
  }

  /** Loops that can pass over characters in vain, since something behind them may not match. */
  private static int loopsInVain(List<RegexNode> items, boolean canFailBehind) {
    int loops = 0;
    boolean canFail = canFailBehind;
    for (int i = items.size() - 1; i >= 0; i--) {
      boolean yields =
          !canFailBehind && i + 2 == items.size() && yieldsOne(items.get(i), items.get(i + 1));
      loops += loopsInVain(items.get(i), canFail && !yields);
      canFail |= canFail(items.get(i));
    }
    return loops;
  }

  private static int loopsInVain(RegexNode node, boolean canFailBehind) {
    return switch (node) {
      case Single single -> 0;
      case Condition condition ->
          // What a look passes over is no part of the match.
          condition.inside() == null ? 0 : loopsInVain(condition.inside(), true);
      case Sequence sequence -> loopsInVain(sequence.items(), canFailBehind);
      case Choice choice ->
          choice.branches().stream()
              .mapToInt(branch -> loopsInVain(branch, canFailBehind))
              .max()
              .orElse(0);
      case Repetition repetition ->
          repetition.isEndless()
              ? canFailBehind ? 1 : 0
              : loopsInVain(repetition.item(), canFailBehind);
    };
  }

  private static boolean canFail(RegexNode node) {
    return switch (node) {
      case Single single -> true;
      case Condition condition -> true;
      case Sequence sequence -> sequence.items().stream().anyMatch(RegexCost::canFail);
      case Choice choice -> choice.branches().stream().allMatch(RegexCost::canFail);
      case Repetition repetition -> repetition.least() > 0 && canFail(repetition.item());
    };
  }

  /** As in {@code \s+(?!\S)}: the condition holds at the latest one character back. */
  private static boolean yieldsOne(RegexNode loop, RegexNode behind) {
    return loop instanceof Repetition repetition
        && takesUp(repetition)
        && repetition.item() instanceof Single single
        && behind instanceof Condition condition
        && condition.source().equals("(?!")
        && condition.inside() instanceof Single opposite
        && single.source().equals("\\s")
        && opposite.source().equals("\\S");
  }

  /**
   * Whether the branch behind one takes up what that passed over in vain: after the same beginning
   * the same loop, and nothing that could fail.
   */
  private static boolean takesUp(List<RegexNode> branch, List<RegexNode> next) {
    int loop = 0;
    while (loop < branch.size() && !RegexNode.hasLoop(branch.get(loop))) {
      loop++;
    }
    if (loop >= next.size()
        || !branch.subList(0, loop).equals(next.subList(0, loop))
        || !(branch.get(loop) instanceof Repetition inVain)
        || !(next.get(loop) instanceof Repetition takingUp)
        || !takesUp(takingUp)
        || !inVain.item().equals(takingUp.item())
        || loopsInVain(branch.subList(loop + 1, branch.size()), false) > 0) {
      return false;
    }
    List<RegexNode> rest = next.subList(loop + 1, next.size());
    return rest.stream().noneMatch(RegexCost::canFail)
        || rest.size() == 1 && yieldsOne(next.get(loop), rest.getFirst());
  }

  /** Whether it takes all that it can of a run of characters. */
  private static boolean takesUp(Repetition loop) {
    return loop.isEndless() && loop.isGreedy() && loop.least() < 2 && loop.item() instanceof Single;
  }

  /** In how many ways it can match at one place, however long its loops are. */
  private static double ways(RegexNode node) {
    return switch (node) {
      case Single single -> 1;
      case Condition condition -> condition.inside() == null ? 1 : ways(condition.inside());
      case Sequence sequence ->
          sequence.items().stream().mapToDouble(RegexCost::ways).reduce(1, (a, b) -> a * b);
      case Choice choice -> choice.branches().stream().mapToDouble(RegexCost::ways).sum();
      case Repetition repetition ->
          repetition.isEndless()
              ? 1
              : (repetition.most() - repetition.least() + 1)
                  * Math.pow(ways(repetition.item()), repetition.most());
    };
  }

  /** Characters that it looks at, loops counting as one round. */
  private static double size(RegexNode node) {
    return switch (node) {
      case Single single -> 1;
      case Condition condition -> 1 + (condition.inside() == null ? 0 : size(condition.inside()));
      case Sequence sequence -> sequence.items().stream().mapToDouble(RegexCost::size).sum();
      case Choice choice -> choice.branches().stream().mapToDouble(RegexCost::size).sum();
      case Repetition repetition ->
          size(repetition.item())
              * (repetition.isEndless() ? repetition.least() + 1 : repetition.most());
    };
  }
}
