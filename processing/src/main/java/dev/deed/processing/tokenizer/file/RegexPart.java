package dev.deed.processing.tokenizer.file;

import java.util.List;

/**
 * A part of a regular expression, as far as the time that a search takes depends on it. A loop is a
 * repetition without an end; it passes over characters in vain if something behind it does not
 * match.
 *
 * @param ways in which it can match at one place, however long its loops are
 * @param size characters that it looks at, loops counting as one round
 * @param shortest the fewest characters that it matches
 * @param loops that can pass over characters in vain if what stands behind the part can fail
 * @param ownLoops those that can do so even if nothing behind the part can fail
 * @param canFail whether there are texts that it does not match
 * @param isRigid whether there is just one way in which it can match a text, and of one length
 */
record RegexPart(
    double ways,
    double size,
    int shortest,
    int loops,
    int ownLoops,
    boolean canFail,
    boolean isRigid) {
  /** {@code most} of a repetition without an end. */
  static final int ENDLESS = Integer.MAX_VALUE;

  /** One character: itself or a class. */
  static final RegexPart SINGLE = new RegexPart(1, 1, 1, 0, 0, true, true);

  /** Matches nothing. */
  static final RegexPart EMPTY = new RegexPart(1, 0, 0, 0, 0, false, true);

  /** An anchor. */
  static final RegexPart ANCHOR = EMPTY.asCondition();

  /** A look at this part, ahead or behind: what it passes over is no part of the match. */
  RegexPart asCondition() {
    return new RegexPart(ways, 1 + size, 0, loops, loops, true, false);
  }

  /** The same part where upper and lower case are alike: a letter can match one or two. */
  RegexPart caseless() {
    return new RegexPart(ways, size, shortest, loops, ownLoops, canFail, false);
  }

  RegexPart then(RegexPart next) {
    return new RegexPart(
        ways * next.ways,
        size + next.size,
        (int) Math.min(ENDLESS, (long) shortest + next.shortest),
        loops + next.loops,
        (next.canFail ? loops : ownLoops) + next.ownLoops,
        canFail || next.canFail,
        isRigid && next.isRigid);
  }

  /** The first of several that leads to a match. */
  static RegexPart choice(List<RegexPart> branches) {
    return branches.stream()
        .reduce(
            (a, b) ->
                new RegexPart(
                    a.ways + b.ways,
                    a.size + b.size,
                    Math.min(a.shortest, b.shortest),
                    Math.max(a.loops, b.loops),
                    Math.max(a.ownLoops, b.ownLoops),
                    a.canFail && b.canFail,
                    false))
        .orElse(EMPTY);
  }

  RegexPart repeated(int least, int most) {
    boolean isLoop = most == ENDLESS;
    return new RegexPart(
        isLoop ? 1 : (most - least + 1) * Math.pow(ways, most),
        size * (isLoop ? least + 1 : most),
        (int) Math.min(ENDLESS, (long) shortest * least),
        isLoop ? 1 : loops,
        isLoop ? 0 : ownLoops,
        least > 0 && canFail,
        least == most && isRigid);
  }
}
