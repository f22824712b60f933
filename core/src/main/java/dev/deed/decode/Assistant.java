package dev.deed.decode;

import dev.deed.decode.draft.DraftCost;
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
 * Drafts by another model's decoder (assisted generation). It runs all its layers for a draft, on
 * keys and values of its own, which are made when it drafts first. Where verification wrote another
 * token, it goes back to the last one that it read and that stayed.
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
        new ExitQuestion(rule, last.scoring(), last.greedy(), 0, ExitQuestion.Estimates.EVERYWHERE),
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
