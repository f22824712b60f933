package dev.deed.lab.speed;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitRule;
import dev.deed.lab.speed.ImposedExits.Stop;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Drafts of a real run of lossless exits, and which of them were kept.
 *
 * @param answers of one after the other, its verifications
 * @param depth decoder layers of the model they come from
 */
public record DraftSchedule(List<List<Block>> answers, int depth) implements Schedule {
  public DraftSchedule {
    answers = answers.stream().map(List::copyOf).toList();
  }

  /**
   * A verification.
   *
   * @param copied how many drafts no layer ran for; they are the first, and then the only ones
   * @param drafts where the others left
   * @param kept how many of all of them full depth emitted too
   * @param last the newest position, which reached the last layer; null where the last draft ended
   *     the answer, so that no position followed
   */
  public record Block(int copied, List<Stop> drafts, int kept, @Nullable Stop last) {
    /** Written out: of a compact constructor, class files do not tell what may be null. */
    public Block(int copied, List<Stop> drafts, int kept, @Nullable Stop last) {
      this.copied = copied;
      this.drafts = List.copyOf(drafts);
      this.kept = kept;
      this.last = last;
      if (copied < 0 || (copied > 0 && !drafts.isEmpty()) || kept < 0 || kept > size()) {
        throw new IllegalArgumentException(copied + " copied, " + drafts + ", " + kept + " kept");
      }
    }

    /** Drafts. */
    int size() {
      return copied + drafts.size();
    }

    /** Tokens that it gives: those that were kept, and one of full depth where it asks for more. */
    int tokens() {
      return kept == size() && last == null ? kept : kept + 1;
    }

    Block scaled(int depth, int decoderLayers) {
      return new Block(
          copied,
          drafts.stream()
              .map(stop -> stop.scaled(depth, decoderLayers))
              // The last layer drafts nothing.
              .map(stop -> new Stop(Math.min(stop.layer(), decoderLayers - 1), stop.asked()))
              .toList(),
          kept,
          last == null ? null : new Stop(decoderLayers, last.asked()));
    }
  }

  @Override
  public String engine() {
    return "deed-lossless";
  }

  @Override
  public List<ModelBench.Answer> answers(
      int decoderLayers, int mostTokens, Confidence confidence, @Nullable List<Integer> asked) {
    InputException.require(
        decoderLayers > 1,
        "--exit-schedule",
        "is of drafts, and a decoder of one layer leaves none",
        "give a schedule without --lossless, or a deeper model");
    List<List<Block>> scaled =
        answers.stream()
            .filter(blocks -> goesOn(blocks, mostTokens))
            .map(
                blocks -> blocks.stream().map(block -> block.scaled(depth, decoderLayers)).toList())
            .toList();
    InputException.require(
        !scaled.isEmpty(),
        "--exit-schedule",
        "no answer has tokens after its first verification",
        "give longer answers or more --new-tokens");
    TreeSet<Integer> exits = new TreeSet<>(asked == null ? List.of() : asked);
    for (List<Block> blocks : scaled) {
      blocks.forEach(block -> block.drafts.forEach(stop -> exits.add(stop.layer())));
    }
    exits.add(decoderLayers);
    List<ModelBench.Answer> chosen = new ArrayList<>();
    for (List<Block> blocks : ModelBench.spread(scaled)) {
      chosen.add(
          new ModelBench.Answer(
              Math.min(mostTokens, tokens(blocks)),
              blocks.getFirst().tokens(),
              ExitRule.full(decoderLayers),
              new ImposedDrafts(blocks, List.copyOf(exits), confidence)));
    }
    return chosen;
  }

  /** Whether a token comes after those of the first verification, which are not timed apart. */
  private static boolean goesOn(List<Block> blocks, int mostTokens) {
    return !blocks.isEmpty() && Math.min(mostTokens, tokens(blocks)) > blocks.getFirst().tokens();
  }

  static int tokens(List<Block> blocks) {
    return blocks.stream().mapToInt(Block::tokens).sum();
  }
}
