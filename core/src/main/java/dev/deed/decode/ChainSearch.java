package dev.deed.decode;

import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.TokenSequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sequences that grow by one token a step and never look at one another: greedy decoding, with one
 * of them, and sampling.
 */
final class ChainSearch implements Search {
  private final SearchRequest request;
  private final List<Chain> chains = new ArrayList<>();
  private List<Chain> growing;
  private Effort effort = Effort.NONE;

  private ChainSearch(SearchRequest request, List<TokenChooser> choosers, DecoderState first) {
    this.request = request;
    for (TokenChooser chooser : choosers) {
      chains.add(new Chain(chains.isEmpty() ? first : first.fork(), chooser));
    }
    this.growing = List.copyOf(chains);
  }

  static ChainSearch greedy(SearchRequest request, DecoderState first) {
    return new ChainSearch(request, List.of(new MostProbable()), first);
  }

  /** How the tokens of each sequence are chosen. */
  static List<TokenChooser> choosers(SearchStrategy strategy) {
    return strategy instanceof SearchStrategy.Sampling sampling
        ? choosers(sampling)
        : List.of(new MostProbable());
  }

  static ChainSearch sampling(
      SearchRequest request, SearchStrategy.Sampling sampling, DecoderState first) {
    return new ChainSearch(request, choosers(sampling), first);
  }

  private static List<TokenChooser> choosers(SearchStrategy.Sampling sampling) {
    SplittableRandom source = new SplittableRandom(sampling.seed());
    List<TokenChooser> choosers = new ArrayList<>();
    for (int i = 0; i < sampling.sequences(); i++) {
      choosers.add(new Draw(new RandomShares(source.split()), sampling.warpers()));
    }
    return choosers;
  }

  @Override
  public List<StepRow> rows() {
    return growing.stream().map(Chain::row).toList();
  }

  @Override
  public void accept(List<SequenceStep> steps) {
    effort = effort.plus(steps);
    List<Chain> next = new ArrayList<>();
    for (int i = 0; i < growing.size(); i++) {
      if (growing.get(i).accept(steps.get(i))) {
        next.add(growing.get(i));
      }
    }
    growing = next;
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
      request.listener().tellAll(found.getFirst().steps());
    }
    return new SearchResult(found, effort);
  }

  private final class Chain {
    private final DecoderState state;
    private final TokenChooser chooser;
    private final TokenSequence tokens = new TokenSequence(request.prefix());
    private final List<StepResult> steps = new ArrayList<>();
    private EndReason finish = EndReason.LENGTH;

    Chain(DecoderState state, TokenChooser chooser) {
      this.state = state;
      this.chooser = chooser;
    }

    StepRow row() {
      return new StepRow(
          state,
          request.rule(),
          new Scoring(tokens, request.processors(), false),
          chooser,
          request.listener().alternatives(),
          0);
    }

    /** Takes the next token; whether the sequence goes on. */
    boolean accept(SequenceStep step) {
      if (step.candidates().isEmpty()) {
        return false;
      }
      StepResult result = step.emit(step.candidates().getFirst());
      steps.add(result);
      boolean wanted = chains.size() > 1 || request.listener().token(steps.size() - 1, result);
      if (request.stopping().ends().contains(result.token())) {
        finish = EndReason.EOS;
        return false;
      }
      if (!wanted || Thread.currentThread().isInterrupted()) {
        finish = EndReason.CANCELLED;
        return false;
      }
      if (steps.size() >= request.stopping().maxNewTokens()) {
        return false;
      }
      tokens.append(result.token());
      state.append(result.token());
      return true;
    }

    FoundSequence found() {
      return FoundSequence.ofChain(steps, finish);
    }
  }
}
