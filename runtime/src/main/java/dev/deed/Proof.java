package dev.deed;

import dev.deed.files.Lifetime;
import dev.deed.model.spec.EncoderInput;
import dev.deed.tensor.WorkerTeam;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * Answers that can be checked: a receipt says what an answer came from, and a check asks the model
 * again, without decoding again. It encodes the input and runs all tokens through the decoder in
 * blocks, in which each has the bits of a generation at full depth: for every batch, number of
 * threads and vector width.
 *
 * <p>Answers are greedy or drawn, one sequence each; beams and several answers are refused. Methods
 * may be called from many threads.
 */
public final class Proof {
  private Proof() {}

  /**
   * Writes the receipt of an answer. The first of a model waits until its weights were read again;
   * they are read once.
   *
   * @param model that gave the answer
   * @param request that it was given to
   * @param answer with log-probabilities
   * @return the receipt
   * @throws InputException when the answer is not whole or tells no log-probabilities, beams or
   *     several answers were asked for, the model was opened with some tokens alone, or its folder
   *     was changed since it was opened
   * @throws CancellationException when the thread is interrupted
   */
  public static Receipt receipt(EncoderDecoderModel model, Request request, Generation answer) {
    InputException.requireField(
        answer.hasLogProbabilities() && answer.finish() != Finish.CANCELLED,
        "receipt",
        "is for whole answers that tell log_probs",
        "ask for them, or for no receipt");
    try (Lifetime.Use _ = model.internals().use()) {
      RequestPreparation preparation = model.internals().preparation();
      RequestPreparation.Checked checked = check(preparation, request);
      Input.Encoded known = request.input().encoded(preparation.encoder());
      EncoderInput read =
          known == null
              ? preparation.read(checked, EncoderInputs.Bounds.UNTIL_INTERRUPTED)
              : known.read();
      // An engine may allow fewer tokens than the settings do.
      int length = answer.tokens().size();
      int allowed = answer.finish() == Finish.LENGTH ? Math.max(1, length) : checked.newTokens();
      Fingerprints.Sums sums = model.internals().fingerprints().sums();
      return ReceiptSums.receipt(preparation, checked.withNewTokens(allowed), read, answer, sums);
    }
  }

  /**
   * Checks an answer.
   *
   * @param model that is asked, opened in the precision of the answer
   * @param request what was asked and how. The answer is held against full depth, and against what
   *     the request's exits emit where these decide its tokens
   * @param claim the answer, which may hold anything
   * @return what is untrue of it
   * @throws InputException when the request does not suit the model or asks for beams or several
   *     answers, or the model computes scores that are no numbers
   * @throws CancellationException when the thread is interrupted
   */
  public static ProofResult check(EncoderDecoderModel model, Request request, AnswerClaim claim) {
    try (Lifetime.Use _ = model.internals().use()) {
      return check(model, request, claim, model.internals().preparation().team());
    }
  }

  /** The same with other workers. */
  static ProofResult check(
      EncoderDecoderModel model, Request request, AnswerClaim claim, WorkerTeam team) {
    RequestPreparation preparation = model.internals().preparation();
    RequestPreparation.Checked checked = check(preparation, request);
    Input.Encoded encoded =
        Objects.requireNonNull(preparation.encode(request.input()).encoded(preparation.encoder()));
    Fingerprints.Sums sums =
        claim.receipt() == null ? null : model.internals().fingerprints().sums();
    return new AnswerReplay(preparation, checked, encoded, claim).result(team, sums);
  }

  private static RequestPreparation.Checked check(RequestPreparation preparation, Request request) {
    RequestPreparation.Checked checked = preparation.check(request);
    InputException.requireField(
        !checked.strategy().ranks(),
        "proof",
        "is for one greedy or drawn answer, not for beams or several answers",
        "ask for one answer without beams");
    InputException.requireField(
        preparation.exits().decoder().head().tokens() == null,
        "proof",
        "is not for a model that was opened with some tokens alone",
        "open it with all of them");
    return checked;
  }
}
