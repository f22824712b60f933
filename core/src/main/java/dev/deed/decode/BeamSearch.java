package dev.deed.decode;

import dev.deed.decode.SearchStrategy.EarlyStopping;
import dev.deed.decode.TokenChooser.Candidate;
import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.ScoreCheck;
import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.decode.logits.TopTokens;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.Finish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Beam search with the meaning it has in Transformers 5 ({@code GenerationMixin._beam_search},
 * Apache-2.0), each living hypothesis taking its own exit.
 *
 * <p>A candidate is a hypothesis and a token, its score the sum of the hypothesis' and the token's.
 * Each step takes, over all hypotheses, the best {@code beams · max(2, 1 + end tokens)} candidates,
 * so that enough are left when some end. Of these, those that end (by an end token, or at the
 * length limit) and are among the best {@code beams} become finished, with their score divided by
 * {@code length^lengthPenalty}, the length counting new tokens and the end token. The best {@code
 * beams} that do not end live on. Of the finished, the best {@code beams} are kept. Of equal scores
 * the earlier hypothesis and the lower token come first.
 */
final class BeamSearch implements Search {
  private final SearchRequest request;
  private final SearchStrategy.Beam settings;
  private final int width;
  private final @Nullable SplittableRandom random;
  private final List<FoundSequence> finished = new ArrayList<>();
  private List<Hypothesis> living;

  /** Of those that live, in their order. */
  private List<PlainStep> steps;

  private boolean over;
  private int length;
  private Effort effort = Effort.NONE;

  BeamSearch(SearchRequest request, SearchStrategy.Beam settings, DecoderState first) {
    this.request = request;
    this.settings = settings;
    this.width = settings.beams() * Math.max(2, 1 + request.stopping().ends().size());
    this.random = settings.seed() == null ? null : new SplittableRandom(settings.seed());
    TokenSequence tokens = new TokenSequence(request.prefix(), request.processors());
    this.living = List.of(new Hypothesis(first, tokens, null, 0f));
    this.steps = begin();
  }

  /**
   * A beginning of an answer that beam search may go on with.
   *
   * @param state what the decoder remembers of it
   * @param tokens decoder inputs, prefix included
   * @param trail its steps
   * @param score sum of its tokens' scores; a float, as the reference adds them
   */
  private record Hypothesis(
      DecoderState state, TokenSequence tokens, @Nullable Trail trail, float score) {
    /** Steps as a list that grows at its end and shares its beginning with others. */
    record Trail(@Nullable Trail before, StepResult step) {
      static List<StepResult> steps(@Nullable Trail last) {
        ArrayDeque<StepResult> steps = new ArrayDeque<>();
        for (Trail at = last; at != null; at = at.before) {
          steps.addFirst(at.step);
        }
        return List.copyOf(steps);
      }
    }

    /** This hypothesis with a token more; its state and tokens become the new one's. */
    Hypothesis grow(StepResult step, float newScore) {
      state.append(step.token());
      tokens.append(step.token());
      return new Hypothesis(state, tokens, new Trail(trail, step), newScore);
    }

    Hypothesis fork() {
      return new Hypothesis(state.fork(), tokens.fork(), trail, score);
    }
  }

  /** A candidate of any hypothesis, with sums in place of the token's own numbers. */
  private record Extension(int parent, Candidate candidate, float score, double rank) {}

  @Override
  public List<PlainStep> steps() {
    return steps;
  }

  private List<PlainStep> begin() {
    return over ? List.of() : living.stream().map(this::begin).toList();
  }

  private PlainStep begin(Hypothesis hypothesis) {
    ExitQuestion question =
        new ExitQuestion(
            request.rule(),
            new Scoring(hypothesis.tokens(), request.processors(), true),
            false,
            request.listener().alternatives(),
            ExitQuestion.Estimates.NOWHERE);
    // A stream for each row: rows leave at different layers, in an order of their own.
    SplittableRandom own = random == null ? null : random.split();
    return new PlainStep(
        hypothesis.state(), question, new BeamCandidates(width, settings.warpers(), own));
  }

  @Override
  public void accept() {
    effort = effort.plus(steps.stream().map(PlainStep::effort).toList());
    grow();
    steps = begin();
  }

  private void grow() {
    length++;
    List<Extension> best = best();
    List<Extension> surviving = new ArrayList<>();
    for (int i = 0; i < best.size(); i++) {
      Extension extension = best.get(i);
      if (!ends(extension)) {
        surviving.add(extension);
      } else if (i < settings.beams()) {
        finish(extension);
      }
    }
    if (surviving.isEmpty()) {
      over = true;
      if (finished.isEmpty()) {
        finishUnended(Finish.LENGTH);
      }
      return;
    }
    List<Extension> next = surviving.subList(0, Math.min(settings.beams(), surviving.size()));
    float bestScore = next.getFirst().score();
    living = grow(next);
    over = isOver(bestScore);
    if (!over && Thread.currentThread().isInterrupted()) {
      over = true;
      finished.clear();
      finishUnended(Finish.CANCELLED);
    }
  }

  /** The best candidates over all hypotheses, best first. */
  private List<Extension> best() {
    List<Extension> all = new ArrayList<>();
    for (int parent = 0; parent < steps.size(); parent++) {
      float before = living.get(parent).score();
      for (Candidate candidate : steps.get(parent).next().candidates()) {
        all.add(
            new Extension(
                parent, candidate, before + candidate.score(), before + candidate.rank()));
      }
    }
    return all.stream()
        .sorted(Comparator.comparingDouble(Extension::rank).reversed())
        .limit(width)
        .sorted(Comparator.comparingDouble(Extension::score).reversed())
        .toList();
  }

  private boolean ends(Extension extension) {
    return length == request.stopping().maxNewTokens()
        || request.stopping().ends().contains(extension.candidate().token());
  }

  private void finish(Extension extension) {
    StepResult step = steps.get(extension.parent()).emit(extension.candidate());
    Hypothesis.Trail trail = new Hypothesis.Trail(living.get(extension.parent()).trail(), step);
    boolean ended = request.stopping().ends().contains(step.token());
    finished.add(found(trail, ended ? Finish.EOS : Finish.LENGTH, extension.score()));
    finished.sort(Comparator.comparingDouble(FoundSequence::score).reversed());
    if (finished.size() > settings.beams()) {
      finished.removeLast();
    }
  }

  /** Takes what lives as it is, where there is nothing better to give. */
  private void finishUnended(Finish finish) {
    living.forEach(each -> finished.add(found(each.trail(), finish, each.score())));
  }

  private FoundSequence found(Hypothesis.@Nullable Trail trail, Finish finish, float score) {
    List<StepResult> emitted = Hypothesis.Trail.steps(trail);
    float ranked = perLength(score, Math.max(1, emitted.size()));
    return new FoundSequence(emitted, finish, ScoreCheck.requireFinite(ranked));
  }

  /** The last child of a hypothesis takes its state over, the others before it fork it. */
  private List<Hypothesis> grow(List<Extension> next) {
    int[] children = new int[living.size()];
    next.forEach(extension -> children[extension.parent()]++);
    List<Hypothesis> grown = new ArrayList<>();
    for (Extension extension : next) {
      int parent = extension.parent();
      Hypothesis from = --children[parent] > 0 ? living.get(parent).fork() : living.get(parent);
      grown.add(from.grow(steps.get(parent).emit(extension.candidate()), extension.score()));
    }
    return grown;
  }

  /** Whether what lives cannot, or must not, improve on what is finished. */
  private boolean isOver(float bestScore) {
    if (finished.size() < settings.beams()) {
      return false;
    }
    if (settings.earlyStopping() == EarlyStopping.WHEN_FULL) {
      return true;
    }
    boolean longest =
        settings.earlyStopping() == EarlyStopping.WHEN_HOPELESS && settings.lengthPenalty() > 0;
    float bestPossible = perLength(bestScore, longest ? request.stopping().maxNewTokens() : length);
    return bestPossible <= finished.getLast().score();
  }

  private float perLength(float score, int tokens) {
    return score / (float) StrictMath.pow(tokens, settings.lengthPenalty());
  }

  @Override
  public SearchResult result() {
    List<FoundSequence> found =
        finished.subList(0, Math.min(settings.sequences(), finished.size()));
    request.listener().replay(found.getFirst().steps());
    return new SearchResult(found, effort, Drafts.NONE);
  }

  /**
   * Takes as many tokens as a beam search may need of one hypothesis: the best, or, with a random
   * stream, a draw without replacement. Such a draw from the softmax of scores is what remains on
   * top when standard Gumbel noise is added to them (Kool et al. 2019, arXiv 1903.06059), and that
   * holds over the candidates of all hypotheses too.
   */
  record BeamCandidates(int count, List<LogitsProcessor> warpers, @Nullable SplittableRandom random)
      implements TokenChooser {
    @Override
    public List<Candidate> choose(TokenSequence tokens, Scores scores) {
      if (!warpers.isEmpty()) {
        warpers.forEach(warper -> warper.process(tokens, scores));
        ScoreCheck.requireSound(scores.statistics());
      }
      TopTokens top = random == null ? scores.largest(count) : drawn(scores, random);
      top.sort();
      List<Candidate> candidates = new ArrayList<>(top.size());
      for (int i = 0; i < top.size(); i++) {
        int token = top.token(i);
        candidates.add(
            new Candidate(token, scores.get(token), top.score(i), scores.logProbability(token)));
      }
      return candidates;
    }

    private TopTokens drawn(Scores scores, SplittableRandom noise) {
      TopTokens top = new TopTokens(Math.min(count, scores.size()));
      for (int token = 0; token < scores.size(); token++) {
        float score = scores.get(token);
        if (score > Float.NEGATIVE_INFINITY) {
          double uniform = noise.nextDouble(Double.MIN_NORMAL, 1);
          top.offer(token, score - StrictMath.log(-StrictMath.log(uniform)));
        }
      }
      return top;
    }
  }
}
