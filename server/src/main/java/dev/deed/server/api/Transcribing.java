package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EngineFullException;
import dev.deed.data.transcript.TranscriptJson;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.EventStream;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.MultipartForm;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.server.serving.Refusals;
import dev.deed.server.serving.ServedModel;
import dev.deed.server.serving.Transcription;
import dev.deed.speech.Recording;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionListener;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/**
 * Transcribes recordings: each window is a request of its own to the engine of the model, so that a
 * long recording holds up no other client.
 *
 * @param task what is written of the speech
 */
record Transcribing(Service service, SpeechTask task, RecordingReaders readers)
    implements Endpoint {
  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    service.models().requireServing();
    TranscriptionQuestion question =
        MultipartForm.of(exchange, form -> TranscriptionQuestion.read(form, task));
    try (ServedModel.Use use = service.models().use(question.model())) {
      exchange.model(use.served().name());
      try (ListeningClient client = new ListeningClient(exchange, service.meters())) {
        try {
          answer(exchange, question, use.served(), client);
        } catch (InputException e) {
          throw refusal(e, use.served());
        } catch (EngineFullException e) {
          throw Refusals.of(e);
        } catch (CancellationException | InterruptedException e) {
          throw client.ended(e);
        } catch (CompletionException e) {
          throw client.failed(e);
        }
      }
    }
  }

  private void answer(
      Exchange exchange, TranscriptionQuestion question, ServedModel served, ListeningClient client)
      throws IOException, InterruptedException {
    Transcription transcription = served.transcription();
    Transcriber transcriber = Transcriber.of(served.model(), transcription);
    transcriber.check(question.options());
    Recording recording =
        readers.read(
            transcriber,
            Recording.of(question.sound()).withMostSeconds(service.mostSeconds()),
            transcription.left());
    exchange.take(recording.bytes());
    if (question.stream()) {
      stream(exchange, question, served, transcriber, recording, client);
    } else {
      Transcript transcript = transcriber.transcribe(recording, question.options());
      client.whole();
      if (transcript.warning() != null) {
        exchange.header("X-Deed-Warning", transcript.warning());
      }
      exchange.send(
          200,
          question.format().mediaType(),
          content(question, transcript).getBytes(StandardCharsets.UTF_8));
    }
    transcription.ended();
  }

  private static String content(TranscriptionQuestion question, Transcript transcript) {
    boolean words = question.options().wordTimes();
    return switch (question.format()) {
      case JSON -> withUsage(TranscriptJson.plain(transcript, words), transcript).toString();
      case VERBOSE_JSON ->
          withUsage(TranscriptJson.verbose(transcript, question.segments(), words), transcript)
              .toString();
      case TEXT, SRT, VTT -> question.format().write(transcript, false, false);
    };
  }

  private static ObjectNode withUsage(ObjectNode json, Transcript transcript) {
    json.putObject("usage")
        .put("type", "duration")
        .put("seconds", (long) Math.ceil(transcript.seconds()));
    return json;
  }

  private static void stream(
      Exchange exchange,
      TranscriptionQuestion question,
      ServedModel served,
      Transcriber transcriber,
      Recording recording,
      ListeningClient client)
      throws IOException {
    EventStream stream = exchange.stream();
    try {
      Transcript transcript =
          transcriber.transcribe(recording, question.options(), new Deltas(stream));
      client.whole();
      ObjectNode done = event("transcript.text.done").put("text", transcript.text());
      TranscriptJson.addWarning(transcript, done);
      stream.add(null, withUsage(done, transcript).toString());
      stream.end();
    } catch (UncheckedIOException e) {
      client.clientLeft();
      throw e.getCause();
    } catch (InputException e) {
      stream.fail(refusal(e, served));
    } catch (CompletionException e) {
      stream.fail(client.failed(e));
    } catch (CancellationException e) {
      stream.fail(client.ended(e));
    }
  }

  /** The form calls the sound its file. */
  private static ApiException refusal(InputException e, ServedModel served) {
    return Refusals.of("audio".equals(e.field()) ? e.about("file") : e, served);
  }

  private static ObjectNode event(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  /** Sends the text of each window when it is there. */
  private static final class Deltas implements TranscriptionListener {
    private final EventStream stream;
    private boolean begun;

    Deltas(EventStream stream) {
      this.stream = stream;
    }

    @Override
    public boolean window(Progress progress) {
      try {
        for (TranscriptSegment segment : progress.segments()) {
          String text = begun ? segment.text() : segment.text().stripLeading();
          if (!text.isEmpty()) {
            begun = true;
            ObjectNode delta = event("transcript.text.delta").put("delta", text);
            delta
                .put("start", segment.start())
                .put("end", segment.end())
                .put("done_seconds", progress.doneSeconds())
                .put("total_seconds", progress.totalSeconds());
            segment.exitLayers().forEach(delta.putArray("exit_layers")::add);
            stream.add(null, delta.toString());
          }
        }
        if (progress.segments().isEmpty()) {
          stream.ping();
        }
        stream.flush();
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
