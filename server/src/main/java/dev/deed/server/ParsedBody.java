package dev.deed.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Request;
import dev.deed.server.http.EventStream;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a body asks for.
 *
 * @param model the name of a served model; null where none is named
 * @param requests what is decoded, each for one or more answers
 * @param stream whether answers are sent as they come about
 * @param writer makes what writes the answer, for the model that gives it
 */
record ParsedBody(
    @Nullable String model,
    List<Request> requests,
    boolean stream,
    Function<ServedModel, AnswerWriter> writer) {

  /** Writes one answer; each request of the body is pending. */
  interface AnswerWriter {
    /** The whole answer. */
    ObjectNode whole(List<Pending> pending) throws InterruptedException;

    /** Adds all events of the answer to a stream, which it marks when everything is decoded. */
    void stream(EventStream stream, List<Pending> pending) throws IOException, InterruptedException;
  }
}
