package dev.deed.lab.speed;

import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.StoppingCriteria;
import dev.deed.decode.draft.Drafting;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.LogitsProcessor;
import java.util.ArrayList;
import java.util.List;

/** Searches with one part exchanged, as measurements need them. */
public final class Searches {
  private static final float RAISED = 1000;

  private Searches() {}

  /** The same with another rule for exits. */
  static SearchRequest withRule(SearchRequest search, ExitRule rule) {
    return new SearchRequest(
        search.encoded(),
        search.prefix(),
        search.stopping(),
        rule,
        search.processors(),
        search.strategy(),
        search.listener());
  }

  /**
   * The same answer with drafts of this making.
   *
   * @throws IllegalArgumentException when nothing verifies drafts of its strategy, a beam search
   */
  public static SearchRequest withDrafting(SearchRequest search, Drafting drafting) {
    SearchStrategy chains =
        search.strategy() instanceof SearchStrategy.Verified verified
            ? verified.chains()
            : search.strategy();
    return new SearchRequest(
        search.encoded(),
        search.prefix(),
        search.stopping(),
        search.rule(),
        search.processors(),
        new SearchStrategy.Verified(chains, drafting),
        search.listener());
  }

  /** The same whose scores of this answer's tokens are raised, whatever the weights say. */
  static SearchRequest withAnswer(SearchRequest search, List<Integer> answer) {
    int prefix = search.prefix().size();
    List<LogitsProcessor> processors = new ArrayList<>(search.processors());
    processors.add(
        (tokens, scores) -> {
          int token = answer.get(Math.min(tokens.length() - prefix, answer.size() - 1));
          scores.set(token, scores.get(token) + RAISED);
        });
    return new SearchRequest(
        search.encoded(),
        search.prefix(),
        search.stopping(),
        search.rule(),
        processors,
        search.strategy(),
        search.listener());
  }

  /** The same with a lower limit of new tokens; above the present one it changes nothing. */
  public static SearchRequest withMaxNewTokens(SearchRequest search, int most) {
    int fewer = Math.min(most, search.stopping().maxNewTokens());
    return new SearchRequest(
        search.encoded(),
        search.prefix(),
        new StoppingCriteria(search.stopping().ends(), fewer),
        search.rule(),
        search.processors(),
        search.strategy(),
        search.listener());
  }
}
