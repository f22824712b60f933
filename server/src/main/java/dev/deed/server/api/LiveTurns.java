package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.server.http.ApiException;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.server.serving.ServedModel;
import dev.deed.server.serving.Transcription;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.Client;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Transcribes the turns of a session, one after the other. While one goes on its sound so far is
 * decoded now and then, when nobody else asks the engine; each such draft is the prediction of the
 * next, and words that two in a row begin with are told. The session's thread calls it; decoding
 * has a thread of its own.
 */
final class LiveTurns {
  /** Turns that are over and not transcribed; then the session takes no more sound. */
  private static final int MOST_WAITING = 2;

  private static final String TRANSCRIPTION = "conversation.item.input_audio_transcription.";

  /** Where events go. */
  interface Events {
    void send(ObjectNode event) throws IOException, InterruptedException;
  }

  /** A turn: what was told of it, and what was heard last. Belongs to the thread that decodes. */
  static final class Item {
    final String id = "item_" + UUID.randomUUID();
    private String told = "";
    private String heard = "";
  }

  private final Service service;
  private final RecordingReaders readers;
  private final Client client;
  private final Events events;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("deed-turns").factory());
  private final Deque<Future<?>> turns = new ArrayDeque<>();
  private @Nullable Future<?> draft;
  private volatile boolean hasLeft;

  LiveTurns(Service service, RecordingReaders readers, Client client, Events events) {
    this.service = service;
    this.readers = readers;
    this.client = client;
    this.events = events;
  }

  /** Whether neither this session nor anybody else has work for the engine. */
  boolean isIdle(RealtimeSettings settings) {
    try {
      return turns.stream().allMatch(Future::isDone)
          && (draft == null || draft.isDone())
          && !service.models().loaded(settings.model()).holdsMoreThan(0);
    } catch (ApiException e) {
      return false;
    }
  }

  /** Begins to decode a turn that goes on; what fails is told of at its end. */
  void draft(Item item, RealtimeSettings settings, byte[] wav) {
    draft =
        thread.submit(
            () -> {
              if (hasLeft) {
                return;
              }
              try (ServedModel.Use use = service.models().use(settings.model())) {
                TranscriptionOptions once = settings.options().withTemperatures(List.of(0.0));
                String heard = transcribe(use.served(), item, once, wav).text();
                String before = item.heard;
                item.heard = heard;
                tell(item, firstWords(before, heard));
              } catch (RuntimeException | IOException | InterruptedException e) {
                // The next one tries again.
              }
            });
  }

  /**
   * Transcribes a whole turn, before others that come later.
   *
   * @throws ApiException when the model is not there
   */
  void finish(Item item, RealtimeSettings settings, byte[] wav) throws InterruptedException {
    if (draft != null) {
      draft.cancel(true);
    }
    while (turns.size() >= MOST_WAITING) {
      await(turns.remove());
    }
    ServedModel.Use use = service.models().use(settings.model());
    turns.add(thread.submit(() -> finish(use, item, settings, wav)));
  }

  private void finish(ServedModel.Use use, Item item, RealtimeSettings settings, byte[] wav) {
    try (use) {
      if (hasLeft) {
        return;
      }
      try {
        Transcript whole = transcribe(use.served(), item, settings.options(), wav);
        tell(item, whole.text());
        ObjectNode completed = event(item, "completed").put("transcript", whole.text());
        completed.putObject("usage").put("type", "duration").put("seconds", whole.seconds());
        TranscriptionEndpoint.addProbabilities(
            settings.options().generation().logProbabilities(),
            whole.segments(),
            TranscriptionEndpoint.tokenizer(use.served()),
            completed);
        events.send(completed);
      } catch (RuntimeException | InterruptedException e) {
        if (!hasLeft) {
          fail(item, TranscriptionEndpoint.refusal(e, service, use.served()));
        }
      }
    } catch (IOException | InterruptedException e) {
      // The client left.
    }
  }

  /** The text of a turn cannot be had. */
  void fail(Item item, ApiException why) throws IOException, InterruptedException {
    events.send(event(item, "failed").set("error", why.json().path("error")));
  }

  /** The words with which both texts begin. */
  static String firstWords(String one, String other) {
    String text = other + " ";
    int end = Arrays.mismatch((one + " ").toCharArray(), text.toCharArray());
    return text.substring(0, Math.max(0, text.lastIndexOf(' ', end < 0 ? text.length() : end - 1)));
  }

  /** Tells what a text adds to what was told; nothing where it begins otherwise. */
  private void tell(Item item, String text) throws IOException, InterruptedException {
    String before = item.told;
    if (text.length() > before.length() && text.startsWith(before)) {
      item.told = text;
      events.send(event(item, "delta").put("delta", text.substring(before.length())));
    }
  }

  private static ObjectNode event(Item item, String what) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", TRANSCRIPTION + what)
        .put("item_id", item.id)
        .put("content_index", 0);
  }

  private Transcript transcribe(
      ServedModel served, Item item, TranscriptionOptions options, byte[] wav)
      throws InterruptedException {
    Transcription windows = served.transcription(client);
    Transcriber transcriber = Transcriber.of(served.model(), windows);
    Recording sound = readers.read(transcriber, Recording.of(wav), options, windows.left());
    Transcript transcript = transcriber.transcribe(sound, expecting(served, options, item.heard));
    windows.recordTimes();
    return transcript;
  }

  /** A prediction implies lossless exits: where others are asked for, it would change answers. */
  private static TranscriptionOptions expecting(
      ServedModel served, TranscriptionOptions options, String text) {
    ExitSettings exits = served.model().internals().resolvedExits(options.generation().exits());
    boolean isFull = exits.isLossless() || exits.get(ExitSetting.POLICY) == ExitPolicy.FULL;
    return text.isEmpty() || !isFull || Boolean.FALSE.equals(exits.get(ExitSetting.LOSSLESS))
        ? options
        : options.withGeneration(options.generation().withPrediction(text));
  }

  /** Waits for the turns that are over. */
  void await() throws InterruptedException {
    while (!turns.isEmpty()) {
      await(turns.remove());
    }
  }

  private static void await(Future<?> turn) throws InterruptedException {
    try {
      turn.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives up what is left: nobody is there to be told. */
  void leave() {
    hasLeft = true;
    thread.shutdownNow().forEach(Runnable::run);
  }
}
