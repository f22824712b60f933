package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import java.util.Set;

/** Generates the answers of lines: of all whose model is for no other task. */
public final class GenerateType extends TaskType {
  /** What help says of it. */
  public static final String HELP = "Decodes inputs: one from options, or many from JSON Lines.";

  public GenerateType() {
    super("generate", HELP, Set.of("text"), LineOptions.SETTINGS, InputLine.FIELDS);
  }

  @Override
  public boolean isAnswer(JsonNode line) {
    return line.path("token_ids").isArray() && line.path("finish").isTextual();
  }

  @Override
  public Task of(EncoderDecoderModel model, Asker asker, LineOptions options) {
    return new GenerateTask(model, asker, options, null, LineInputs::input);
  }
}
