package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.Token;
import dev.deed.server.http.EventStream;
import dev.deed.server.serving.Pending;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends the choices of a stream: the first of each request as it comes about, others of the same
 * request once they are whole. Belongs to one thread.
 */
final class ChoiceStream implements Pending.Listener {
  private final EventStream stream;
  private final OpenAiAnswer answer;
  private final TokenTexts texts = new TokenTexts(this::tell);
  private @Nullable TokenProbabilities probabilities;
  private int index;
  private boolean begun;

  /** Whether tokens of the choice were told of one by one. */
  private boolean told;

  ChoiceStream(EventStream stream, OpenAiAnswer answer) {
    this.stream = stream;
    this.answer = answer;
  }

  /** The next request is followed. */
  void begin() {
    begun = false;
    told = false;
    probabilities = answer.probabilities();
  }

  private void send(ObjectNode choice) throws IOException {
    stream.add(null, answer.chunk(choice).toString());
  }

  private void beginChoice() throws IOException {
    if (!begun) {
      begun = true;
      ObjectNode first = answer.shape().first(index);
      if (first != null) {
        send(first);
      }
    }
  }

  @Override
  public void token(Token token, String text, boolean held) throws IOException {
    beginChoice();
    if (probabilities != null) {
      texts.token(token, text, held);
    } else {
      sendText(text);
    }
  }

  private void sendText(String text) throws IOException {
    if (!text.isEmpty()) {
      send(answer.shape().delta(index, text));
    }
  }

  private void tell(Token token, String text) throws IOException {
    told = true;
    ObjectNode probability = probabilities == null ? null : probabilities.of(token, text);
    if (probability != null) {
      send(answer.shape().delta(index, text).set("logprobs", probability));
    }
  }

  @Override
  public void end(String text) throws IOException {
    beginChoice();
    if (probabilities != null) {
      texts.end(text);
    } else {
      sendText(text);
    }
  }

  /** Ends the choice that was sent, and sends the request's others. */
  void end(Generation generation) throws IOException {
    List<GeneratedSequence> sequences = generation.sequences();
    for (int i = 0; i < sequences.size(); i++) {
      GeneratedSequence sequence = sequences.get(i);
      if (i > 0) {
        begin();
        beginChoice();
      }
      // Where tokens are searched for, the first answer is not told of token by token either.
      if (i > 0 || (probabilities != null && !told)) {
        sendWhole(sequence);
      }
      send(
          answer.traced(
              answer.shape().last(index, OpenAiAnswer.finish(sequence)), generation, sequence));
      index++;
    }
  }

  private void sendWhole(GeneratedSequence sequence) throws IOException {
    String text = sequence.text() == null ? "" : sequence.text();
    if (probabilities != null) {
      send(answer.shape().delta(index, text).set("logprobs", probabilities.of(sequence)));
    } else {
      sendText(text);
    }
  }
}
