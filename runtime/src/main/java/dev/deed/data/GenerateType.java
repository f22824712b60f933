package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.value.TaskSetting;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Generates the answers of lines: of all whose model is for no other task. */
public final class GenerateType implements TaskType {
  /** What help says of it. */
  public static final String HELP = "Decodes inputs: one from options, or many from JSON Lines.";

  private static final Set<String> FIELDS =
      Stream.concat(InputLine.FIELDS.stream(), LineOptions.SETTINGS.stream().map(TaskSetting::name))
          .collect(Collectors.toUnmodifiableSet());

  @Override
  public String name() {
    return "generate";
  }

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Set<String> fields() {
    return FIELDS;
  }

  @Override
  public List<TaskSetting<?, ?>> settings() {
    return List.copyOf(LineOptions.SETTINGS);
  }

  @Override
  public boolean isAnswer(JsonNode line) {
    return line.path("token_ids").isArray() && line.path("finish").isTextual();
  }

  @Override
  public Set<String> begins() {
    return Set.of("text");
  }

  @Override
  public Task of(EncoderDecoderModel model, Asker asker, LineOptions options) {
    return new GenerateTask(model, asker, options, null, LineInputs::input);
  }
}
