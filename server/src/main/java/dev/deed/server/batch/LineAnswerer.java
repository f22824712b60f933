package dev.deed.server.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.Client;
import java.time.Duration;

/** Answers one line of a batch. Safe for use from many threads. */
@FunctionalInterface
public interface LineAnswerer {
  /**
   * Waits for the answer.
   *
   * @param url the path that the line names
   * @param body what would be sent there
   * @param time that is left
   * @return the answer that would come back
   * @throws dev.deed.server.http.ApiException for an answer that is an error; 429, 503 and 504 say
   *     that another time may do
   */
  ObjectNode answer(String url, ObjectNode body, Client client, Duration time)
      throws InterruptedException;
}
