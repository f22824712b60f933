package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.Request;
import dev.deed.data.InputLine;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineResult;
import dev.deed.server.http.EventStream;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;
import java.util.List;

/** The answer of {@code /v1/generate}: a line of the output format, or an event for each token. */
record LineAnswer(InputLine line, Request request, boolean trace, ServedModel served)
    implements ParsedBody.AnswerWriter {
  @Override
  public ObjectNode whole(List<Pending> pending) throws InterruptedException {
    Generation generation = pending.getFirst().await();
    ObjectNode json = json(generation);
    if (trace) {
      TokenJson.putAlternatives(json, generation.tokens());
    }
    return json;
  }

  @Override
  public void stream(EventStream stream, List<Pending> pending)
      throws IOException, InterruptedException {
    TokenJson json = TokenJson.of(served, request, trace);
    Pending.Listener tokens = (token, text) -> stream.add("token", json.of(token, text).toString());
    Generation generation = pending.getFirst().follow(stream, tokens);
    stream.markWhole();
    stream.add("done", json(generation).toString());
  }

  private ObjectNode json(Generation generation) {
    ObjectNode json = GenerationJson.object();
    GenerationJson.write(new LineResult.Decoded(line, generation), trace, json);
    return json;
  }
}
