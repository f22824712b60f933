package dev.deed.decode;

import dev.deed.decode.draft.DraftDecoder;
import dev.deed.decode.exit.ExitQuestion;
import dev.deed.model.Decoder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who makes the drafts of a {@link DraftChain}: the layers that verify them, the same in narrow
 * weights, or another model, whose steps run on a state of its own. A text that drafts is none,
 * since it needs no step: it is one more source of {@link dev.deed.decode.draft.DraftPlan#copies}.
 * Belongs to one sequence.
 */
sealed interface Drafter permits OwnLayers, OtherDecoder, Assistant {
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
}
