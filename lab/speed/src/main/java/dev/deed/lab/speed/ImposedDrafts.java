package dev.deed.lab.speed;

import dev.deed.decode.draft.Copies;
import dev.deed.decode.draft.DraftCost;
import dev.deed.decode.draft.DraftPlan;
import dev.deed.decode.draft.Drafting;
import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.lab.speed.DraftSchedule.Block;
import dev.deed.lab.speed.ImposedExits.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Drafts that leave where those of a real run left, and are kept or not as those were, whatever the
 * model says. It is known what full depth emits: a draft that is to be kept says that token, one
 * that is not says another. Drafting and verification go on as ever, so the answer is that of full
 * depth, and the layers that run, the look-ups and the blocks are those of the real run.
 *
 * @param blocks of the answer
 * @param exits layers that may emit, ascending
 * @param confidence what is asked there
 */
record ImposedDrafts(List<Block> blocks, List<Integer> exits, Confidence confidence) {
  /** The drafts of an answer of which it is known what full depth emits. */
  Drafting drafting(List<Integer> answer) {
    List<Integer> known = List.copyOf(answer);
    return (rule, full, ends, source) -> new Plan(known, full, ends);
  }

  /** Of one sequence. */
  private final class Plan implements DraftPlan {
    private final List<Integer> answer;
    private final ExitRule full;
    private final Set<Integer> ends;
    private int block;

    /** Tokens that were emitted. */
    private int emitted;

    Plan(List<Integer> answer, ExitRule full, Set<Integer> ends) {
      this.answer = answer;
      this.full = full;
      this.ends = ends;
    }

    @Override
    public ExitRule rule(int waiting) {
      if (block == blocks.size()) {
        return full;
      }
      List<Stop> drafts = blocks.get(block).drafts();
      Stop stop = waiting < drafts.size() ? drafts.get(waiting) : blocks.get(block).last();
      return stop == null ? full : new ImposedExits(List.of(stop), exits).rule(confidence);
    }

    @Override
    public int draft(int waiting, int said) {
      int right = answer.get(emitted + waiting);
      if (waiting < blocks.get(block).kept()) {
        return right;
      }
      boolean ended = blocks.get(block).last() == null;
      if (ended && waiting + 1 == blocks.get(block).size() && !ends.isEmpty()) {
        // As in the real run: nothing was decoded behind it.
        return ends.iterator().next();
      }
      boolean wrong = said != right && !ends.contains(said);
      return wrong ? said : other(right);
    }

    private int other(int right) {
      return Stream.concat(
              Stream.iterate(right - 1, token -> token >= 0, token -> token - 1),
              Stream.iterate(right + 1, token -> token + 1))
          .filter(token -> !ends.contains(token))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public Copies copies(TokenSequence tokens, int waiting) {
      List<Integer> copies = new ArrayList<>();
      int count = block == blocks.size() || waiting > 0 ? 0 : blocks.get(block).copied();
      for (int i = 0; i < count && emitted + i < answer.size(); i++) {
        int right = answer.get(emitted + i);
        copies.add(i < blocks.get(block).kept() ? right : other(right));
      }
      return new Copies(copies, false);
    }

    @Override
    public void verified(List<DraftCost> drafts, int kept) {
      emitted += kept + 1;
      block++;
    }
  }
}
