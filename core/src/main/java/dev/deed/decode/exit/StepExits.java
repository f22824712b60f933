package dev.deed.decode.exit;

import dev.deed.decode.logits.Scores;
import dev.deed.value.Alternative;
import dev.deed.value.Exit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One step of one sequence on its way through the exits. At each layer the hidden state has the
 * first say, then, where it needs the head or ends here, the scores of the next token. Belongs to
 * one step.
 */
public final class StepExits {
  /** What an exit says about a step. */
  sealed interface Verdict {
    /** It goes on: it is not sure enough here, or this exit is not asked. */
    record Skip() implements Verdict {}

    /** The hidden state does not tell; the head is asked. */
    record NeedLogits() implements Verdict {}

    /** It stops here. */
    record Exit(double confidence) implements Verdict {}
  }

  private static final Verdict SKIP = new Verdict.Skip();
  private static final Verdict NEED_LOGITS = new Verdict.NeedLogits();

  private final ExitQuestion question;
  private final ExitRule rule;
  private final Consumer<Scores> emission;
  private final List<Double> consulted = new ArrayList<>();
  private Verdict verdict = SKIP;
  private boolean running = true;
  private int forced = -1;
  private int layer;
  private int headLookups;
  private int screenBalance;
  private @Nullable Throwable error;
  private List<Alternative> alternatives = List.of();

  /**
   * @param emission chooses the token where the step ends, from scores as processors left them,
   *     which it may change
   */
  public StepExits(ExitQuestion question, Consumer<Scores> emission) {
    this.question = question;
    this.rule = question.rule();
    this.emission = emission;
    guarded(() -> forced = question.scoring().tokens().forced());
    if (forced >= 0) {
      verdict = new Verdict.Exit(1);
      running = false;
      alternatives =
          Stream.of(new Alternative(forced, "", 0)).limit(question.alternatives()).toList();
    }
  }

  /** The token that alone may follow, so that the step ends before layer 1; else −1. */
  public int forced() {
    return forced;
  }

  ExitQuestion question() {
    return question;
  }

  /** Asks the hidden state of a layer. */
  Verdict ask(int number, Confidence.HiddenState state) {
    if (running) {
      layer = number;
      guarded(() -> verdict = judge(state));
    }
    return running ? verdict : SKIP;
  }

  private Verdict judge(Confidence.HiddenState state) {
    if (!rule.layers().contains(layer) || !(isLast() || isAsked(state))) {
      return SKIP;
    }
    if (rule.confidence().needsLogits()) {
      return NEED_LOGITS;
    }
    double confidence = rule.confidence().of(state);
    // A state that is no number says nothing. The head's check refuses it, or a setting repairs it.
    return Double.isNaN(confidence) ? NEED_LOGITS : judge(confidence);
  }

  private boolean isAsked(Confidence.HiddenState state) {
    return rule.criterion().asks(layer, question.scoring().tokens().emitted())
        && (rule.gate() == 0 || Confidence.GATE.of(state) >= rule.gate());
  }

  private Verdict judge(double confidence) {
    if (isLast()) {
      return new Verdict.Exit(confidence);
    }
    consulted.add(confidence);
    return suffices(confidence) ? new Verdict.Exit(confidence) : SKIP;
  }

  /**
   * @param logits [vocabulary] from {@code offset} on
   * @param scores to work with
   */
  void answer(float[] logits, int offset, Scores scores) {
    guarded(
        () -> {
          countLookup();
          question.scoring().score(logits, offset, scores);
          decide(scores, rule.confidence().of(scores.statistics()));
          if (wantsAlternatives()) {
            alternatives = scores.alternatives(question.alternatives());
          }
        });
  }

  /** Whether it ended with a token whose alternatives the listener wants. */
  boolean wantsAlternatives() {
    return question.alternatives() > 0 && !running && error == null;
  }

  /** Takes the alternatives after a {@linkplain #conclude conclusion} that did not know them. */
  void setAlternatives(List<Alternative> ranked) {
    alternatives = ranked;
  }

  /**
   * Has something judged that belongs to this step alone. A step that fails in it, for want of
   * memory or by a fault in a language, say, fails alone: those beside it go on.
   */
  void guarded(Runnable judgement) {
    try {
      judgement.run();
    } catch (RuntimeException | Error e) {
      error = e;
      running = false;
    }
  }

  /**
   * Emits where the hidden state said so, or the scores suffice. Alternatives are then still to be
   * {@linkplain #setAlternatives set}.
   *
   * @param confidence in the scores, of which all but the largest are only near the true ones
   */
  void conclude(Scores scores, double confidence) {
    guarded(() -> decide(scores, confidence));
  }

  private void decide(Scores scores, double confidence) {
    if (verdict instanceof Verdict.NeedLogits) {
      verdict = judge(confidence);
    }
    if (verdict instanceof Verdict.Exit) {
      emission.accept(scores);
      running = false;
    }
  }

  /** Counts a look-up of a copy of the head, which sufficed or did not. */
  void countScreened(boolean sufficed) {
    screenBalance += sufficed ? 1 : -1;
  }

  /** How many look-ups of a copy of the head sufficed, less those that did not. */
  public int screenBalance() {
    return screenBalance;
  }

  void countLookup() {
    headLookups++;
  }

  boolean suffices(double confidence) {
    return rule.criterion().suffices(layer, question.scoring().tokens().emitted(), confidence);
  }

  /** Whether scores decide if it stops at this exit. */
  boolean isOpen() {
    return verdict instanceof Verdict.NeedLogits && !isLast();
  }

  boolean isLast() {
    return layer == rule.lastLayer();
  }

  public boolean running() {
    return running;
  }

  /** Why the step failed, which then has ended; null where it did not. */
  public @Nullable Throwable error() {
    return error;
  }

  /** Throws why the step failed, where it did. */
  public void requireSound() {
    switch (error) {
      case null -> {}
      case RuntimeException unchecked -> throw unchecked;
      case Error fatal -> throw fatal;
      default -> throw new IllegalStateException(error);
    }
  }

  /** Where the step ended, with the rule's measure there. */
  public Exit exit() {
    if (verdict instanceof Verdict.Exit(double confidence)) {
      return new Exit(layer, confidence, consulted);
    }
    throw new IllegalStateException("the step has not ended");
  }

  /** The most probable tokens where it ended, as {@link Scores#alternatives} tells them. */
  public List<Alternative> alternatives() {
    return alternatives;
  }

  /** Confidences measured below the last layer, in order. */
  public List<Double> consulted() {
    return List.copyOf(consulted);
  }

  /** How often logits were computed. */
  public int headLookups() {
    return headLookups;
  }
}
