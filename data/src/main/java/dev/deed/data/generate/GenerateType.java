package dev.deed.data.generate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.data.InputLine;
import dev.deed.data.LineInputs;
import dev.deed.value.TaskSetting;
import java.util.List;
import java.util.Set;

/** Generates the answers of lines. */
public final class GenerateType implements TaskType {
  @Override
  public String name() {
    return "generate";
  }

  @Override
  public String help() {
    return "Generates answers.";
  }

  /** What no other type is for is generated from. */
  @Override
  public boolean isFor(EncoderDecoderModel model) {
    return false;
  }

  @Override
  public Set<String> fields() {
    return InputLine.FIELDS;
  }

  @Override
  public List<TaskSetting<?, ?>> settings() {
    return List.of();
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
