package dev.deed.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.AnswerClaim;
import dev.deed.GenerationOptions;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer with the settings that it is checked with: those that its receipt states, under those
 * of whoever checks it, under those of the input's line.
 *
 * @param settings what the receipt states; empty without any
 */
public record LineVerifier(AnswerClaim claim, ObjectNode settings, GenerationOptions options) {
  /**
   * @param origin what errors call the answer
   * @param answer a line of output
   * @param line that was answered; null: it had no settings of its own
   * @param options of whoever checks
   * @throws InputException when the line is no answer, or its receipt states what are no settings
   */
  public static LineVerifier of(
      String origin, ObjectNode answer, @Nullable InputLine line, LineOptions options) {
    AnswerClaim claim = ProofJson.claim(origin, answer);
    ObjectNode settings =
        answer.path("receipt").path("stated") instanceof ObjectNode object
            ? object
            : GenerationJson.object();
    Fields fields = new Fields(origin, "receipt.stated.", settings);
    ExitSettings exits = fields.exits("exits");
    ObjectNode generation = fields.object("generation");
    List<String> stop = fields.texts("stop");
    GenerationOptions own = options.options();
    GenerationOptions all =
        GenerationOptions.defaults()
            .withExits(exits == null ? own.exits() : exits.overriddenBy(own.exits()))
            .withSettings(JsonValues.of(generation))
            .withSettings(own.settings())
            .withStop(own.stop().isEmpty() && stop != null ? stop : own.stop());
    return new LineVerifier(
        claim, settings, line == null ? all : new LineOptions(all).of(line).options());
  }
}
