package dev.deed.decode;

import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.Decoder;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Sequences that grow by themselves and never look at one another: greedy decoding, with one of
 * them, and sampling; with drafts that full depth verifies or without.
 */
final class ChainSearch implements Search {
  private final SearchRequest request;
  private final List<Chain> chains = new ArrayList<>();
  private List<Chain> growing;
  private Effort effort = Effort.NONE;

  /**
   * @param strategy greedy, sampling, or one of them with drafts
   * @param arrays for keys and values
   */
  ChainSearch(
      SearchRequest request,
      SearchStrategy strategy,
      Decoder decoder,
      IntFunction<float[]> arrays) {
    this.request = request;
    List<TokenChooser> choosers = choosers(strategy);
    DecoderState first = request.begin(decoder, arrays);
    List<DecoderState> states = new ArrayList<>(List.of(first));
    while (states.size() < choosers.size()) {
      states.add(first.fork());
    }
    // A chain may append drafts at once.
    for (int i = 0; i < choosers.size(); i++) {
      TokenChooser chooser = choosers.get(i);
      GrowingAnswer answer = new GrowingAnswer(request, states.get(i), choosers.size() == 1);
      chains.add(
          strategy instanceof SearchStrategy.Verified verified
              ? new DraftChain(request, answer, chooser, verified.drafting(), arrays)
              : new PlainChain(request, answer, chooser));
    }
    this.growing = List.copyOf(chains);
  }

  /** What picks the tokens of each sequence, in their order. */
  private static List<TokenChooser> choosers(SearchStrategy strategy) {
    return switch (strategy) {
      case SearchStrategy.Greedy _ -> List.of(new MostProbable());
      case SearchStrategy.Sampling sampling -> draws(sampling);
      case SearchStrategy.Verified verified -> choosers(verified.chains());
      case SearchStrategy.Beam _ -> throw new IllegalArgumentException("beams are no chains");
    };
  }

  private static List<TokenChooser> draws(SearchStrategy.Sampling sampling) {
    SplittableRandom source = new SplittableRandom(sampling.seed());
    List<TokenChooser> draws = new ArrayList<>();
    for (int i = 0; i < sampling.sequences(); i++) {
      draws.add(new Draw(source.split(), sampling.warpers()));
    }
    return draws;
  }

  @Override
  public List<SequenceStep> steps() {
    return growing.stream().map(Chain::step).toList();
  }

  @Override
  public void accept() {
    effort = effort.plus(growing.stream().map(chain -> chain.step().effort()).toList());
    growing = growing.stream().filter(Chain::accept).toList();
    if (chains.size() == 1 && growing.isEmpty()) {
      request.listener().end();
    }
  }

  @Override
  public SearchResult result() {
    List<FoundSequence> found =
        chains.stream()
            .map(Chain::found)
            .sorted(Comparator.comparingDouble(FoundSequence::score).reversed())
            .toList();
    if (chains.size() > 1) {
      request.listener().replay(found.getFirst().steps());
    }
    Drafts drafts = Drafts.NONE;
    Effort whole = effort;
    for (Chain chain : chains) {
      if (chain instanceof DraftChain drafting) {
        drafts = drafts.plus(drafting.drafts());
        // Steps count positions that were decoded in vain; full depth decodes none twice.
        whole = effort.withPossible(possible(found));
      }
    }
    return new SearchResult(found, whole, drafts);
  }

  private static int possible(List<FoundSequence> found) {
    return found.stream()
        .flatMap(sequence -> sequence.steps().stream())
        .mapToInt(step -> step.effort().layersPossible())
        .sum();
  }

  /** Takes the token of the largest score, the lowest on ties. */
  record MostProbable() implements TokenChooser {
    @Override
    public List<Candidate> choose(TokenSequence tokens, Scores scores) {
      if (scores.statistics().max() == Float.NEGATIVE_INFINITY) {
        return List.of();
      }
      int token = scores.statistics().argmax();
      float score = scores.statistics().max();
      return List.of(new Candidate(token, score, score, scores.logProbability(token)));
    }

    @Override
    public boolean takesLargest() {
      return true;
    }
  }
}
