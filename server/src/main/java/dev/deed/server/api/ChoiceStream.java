package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.Token;
import dev.deed.server.http.EventStream;
import dev.deed.server.serving.Pending;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sends the choices of a stream: the first of each request as it comes about, others of the same
 * request once they are whole. Belongs to one thread.
 */
final class ChoiceStream implements Pending.Listener {
  private final EventStream stream;
  private final OpenAiAnswer answer;
  private @Nullable TokenProbabilities probabilities;
  private int index;

  /** Whether a token of the choice has come. */
  private boolean begun;

  ChoiceStream(EventStream stream, OpenAiAnswer answer) {
    this.stream = stream;
    this.answer = answer;
    this.probabilities = answer.probabilities();
  }

  @Override
  public void token(Token token, String text) throws IOException {
    begin();
    send(text, probabilities == null ? null : probabilities.of(token, text));
  }

  private void begin() throws IOException {
    if (!begun) {
      begun = true;
      ObjectNode first = answer.shape().first(index);
      if (first != null) {
        send(first);
      }
    }
  }

  /** Sends a part of a choice, nothing where there is none. */
  private void send(String text, @Nullable ObjectNode logprobs) throws IOException {
    ObjectNode delta = answer.shape().delta(index, text);
    if (logprobs != null) {
      send(delta.set("logprobs", logprobs));
    } else if (!text.isEmpty()) {
      send(delta);
    }
  }

  private void send(ObjectNode choice) throws IOException {
    stream.add(null, answer.chunk(choice).toString());
  }

  /** Ends the choice whose tokens came, and sends the request's others. */
  void end(Generation generation) throws IOException {
    for (GeneratedSequence sequence : generation.sequences()) {
      // Where tokens are searched for, those of the first do not come one by one either.
      if (!begun) {
        begin();
        String text = sequence.text() == null ? "" : sequence.text();
        send(text, probabilities == null ? null : probabilities.of(sequence));
      }
      send(answer.traced(answer.shape().last(index, sequence), generation, sequence));
      index++;
      begun = false;
      probabilities = answer.probabilities();
    }
  }
}
