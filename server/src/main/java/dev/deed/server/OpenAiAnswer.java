package dev.deed.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.Token;
import dev.deed.data.GenerationJson;
import dev.deed.server.http.EventStream;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import dev.deed.value.Drafts;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The answers to one body of OpenAI's interfaces. Belongs to one request. */
final class OpenAiAnswer implements ParsedBody.AnswerWriter {
  private final OpenAiShape shape;
  private final OpenAiSettings settings;

  /** Whether a stream ends with the number of tokens. */
  private final boolean usage;

  private final ServedModel model;
  private final String id;
  private final long created = Instant.now().getEpochSecond();
  private int promptTokens;
  private int completionTokens;
  private Drafts drafts = Drafts.NONE;

  OpenAiAnswer(OpenAiShape shape, OpenAiSettings settings, boolean usage, ServedModel model) {
    this.shape = shape;
    this.settings = settings;
    this.usage = usage;
    this.model = model;
    this.id = shape.prefix() + UUID.randomUUID().toString().replace("-", "");
  }

  @Override
  public ObjectNode whole(List<Pending> pending) throws InterruptedException {
    ObjectNode json = head(false);
    ArrayNode choices = json.putArray("choices");
    for (Pending one : pending) {
      Generation generation = one.await();
      count(generation, one.promptTokens());
      for (GeneratedSequence sequence : generation.sequences()) {
        choices.add(choice(choices.size(), generation, sequence));
      }
    }
    return withUsage(json);
  }

  @Override
  public void stream(EventStream stream, List<Pending> pending)
      throws IOException, InterruptedException {
    ChoiceStream choices = new ChoiceStream(stream);
    for (Pending one : pending) {
      Generation generation = one.follow(stream, choices);
      count(generation, one.promptTokens());
      choices.end(generation);
    }
    stream.markWhole();
    if (usage) {
      ObjectNode chunk = head(true);
      chunk.putArray("choices");
      stream.add(null, withUsage(chunk).toString());
    }
    stream.add(null, "[DONE]");
  }

  private void count(Generation generation, int prompt) {
    promptTokens += prompt;
    drafts = drafts.plus(Objects.requireNonNullElse(generation.drafts(), Drafts.NONE));
    generation.sequences().forEach(sequence -> completionTokens += sequence.tokens().size());
  }

  /** A part of a stream with one choice. */
  private ObjectNode chunk(ObjectNode choice) {
    ObjectNode chunk = head(true);
    chunk.putArray("choices").add(choice);
    if (usage) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private ObjectNode head(boolean stream) {
    return GenerationJson.object()
        .put("id", id)
        .put("object", shape.kind(stream))
        .put("created", created)
        .put("model", model.name());
  }

  private ObjectNode withUsage(ObjectNode answer) {
    ObjectNode usage =
        answer
            .putObject("usage")
            .put("prompt_tokens", promptTokens)
            .put("completion_tokens", completionTokens)
            .put("total_tokens", promptTokens + completionTokens);
    if (settings.options().prediction() != null) {
      usage
          .putObject("completion_tokens_details")
          .put("accepted_prediction_tokens", drafts.acceptedPredicted())
          .put("rejected_prediction_tokens", drafts.predicted() - drafts.acceptedPredicted());
    }
    return answer;
  }

  /** Tells how probable the tokens of a choice were; null where nobody asked for it. */
  private @Nullable TokenProbabilities probabilities() {
    Integer alternatives = settings.logprobs();
    return alternatives == null
        ? null
        : new TokenProbabilities(shape, alternatives, model.model().internals().tokenizer());
  }

  /** A choice of a whole answer. */
  private ObjectNode choice(int index, Generation generation, GeneratedSequence sequence) {
    ObjectNode choice = shape.choice(index, sequence);
    TokenProbabilities probabilities = probabilities();
    if (probabilities != null) {
      choice.set("logprobs", probabilities.of(sequence));
    }
    return traced(choice, generation, sequence);
  }

  /** Adds how a choice came about, where that was asked for. */
  private ObjectNode traced(ObjectNode choice, Generation generation, GeneratedSequence sequence) {
    if (settings.trace()) {
      ObjectNode line = GenerationJson.object();
      GenerationJson.write(generation, false, line);
      ObjectNode deed = choice.putObject("deed");
      sequence.exitLayers().forEach(deed.putArray("exit_layers")::add);
      ArrayNode confidences = deed.putArray("confidences");
      sequence.confidences().forEach(value -> confidences.add(GenerationJson.finite(value)));
      deed.setAll(line.retain("layers_run", "layer_passes", "head_lookups", "timing"));
    }
    return choice;
  }

  /**
   * Sends the choices of a stream: the first of each request as it comes about, others of the same
   * request once they are whole. Belongs to one thread.
   */
  private final class ChoiceStream implements Pending.Listener {
    private final EventStream stream;
    private @Nullable TokenProbabilities probabilities = probabilities();
    private int index;

    /** Whether a token of the choice has come. */
    private boolean hasBegun;

    ChoiceStream(EventStream stream) {
      this.stream = stream;
    }

    @Override
    public void token(Token token, String text) throws IOException {
      begin();
      send(text, probabilities == null ? null : probabilities.of(token, text));
    }

    private void begin() throws IOException {
      if (!hasBegun) {
        hasBegun = true;
        ObjectNode first = shape.first(index);
        if (first != null) {
          send(first);
        }
      }
    }

    /** Sends a part of a choice, nothing where there is none. */
    private void send(String text, @Nullable ObjectNode logprobs) throws IOException {
      ObjectNode delta = shape.delta(index, text);
      if (logprobs != null) {
        send(delta.set("logprobs", logprobs));
      } else if (!text.isEmpty()) {
        send(delta);
      }
    }

    private void send(ObjectNode choice) throws IOException {
      stream.add(null, chunk(choice).toString());
    }

    /** Ends the choice whose tokens came, and sends the request's others. */
    void end(Generation generation) throws IOException {
      for (GeneratedSequence sequence : generation.sequences()) {
        // Where tokens are searched for, those of the first do not come one by one either.
        if (!hasBegun) {
          begin();
          String text = sequence.text() == null ? "" : sequence.text();
          send(text, probabilities == null ? null : probabilities.of(sequence));
        }
        send(traced(shape.last(index, sequence), generation, sequence));
        index++;
        hasBegun = false;
        probabilities = probabilities();
      }
    }
  }
}
