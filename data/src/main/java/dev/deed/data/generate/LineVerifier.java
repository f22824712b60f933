package dev.deed.data.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.AnswerClaim;
import dev.deed.GenerationOptions;
import dev.deed.data.Fields;
import dev.deed.data.InputLine;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer with the settings that it is checked with: those that its receipt states, under those
 * of whoever checks it, under those of the input's line.
 *
 * @param stated what the receipt states; empty without any
 */
public record LineVerifier(AnswerClaim claim, ObjectNode stated, GenerationOptions options) {
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
    ObjectNode stated =
        answer.path("receipt").path("stated") instanceof ObjectNode object
            ? object
            : GenerationJson.object();
    Fields fields = new Fields(origin, "receipt.stated.", stated);
    ExitSettings exits = fields.exits("exits");
    ObjectNode generation = fields.object("generation");
    List<String> stop = fields.texts("stop");
    ObjectNode merged = generation == null ? GenerationJson.object() : generation.deepCopy();
    merged.setAll(options.generation());
    LineOptions all =
        new LineOptions(
            exits == null ? options.exits() : exits.overriddenBy(options.exits()),
            merged,
            options.stop().isEmpty() && stop != null ? stop : options.stop(),
            true,
            false,
            null);
    return new LineVerifier(claim, stated, line == null ? all.withoutLine() : all.of(line));
  }
}
