package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.MessageSocket;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.ModelRegistry;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.server.serving.Refusals;
import dev.deed.server.serving.ServedModel;
import dev.deed.speech.SpokenTurns;
import dev.deed.speech.Transcriber;
import dev.deed.value.Client;
import dev.deed.value.InputException;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A transcription session of OpenAI's Realtime API: its client's events, and what comes of them.
 * Belongs to one thread, but for {@link #send}.
 */
final class RealtimeSession implements MessageSocket.Talk {
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration MOST_IDLE = Duration.ofMinutes(5);

  /** Codes of a WebSocket's end (RFC 6455, section 7.4.1). */
  private static final int GOING_AWAY = 1001;

  private static final int UNEXPECTED = 1011;

  /** Of what a model reads at once, the part that comes before a turn is decoded again. */
  private static final int SHARE_OF_DRAFT = 30;

  private final Service service;
  private final RecordingReaders readers;
  private final Client client;
  private final String id = "sess_" + UUID.randomUUID();
  private RealtimeSettings settings;
  private int mostSeconds;
  private SpokenTurns turns;
  private LiveTurns.Item item = new LiveTurns.Item();
  private @Nullable String previous;

  /** Milliseconds of sound that had come when a draft was last begun. */
  private long drafted;

  /**
   * @param model name of a served model; null where one alone is served
   * @throws ApiException when it does not transcribe, or there is none of the name
   */
  RealtimeSession(Service service, RecordingReaders readers, Client client, @Nullable String model)
      throws InterruptedException {
    this.service = service;
    this.readers = readers;
    this.client = client;
    String name;
    try (ServedModel.Use use = service.models().use(model)) {
      name = use.served().name();
    }
    this.settings = RealtimeSettings.of(name);
    this.mostSeconds = mostSeconds(settings);
    this.turns = new SpokenTurns(settings.coding(), settings.voice(), mostSeconds, 0);
  }

  /** The model that it begins with. */
  String model() {
    return settings.model();
  }

  /**
   * How long a turn may be.
   *
   * @throws ApiException when the model cannot be used as they say
   */
  private int mostSeconds(RealtimeSettings chosen) throws InterruptedException {
    try (ServedModel.Use use = service.models().use(chosen.model())) {
      try {
        Transcriber transcriber =
            Transcriber.of(use.served().model(), use.served().transcription(client));
        transcriber.check(chosen.options());
        return transcriber.windowSeconds();
      } catch (InputException e) {
        throw Refusals.of(e, use.served());
      }
    }
  }

  @Override
  public void over(MessageSocket socket) throws IOException, InterruptedException {
    LiveTurns live = new LiveTurns(service, readers, client, event -> send(socket, event));
    try {
      send(socket, event("session.created").set("session", settings.session()));
      long begin = System.nanoTime();
      while (service.models().state() == ModelRegistry.State.SERVING) {
        String text = socket.take(LOOK);
        if (text != null) {
          answer(text, socket, live);
          begin = System.nanoTime();
        } else if (System.nanoTime() - begin > MOST_IDLE.toNanos()) {
          socket.close(GOING_AWAY, "no event came for 5 minutes");
          return;
        }
      }
      live.await();
      socket.close(GOING_AWAY, "the server is about to end");
    } catch (RuntimeException | Error e) {
      service.meters().failed(id, e);
      socket.close(UNEXPECTED, "internal error; the server's log says more");
    } finally {
      live.leave();
    }
  }

  private static void send(MessageSocket socket, ObjectNode event)
      throws IOException, InterruptedException {
    socket.send(event.put("event_id", "event_" + UUID.randomUUID()).toString());
  }

  private static ObjectNode event(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private void answer(String text, MessageSocket socket, LiveTurns live)
      throws IOException, InterruptedException {
    String name = null;
    try {
      Fields event = new Fields("event", "", StrictJson.object("event", text));
      name = event.text("event_id");
      take(event, socket, live);
    } catch (ApiException | InputException e) {
      ApiException why = e instanceof InputException wrong ? Refusals.of(wrong) : (ApiException) e;
      ObjectNode error = (ObjectNode) why.json().path("error");
      send(socket, event("error").set("error", error.put("event_id", name)));
    }
  }

  private void take(Fields event, MessageSocket socket, LiveTurns live)
      throws IOException, InterruptedException {
    switch (String.valueOf(event.text("type"))) {
      case "session.update" -> {
        ObjectNode session = event.object("session");
        ApiException.require(session != null, "session", "is missing");
        update(settings.updated(Objects.requireNonNull(session)));
        send(socket, event("session.updated").set("session", settings.session()));
      }
      case "input_audio_buffer.append" -> append(sound(event), socket, live);
      case "input_audio_buffer.commit" -> {
        byte[] wav = turns.isEmpty() ? null : turns.take();
        if (wav == null) {
          throw ApiException.badRequest(
              "the buffer holds no sound", null, "input_audio_buffer_commit_empty");
        }
        commit(wav, socket, live);
      }
      case "input_audio_buffer.clear" -> {
        turns.take();
        item = new LiveTurns.Item();
        send(socket, event("input_audio_buffer.cleared"));
      }
      case String other ->
          throw ApiException.badRequest(
              other
                  + ": is no event of a transcription session, which are session.update and"
                  + " input_audio_buffer.append, .commit and .clear",
              "type");
    }
  }

  private void update(RealtimeSettings next) throws InterruptedException {
    int most = mostSeconds(next);
    boolean isOther =
        next.coding() != settings.coding()
            || !Objects.equals(next.voice(), settings.voice())
            || most != mostSeconds;
    ApiException.require(
        !isOther || !turns.isTurn(), "session", "cannot change in a turn; commit or clear it");
    if (isOther) {
      turns = new SpokenTurns(next.coding(), next.voice(), most, turns.ms());
    }
    settings = next;
    mostSeconds = most;
  }

  private static byte[] sound(Fields event) {
    String audio = event.text("audio");
    ApiException.require(audio != null, "audio", "is missing");
    try {
      return Base64.getDecoder().decode(audio);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("audio: is not base64", "audio");
    }
  }

  private void append(byte[] sound, MessageSocket socket, LiveTurns live)
      throws IOException, InterruptedException {
    for (SpokenTurns.Event event : turns.add(sound)) {
      switch (event) {
        case SpokenTurns.Event.Began(long ms) ->
            send(
                socket,
                event("input_audio_buffer.speech_started")
                    .put("audio_start_ms", ms)
                    .put("item_id", item.id));
        case SpokenTurns.Event.Ended(long ms, byte[] wav) -> {
          if (settings.voice() != null) {
            send(
                socket,
                event("input_audio_buffer.speech_stopped")
                    .put("audio_end_ms", ms)
                    .put("item_id", item.id));
          }
          commit(wav, socket, live);
        }
      }
    }
    service.meters().heard((double) sound.length / settings.coding().bytesOfSecond());
    if (turns.isSpeaking()
        && (turns.ms() - drafted) * SHARE_OF_DRAFT >= mostSeconds * 1000L
        && live.isIdle(settings)) {
      drafted = turns.ms();
      live.draft(item, settings, turns.soFar());
    }
  }

  private void commit(byte[] wav, MessageSocket socket, LiveTurns live)
      throws IOException, InterruptedException {
    LiveTurns.Item over = item;
    item = new LiveTurns.Item();
    send(
        socket,
        event("input_audio_buffer.committed")
            .put("previous_item_id", previous)
            .put("item_id", over.id));
    for (String what : new String[] {"conversation.item.added", "conversation.item.done"}) {
      ObjectNode told = event(what).put("previous_item_id", previous);
      ObjectNode message = told.putObject("item").put("id", over.id).put("object", "realtime.item");
      message.put("type", "message").put("status", "completed").put("role", "user");
      message.putArray("content").addObject().put("type", "input_audio").putNull("transcript");
      send(socket, told);
    }
    previous = over.id;
    try {
      live.finish(over, settings, wav);
    } catch (ApiException e) {
      live.fail(over, e);
    }
  }
}
