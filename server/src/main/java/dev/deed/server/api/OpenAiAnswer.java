package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.data.generate.GenerationJson;
import dev.deed.server.serving.ServedModel;
import dev.deed.value.Finish;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the answers to one body of OpenAI's interface have in common. Belongs to one request. */
final class OpenAiAnswer {
  private final OpenAiShape shape;
  private final Question question;
  private final ServedModel model;
  private final String id;
  private final long created = Instant.now().getEpochSecond();
  private int promptTokens;
  private int completionTokens;

  OpenAiAnswer(OpenAiShape shape, Question question, ServedModel model) {
    this.shape = shape;
    this.question = question;
    this.model = model;
    this.id = shape.prefix() + UUID.randomUUID().toString().replace("-", "");
  }

  OpenAiShape shape() {
    return shape;
  }

  /** Counts the tokens of an answer. */
  void count(Generation generation, int prompt) {
    promptTokens += prompt;
    for (GeneratedSequence sequence : generation.sequences()) {
      completionTokens += sequence.tokens().size();
    }
  }

  /** The whole answer, to which choices are added. */
  ObjectNode whole() {
    return head(false);
  }

  /** A part of a stream with one choice. */
  ObjectNode chunk(ObjectNode choice) {
    ObjectNode chunk = head(true);
    chunk.putArray("choices").add(choice);
    if (question.usage()) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  /** The last part of a stream, with the number of tokens. */
  ObjectNode usageChunk() {
    ObjectNode chunk = head(true);
    chunk.putArray("choices");
    return withUsage(chunk);
  }

  private ObjectNode head(boolean stream) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", shape.object(stream))
        .put("created", created)
        .put("model", model.name());
  }

  ObjectNode withUsage(ObjectNode answer) {
    answer
        .putObject("usage")
        .put("prompt_tokens", promptTokens)
        .put("completion_tokens", completionTokens)
        .put("total_tokens", promptTokens + completionTokens);
    return answer;
  }

  /** Why a choice ended, as OpenAI calls it. */
  static String finish(GeneratedSequence sequence) {
    return sequence.finish() == Finish.LENGTH ? "length" : "stop";
  }

  /** Tells how probable the tokens of a choice were; null where nobody asked for it. */
  @Nullable TokenProbabilities probabilities() {
    Integer alternatives = question.logprobs();
    return alternatives == null
        ? null
        : new TokenProbabilities(shape, alternatives, model.model().internals().tokenizer());
  }

  /** A choice of a whole answer. */
  ObjectNode choice(int index, Generation generation, GeneratedSequence sequence) {
    ObjectNode choice = shape.choice(index, sequence.text(), finish(sequence));
    TokenProbabilities probabilities = probabilities();
    if (probabilities != null) {
      choice.set("logprobs", probabilities.of(sequence));
    }
    return traced(choice, generation, sequence);
  }

  /** Adds how a choice came about, where that was asked for. */
  ObjectNode traced(ObjectNode choice, Generation generation, GeneratedSequence sequence) {
    if (question.trace()) {
      ObjectNode line = GenerationJson.object();
      GenerationJson.write(generation, false, line);
      ObjectNode deed = choice.putObject("deed");
      ArrayNode layers = deed.putArray("exit_layers");
      sequence.exitLayers().forEach(layers::add);
      ArrayNode confidences = deed.putArray("confidences");
      for (double confidence : sequence.confidences()) {
        if (Double.isFinite(confidence)) {
          confidences.add(confidence);
        } else {
          confidences.addNull();
        }
      }
      for (String name : new String[] {"layers_run", "layer_passes", "head_lookups", "timing"}) {
        deed.set(name, line.get(name));
      }
    }
    return choice;
  }
}
