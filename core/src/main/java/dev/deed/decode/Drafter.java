package dev.deed.decode;

import dev.deed.decode.draft.DraftCost;
import dev.deed.decode.draft.DraftDecoder;
import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.Decoder;
import dev.deed.value.Exit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who makes the drafts of a {@link DraftChain}: the layers that verify them, the same in narrow
 * weights, or another model, whose steps run on a state of its own. A text that drafts is none,
 * since it needs no step: it is one more source of {@link dev.deed.decode.draft.DraftPlan#copies}.
 * Belongs to one sequence.
 */
sealed interface Drafter {
  /**
   * @param decoder that drafts; null: the layers of the sequence's own
   * @param state of the verifying decoder
   * @param begin gives an assistant's
   */
  static Drafter of(
      @Nullable DraftDecoder decoder,
      DecoderState state,
      TokenChooser chooser,
      Function<Decoder, DecoderState> begin) {
    return switch (decoder) {
      case null -> new OwnLayers(state, chooser);
      case DraftDecoder.Narrow(Decoder narrow) -> new OtherDecoder(narrow, state, chooser);
      case DraftDecoder.Assistant(Decoder other) -> new Assistant(other, begin, state, chooser);
    };
  }

  /**
   * Begins the step that drafts what follows the sequence.
   *
   * @param early what it asks; its rule says where it may leave
   * @param last what the last layer is asked if the step comes to verify
   * @param unverified newest decoder inputs of which the last layer has not said what follows
   * @return null where it cannot draft yet: the last layer comes first
   */
  @Nullable SequenceStep draft(ExitQuestion early, ExitQuestion last, int unverified);

  /**
   * Begins the step in which the last layer verifies what waits.
   *
   * @param drafts how many wait; the others are as above
   */
  VerifyingStep verify(ExitQuestion last, int unverified, int drafts);

  /**
   * The draft that a step gave.
   *
   * @param token that is drafted
   * @param next what the step found
   */
  Draft drafted(int token, NextToken next);

  /**
   * Drafts by the layers that verify them: a token that leaves early. A step that reaches the last
   * layer verifies what waits.
   */
  record OwnLayers(DecoderState state, TokenChooser chooser) implements Drafter {
    @Override
    public VerifyingStep draft(ExitQuestion early, ExitQuestion last, int unverified) {
      PlainStep newest = new PlainStep(state, early, chooser);
      return new VerifyingStep(newest, last, chooser, unverified);
    }

    @Override
    public VerifyingStep verify(ExitQuestion last, int unverified, int drafts) {
      return draft(last, last, unverified).toTheEnd(false);
    }

    @Override
    public Draft drafted(int token, NextToken next) {
      Exit exit = next.exit();
      int lookups = Math.max(1, exit.consulted().size());
      return new Draft(token, exit, new DraftCost(exit.layer(), lookups));
    }
  }

  /**
   * Drafts by another decoder than the one that verifies. It reads keys and values that the
   * verifying one made of earlier positions and of the encoder output, and appends its own for the
   * positions of drafts, behind them. These are dropped before the verifying decoder goes on, so no
   * answer depends on them.
   */
  final class OtherDecoder implements Drafter {
    private final Decoder decoder;
    private final DecoderState state;
    private final TokenChooser chooser;

    /** Of the drafting decoder, in the caches of {@link #state}; null while the latter verifies. */
    private @Nullable DecoderState lent;

    /** Positions that all layers of the verifying decoder have run. */
    private int verified;

    OtherDecoder(Decoder decoder, DecoderState state, TokenChooser chooser) {
      this.decoder = decoder;
      this.state = state;
      this.chooser = chooser;
    }

    /** Before the first verification the layers have run different positions, so none drafts. */
    @Override
    public @Nullable SequenceStep draft(ExitQuestion early, ExitQuestion last, int unverified) {
      if (lent == null) {
        verified = state.selfCache(state.layers()).length();
      }
      if (verified == 0) {
        return null;
      }
      DecoderState drafting = lent == null ? lend() : lent;
      TokenSequence tokens = early.scoring().tokens();
      while (drafting.positions() < tokens.length()) {
        drafting.append(tokens.get(drafting.positions()));
      }
      lent = drafting;
      return PlainStep.ofDraft(drafting, early, chooser);
    }

    private DecoderState lend() {
      for (int layer = 1; layer <= state.layers(); layer++) {
        if (state.selfCache(layer).length() != verified) {
          throw new IllegalStateException("a layer has yet to run positions that another has run");
        }
      }
      return state.lend(decoder);
    }

    /**
     * Where drafts wait, the step may wait too, until those beside it have drafted what they can.
     */
    @Override
    public VerifyingStep verify(ExitQuestion last, int unverified, int drafts) {
      if (lent != null) {
        lent.truncate(verified);
        lent = null;
      }
      PlainStep newest = new PlainStep(state, last, chooser);
      return new VerifyingStep(newest, last, chooser, unverified).toTheEnd(drafts > 0);
    }

    /** What ran to its end has left no layer of the verifying decoder. */
    @Override
    public Draft drafted(int token, NextToken next) {
      Exit exit = next.exit();
      boolean whole = exit.layer() == state.layers();
      return new Draft(
          token,
          whole ? new Exit(0, exit.confidence(), exit.consulted()) : exit,
          new DraftCost(exit.layer(), next.exits().headLookups()));
    }
  }

  /**
   * Drafts by another model's decoder (assisted generation). It runs all its layers for a draft, on
   * keys and values of its own, which are made when it drafts first. Where verification wrote
   * another token, it goes back to the last one that it read and that stayed.
   */
  final class Assistant implements Drafter {
    private final Decoder decoder;
    private final Function<Decoder, DecoderState> begin;
    private final DecoderState state;
    private final TokenChooser chooser;
    private final ExitRule rule;

    /** Null until it drafts. */
    private @Nullable DecoderState own;

    /** Decoder inputs that it has read, drafts that were dropped since included. */
    private final List<Integer> read = new ArrayList<>();

    /** How many of them have stayed for good. */
    private int stay;

    Assistant(
        Decoder decoder,
        Function<Decoder, DecoderState> begin,
        DecoderState state,
        TokenChooser chooser) {
      this.decoder = decoder;
      this.begin = begin;
      this.state = state;
      this.chooser = chooser;
      this.rule = ExitRule.full(decoder.layerCount());
    }

    @Override
    public SequenceStep draft(ExitQuestion early, ExitQuestion last, int unverified) {
      DecoderState drafting = own == null ? begin.apply(decoder) : own;
      own = drafting;
      TokenSequence tokens = last.scoring().tokens();
      int same = stay;
      while (same < read.size() && read.get(same) == tokens.get(same)) {
        same++;
      }
      stay = Math.min(same, tokens.length() - unverified);
      drafting.truncate(same);
      read.subList(same, read.size()).clear();
      for (int at = same; at < tokens.length(); at++) {
        read.add(tokens.get(at));
      }
      drafting.append(read.subList(same, read.size()).stream().mapToInt(id -> id).toArray());
      return PlainStep.ofDraft(
          drafting,
          new ExitQuestion(
              rule, last.scoring(), last.greedy(), 0, ExitQuestion.Estimates.EVERYWHERE),
          chooser);
    }

    /** As with {@link OtherDecoder}, it may wait for those who still draft. */
    @Override
    public VerifyingStep verify(ExitQuestion last, int unverified, int drafts) {
      PlainStep newest = new PlainStep(state, last, chooser);
      return new VerifyingStep(newest, last, chooser, unverified).toTheEnd(drafts > 0);
    }

    @Override
    public Draft drafted(int token, NextToken next) {
      Exit exit = next.exit();
      return new Draft(
          token,
          new Exit(0, exit.confidence(), List.of()),
          new DraftCost(state.layers(), next.exits().headLookups()));
    }
  }
}
