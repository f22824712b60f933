package dev.deed.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.TranscriptJson;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.EventStream;
import dev.deed.server.http.Exchange;
import dev.deed.server.http.MultipartForm;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.server.serving.ServedAsker;
import dev.deed.server.serving.ServedModel;
import dev.deed.server.serving.Traces;
import dev.deed.speech.Recording;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionListener;
import dev.deed.value.InputException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Transcribes recordings: each window is a request of its own to the engine of the model, so that a
 * long recording holds up no other client.
 *
 * @param task what is written of the speech
 * @param aligns whether the form states what is said, whose words get times
 */
record TranscriptionEndpoint(
    Service service, SpeechTask task, boolean aligns, RecordingReaders readers)
    implements Endpoint {
  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    service.models().requireServing();
    TranscriptionForm form =
        MultipartForm.of(exchange, fields -> TranscriptionForm.read(fields, task, aligns));
    service.run(
        exchange,
        form.model(),
        served -> {
          try {
            answer(exchange, form, served);
          } catch (InputException e) {
            // The form calls the sound its file.
            throw "audio".equals(e.field()) ? e.about("file") : e;
          }
        });
  }

  private void answer(Exchange exchange, TranscriptionForm form, ServedModel served)
      throws IOException, InterruptedException {
    ServedAsker asker = served.asker(exchange.client(), Integer.MAX_VALUE);
    Transcriber transcriber = Transcriber.of(served.model(), asker);
    transcriber.check(form.options());
    Traces traces = service.meters().traces();
    Recording recording;
    try (Closeable _ = traces.stage("read")) {
      recording =
          readers.read(
              transcriber,
              Recording.of(form.sound()).withMostSeconds(service.mostSeconds()),
              form.options(),
              asker.left());
    }
    exchange.takeMemory(recording.bytes());
    try (Closeable _ = traces.stage("decode")) {
      if (form.stream()) {
        Deltas deltas = new Deltas(exchange.stream(), form, tokenizer(served));
        stream(deltas, transcriber, recording, one -> traces.window(one) && deltas.window(one));
      } else {
        Transcript transcript = transcriber.transcribe(recording, form.options(), traces::window);
        exchange.markWhole();
        if (transcript.warning() != null) {
          exchange.header("X-Deed-Warning", transcript.warning());
        }
        exchange.send(
            200,
            form.format().mediaType(),
            content(form, transcript, tokenizer(served)).getBytes(StandardCharsets.UTF_8));
      }
    }
    asker.recordTimes();
  }

  /** There is one where a transcriber is. */
  private static Tokenizer tokenizer(ServedModel served) {
    return Objects.requireNonNull(served.model().internals().tokenizer());
  }

  private static void addProbabilities(
      TranscriptionForm form,
      List<TranscriptSegment> segments,
      Tokenizer tokenizer,
      ObjectNode to) {
    if (form.logProbabilities()) {
      ArrayNode list = to.putArray("logprobs");
      segments.forEach(segment -> TokenProbabilities.add(list, segment, tokenizer));
    }
  }

  private static String content(
      TranscriptionForm form, Transcript transcript, Tokenizer tokenizer) {
    boolean words = form.options().tellsWords();
    return switch (form.format()) {
      case JSON -> {
        ObjectNode json = TranscriptJson.plain(transcript, words);
        addProbabilities(form, transcript.segments(), tokenizer, json);
        yield withUsage(json, transcript).toString();
      }
      case DIARIZED_JSON -> withUsage(TranscriptJson.diarized(transcript), transcript).toString();
      case VERBOSE_JSON ->
          withUsage(TranscriptJson.verbose(transcript, form.segments(), words), transcript)
              .toString();
      case TEXT, SRT, VTT -> form.format().write(transcript, false, false, form.layout());
    };
  }

  private static ObjectNode withUsage(ObjectNode json, Transcript transcript) {
    json.putObject("usage")
        .put("type", "duration")
        .put("seconds", (long) Math.ceil(transcript.seconds()));
    return json;
  }

  private static void stream(
      Deltas to, Transcriber transcriber, Recording recording, TranscriptionListener listener)
      throws IOException {
    EventStream stream = to.stream;
    Transcript transcript;
    try {
      transcript = transcriber.transcribe(recording, to.form.options(), listener);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    stream.markWhole();
    ObjectNode done = event("transcript.text.done").put("text", transcript.text());
    addProbabilities(to.form, transcript.segments(), to.tokenizer, done);
    TranscriptJson.addWarning(transcript, done);
    stream.add(null, withUsage(done, transcript).toString());
    stream.end();
  }

  private static ObjectNode event(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  /** Sends the text of each window when it is there. */
  private static final class Deltas implements TranscriptionListener {
    private final EventStream stream;
    private final TranscriptionForm form;
    private final Tokenizer tokenizer;
    private boolean hasText;

    Deltas(EventStream stream, TranscriptionForm form, Tokenizer tokenizer) {
      this.stream = stream;
      this.form = form;
      this.tokenizer = tokenizer;
    }

    @Override
    public boolean window(Progress progress) {
      try {
        for (TranscriptSegment segment : progress.segments()) {
          String text = hasText ? segment.text() : segment.text().stripLeading();
          if (!text.isEmpty()) {
            hasText = true;
            ObjectNode delta = event("transcript.text.delta").put("delta", text);
            delta
                .put("start", segment.start())
                .put("end", segment.end())
                .put("done_seconds", progress.doneSeconds())
                .put("total_seconds", progress.totalSeconds());
            segment.exitLayers().forEach(delta.putArray("exit_layers")::add);
            addProbabilities(form, List.of(segment), tokenizer, delta);
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
