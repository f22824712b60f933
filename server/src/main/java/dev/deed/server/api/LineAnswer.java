package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.data.InputLine;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineResult;
import dev.deed.server.http.EventStream;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** The answer of {@code /v1/generate}: a line of the output format, or an event for each token. */
record LineAnswer(Question question, ServedModel served) implements Asking.Answer {
  @Override
  public ObjectNode whole(List<Pending> pending) throws InterruptedException {
    Generation generation = pending.getFirst().await();
    ObjectNode line = line(generation);
    if (question.trace()) {
      TokenJson.putAlternatives(line, generation.tokens());
    }
    return line;
  }

  @Override
  public void stream(EventStream stream, List<Pending> pending, Cancellation cancellation)
      throws IOException, InterruptedException {
    TokenJson json =
        question.trace()
            ? TokenJson.traced(served, question.requests().getFirst())
            : TokenJson.plain(question.requests().getFirst());
    TokenTexts tokens =
        new TokenTexts((token, text) -> stream.add("token", json.of(token, text).toString()));
    Generation generation = pending.getFirst().follow(stream, tokens);
    cancellation.whole();
    stream.add("done", line(generation).toString());
  }

  private ObjectNode line(Generation generation) {
    InputLine line = Objects.requireNonNull(question.line());
    ObjectNode json = GenerationJson.object();
    GenerationJson.write(new LineResult.Decoded(line, generation), question.trace(), json);
    return json;
  }
}
