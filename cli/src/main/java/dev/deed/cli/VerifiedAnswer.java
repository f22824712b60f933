package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.Proof;
import dev.deed.ProofResult;
import dev.deed.Request;
import dev.deed.data.generate.LineVerifier;
import dev.deed.data.generate.ProofJson;
import dev.deed.value.InputException;

/**
 * An answer that is to be checked.
 *
 * @param out names it; gets what came of the check
 * @param input that was answered
 * @param answer what it says, and the settings that it is checked with
 */
record VerifiedAnswer(ObjectNode out, Input input, LineVerifier answer) {
  /**
   * Asks the model.
   *
   * @throws InputException when the input does not suit it
   */
  ProofResult check(EncoderDecoderModel model) {
    Request request = new Request(input, answer.options());
    ProofResult result = Proof.check(model, request, answer.claim());
    ProofJson.write(result, out);
    if (!answer.stated().isEmpty()) {
      out.set("settings", answer.stated());
    }
    return result;
  }
}
