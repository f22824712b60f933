package dev.deed.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.MessageSocket;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.server.serving.ServedAsker;
import dev.deed.server.serving.ServedModel;
import dev.deed.server.serving.Traces;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.Client;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Transcribes the turns of a session, on a thread of its own. While one goes on its sound so far is
 * decoded now and then, when nobody asks the engine; each such draft is the prediction of the next,
 * and words that two in a row begin with are told. The session's thread calls it.
 */
final class LiveTurns {
  /** Positions that the encoder reads of a draft's silence: all of it costs twice as much. */
  private static final int MARGIN = 400;

  /** A turn. What was told of it, and heard last, belongs to the thread that decodes. */
  static final class Item {
    final String id = "item_" + UUID.randomUUID();
    final @Nullable String previous;
    private String sent = "";
    private String heard = "";

    Item(@Nullable String previous) {
      this.previous = previous;
    }
  }

  private final Service service;
  private final RecordingReaders readers;
  private final Client client;
  private final MessageSocket socket;
  private final Traces.Later spans;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("deed-turns").factory());

  private Future<?> draft = CompletableFuture.completedFuture(null);
  private Future<?> turn = draft;
  private volatile boolean hasLeft;

  LiveTurns(Service service, RecordingReaders readers, RealtimeSession.Caller caller) {
    this.service = service;
    this.readers = readers;
    this.client = caller.client();
    this.socket = caller.socket();
    this.spans = caller.spans();
  }

  /** Whether neither this session nor anybody else has work for the engine of a model. */
  boolean isIdle(String model) {
    try {
      return isOver() && !service.models().loaded(model).holdsMoreThan(0);
    } catch (ApiException e) {
      return false;
    }
  }

  /** Whether it has nothing more to do. */
  boolean isOver() {
    return turn.isDone() && draft.isDone();
  }

  /** Begins to decode a turn that goes on; what fails is told of at its end. */
  void draft(Item item, RealtimeSettings settings, byte[] sound) {
    long since = System.nanoTime();
    Recording recording = settings.coding().recording(sound);
    draft =
        thread.submit(
            () -> {
              try (ServedModel.Use use = service.models().use(settings.model());
                  Closeable _ = spans.begin("draft", settings.model(), since)) {
                TranscriptionOptions quick =
                    settings.options().withTemperatures(List.of(0.0)).withAudioContext(MARGIN);
                String heard =
                    hasLeft ? "" : transcribe(use.served(), item, quick, recording).text();
                String before = item.heard;
                item.heard = heard;
                tell(item, firstWords(before, heard));
              } catch (RuntimeException | IOException | InterruptedException e) {
                // The next one tries again.
              }
            });
  }

  /**
   * Tells of a turn that is over and transcribes it, once the last one is done.
   *
   * @throws ApiException when the model is not there, or the server ends
   */
  void finish(Item item, RealtimeSettings settings, byte[] sound)
      throws IOException, InterruptedException {
    long since = System.nanoTime();
    Recording recording = settings.coding().recording(sound);
    draft.cancel(true);
    await();
    ServedModel.Use use = service.models().use(settings.model());
    turn =
        thread.submit(
            () -> {
              try (use;
                  Closeable _ = spans.begin("turn", settings.model(), since)) {
                finish(use.served(), item, settings.options(), recording);
              }
              return null;
            });
  }

  private void finish(
      ServedModel served, Item item, TranscriptionOptions options, Recording recording)
      throws IOException, InterruptedException {
    if (hasLeft) {
      return;
    }
    try {
      tellCommitted(item);
      Transcript whole = transcribe(served, item, options, recording);
      tell(item, whole.text());
      ObjectNode completed = event(item, "completed").put("transcript", whole.text());
      completed.putObject("usage").put("type", "duration").put("seconds", whole.seconds());
      RealtimeSession.send(socket, completed);
    } catch (RuntimeException | InterruptedException e) {
      ApiException why = Pending.refusal(e, served, service.meters());
      service.meters().traces().failed(why.status());
      ObjectNode failed = event(item, "failed");
      failed.set("error", why.json().path("error"));
      RealtimeSession.send(socket, failed);
    }
  }

  private void tellCommitted(Item item) throws IOException, InterruptedException {
    for (String type :
        List.of(
            "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done")) {
      ObjectNode event = RealtimeSession.event(type).put("previous_item_id", item.previous);
      if (type.endsWith("committed")) {
        event.put("item_id", item.id);
      } else {
        ObjectNode sent = event.putObject("item").put("id", item.id).put("object", "realtime.item");
        sent.put("type", "message").put("status", "completed").put("role", "user");
        sent.putArray("content").addObject().put("type", "input_audio").putNull("transcript");
      }
      RealtimeSession.send(socket, event);
    }
  }

  /** The words with which both texts begin. */
  static String firstWords(String one, String other) {
    String text = other + " ";
    int end = Arrays.mismatch((one + " ").toCharArray(), text.toCharArray());
    return text.substring(0, Math.max(0, text.lastIndexOf(' ', end < 0 ? text.length() : end - 1)));
  }

  /** Tells what a text adds to what was told; nothing where it begins otherwise. */
  private void tell(Item item, String text) throws IOException, InterruptedException {
    String before = item.sent;
    if (text.length() > before.length() && text.startsWith(before)) {
      item.sent = text;
      String more = text.substring(before.length());
      RealtimeSession.send(socket, event(item, "delta").put("delta", more));
    }
  }

  private static ObjectNode event(Item item, String what) {
    return RealtimeSession.event("conversation.item.input_audio_transcription." + what)
        .put("item_id", item.id)
        .put("content_index", 0);
  }

  private Transcript transcribe(
      ServedModel served, Item item, TranscriptionOptions options, Recording recording)
      throws IOException, InterruptedException {
    Traces traces = service.meters().traces();
    ServedAsker windows = served.asker(client, Integer.MAX_VALUE);
    Transcriber transcriber = Transcriber.of(served.model(), windows);
    Recording sound;
    try (Closeable _ = traces.stage("read")) {
      sound = readers.read(transcriber, recording, options, windows.left());
    }
    ExitSettings exits = served.model().internals().resolvedExits(options.generation().exits());
    Boolean lossless = exits.get(ExitSetting.LOSSLESS);
    // A prediction implies lossless exits: beside others it would change the answer.
    boolean isFull = lossless == null && exits.get(ExitSetting.POLICY) == ExitPolicy.FULL;
    boolean isUsed = !item.heard.isEmpty() && (isFull || Boolean.TRUE.equals(lossless));
    TranscriptionOptions predicting =
        isUsed ? options.withGeneration(options.generation().withPrediction(item.heard)) : options;
    try (Closeable _ = traces.stage("decode")) {
      return transcriber.transcribe(sound, predicting, traces::window);
    } finally {
      windows.recordTimes();
    }
  }

  /** Waits for the turn that is over. */
  void await() throws IOException, InterruptedException {
    try {
      turn.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException ours) {
        throw ours;
      }
      throw new IOException(e);
    }
  }

  /** Gives up what is left: nobody is there to be told. */
  void leave() {
    hasLeft = true;
    thread.shutdownNow().forEach(Runnable::run);
  }
}
