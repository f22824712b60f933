package dev.deed.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.engine.SideThreads;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.MessageSocket;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.ModelRegistry;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.server.serving.Traces;
import dev.deed.speech.SpokenTurns;
import dev.deed.speech.VoiceActivity;
import dev.deed.value.Client;
import dev.deed.value.InputException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A transcription session of OpenAI's Realtime API. Belongs to one thread. */
final class RealtimeSession {
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration MOST_IDLE = Duration.ofMinutes(5);

  /** Sound may come so many times as fast as it was spoken. */
  private static final int FASTEST = 4;

  /** Milliseconds of sound that may come at once. */
  private static final int MOST_AHEAD = 60_000;

  /** Copies of a turn: what is held, its draft and the one before, which is decoded. */
  private static final int COPIES = 3;

  /** What comes before a turn is decoded again, of what a model reads at once. */
  private static final int SHARE_OF_DRAFT = 30;

  private final Service service;
  private final SideThreads voices;
  private final MessageSocket socket;
  private final LiveTurns live;
  private RealtimeSettings settings;
  private SpokenTurns turns;
  private LiveTurns.Item item = new LiveTurns.Item(null);

  /** Milliseconds of sound: before the turns began to listen, in all, until the last draft. */
  private long before;

  private double heard;
  private double drafted;

  /** Milliseconds of sound that came before their time, when that was last reckoned. */
  private double ahead;

  private long reckoned = System.nanoTime();

  /** Bytes that the settings take, and that were told to be held. */
  private long ofSettings;

  private long reserved;

  /** Who talks over a socket, and who follows that. */
  record Caller(Client client, MessageSocket socket, Traces.Later spans) {}

  RealtimeSession(
      Service service,
      RecordingReaders readers,
      SideThreads voices,
      Caller caller,
      RealtimeSettings settings) {
    this.service = service;
    this.voices = voices;
    this.socket = caller.socket;
    this.live = new LiveTurns(service, readers, caller);
    this.settings = settings;
    this.turns = settings.turns();
  }

  /** Answers events until the client leaves or the server ends. */
  void run() throws IOException, InterruptedException {
    try {
      tellSettings("session.created");
      long last = System.nanoTime();
      while (service.models().state() == ModelRegistry.State.SERVING) {
        rest();
        if (isAhead()) {
          // What the client sends meanwhile waits with the client.
          Thread.sleep(LOOK);
          last = System.nanoTime();
          continue;
        }
        String text = socket.take(LOOK);
        if (text != null) {
          answer(text);
          last = System.nanoTime();
        } else if (System.nanoTime() - last > MOST_IDLE.toNanos()) {
          socket.close("no event came for 5 minutes");
          return;
        }
      }
      live.await();
      socket.close("the server is about to end");
    } catch (RuntimeException | Error e) {
      service.meters().failed("of a session", e);
    } finally {
      live.leave();
    }
  }

  private boolean isAhead() {
    long now = System.nanoTime();
    ahead = Math.max(0, ahead - FASTEST * (now - reckoned) / 1e6);
    reckoned = now;
    return ahead > MOST_AHEAD;
  }

  private void hold(long bytes) {
    socket.hold(bytes);
    reserved = bytes;
  }

  /** Gives up what memory a session needs while somebody speaks alone. */
  private void rest() {
    VoiceActivity voice = settings.voice();
    int padding = voice == null ? 0 : voice.paddingMs() * settings.coding().bytesOfMs();
    if (reserved > ofSettings + padding && !turns.isTurn() && live.isOver()) {
      hold(ofSettings + padding);
    }
  }

  static void send(MessageSocket socket, ObjectNode event)
      throws IOException, InterruptedException {
    socket.send(event.put("event_id", "event_" + UUID.randomUUID()).toString());
  }

  static ObjectNode event(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private void tellSettings(String type) throws IOException, InterruptedException {
    ObjectNode json = event(type);
    json.set("session", settings.json());
    send(socket, json);
  }

  private void answer(String text) throws IOException, InterruptedException {
    String id = null;
    try {
      Fields event = new Fields("event", "", StrictJson.object("event", text));
      id = event.text("event_id");
      take(event, text.length());
    } catch (InputException e) {
      tell(ApiException.of(e), id);
    } catch (ApiException e) {
      tell(e, id);
    }
  }

  private void tell(ApiException why, @Nullable String id)
      throws IOException, InterruptedException {
    ObjectNode error = why.json();
    error.withObject("/error").put("event_id", id);
    send(socket, error.put("type", "error"));
  }

  private void take(Fields event, int length) throws IOException, InterruptedException {
    switch (String.valueOf(event.text("type"))) {
      case "session.update" -> {
        ApiException.require(
            !turns.isTurn(), "session", "cannot change in a turn; commit or clear it");
        hold(Math.max(reserved, COPIES * (long) length));
        settings = settings.updated(event, service.models());
        ofSettings = COPIES * (long) length;
        turns = settings.turns();
        before = (long) heard;
        tellSettings("session.updated");
      }
      case "input_audio_buffer.append" -> append(event);
      case "input_audio_buffer.commit" -> {
        if (!turns.isTurn()) {
          throw ApiException.badRequest(
              "the buffer holds no turn", null, "input_audio_buffer_commit_empty");
        }
        byte[] sound = turns.sound();
        turns.clear();
        commit(sound);
      }
      case "input_audio_buffer.clear" -> {
        turns.clear();
        item = new LiveTurns.Item(item.previous);
        send(socket, event("input_audio_buffer.cleared"));
      }
      case String other ->
          throw ApiException.badRequest(
              other
                  + ": is no event of a transcription session; there are session.update and"
                  + " input_audio_buffer.append, .commit, .clear",
              "type");
    }
  }

  private void append(Fields event) throws IOException, InterruptedException {
    byte[] sound;
    try {
      sound = Base64.getDecoder().decode(Objects.requireNonNullElse(event.text("audio"), "?"));
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("audio: is missing, or no base64", "audio");
    }
    int second = 1000 * settings.coding().bytesOfMs();
    hold(ofSettings + COPIES * ((long) settings.mostSeconds() * second + 2L * sound.length));
    // What is no whole second comes first: where it ends within a sample, nothing is taken.
    for (int from = 0, end = (sound.length - 1) % second + 1; from < sound.length; end += second) {
      listen(Arrays.copyOfRange(sound, from, end));
      from = end;
    }
    if (turns.isSpeaking()
        && (heard - drafted) * SHARE_OF_DRAFT >= settings.mostSeconds() * 1000L
        && live.isIdle(settings.model())) {
      drafted = heard;
      live.draft(item, settings, turns.sound());
    }
  }

  /** Hears a second at most, so that sessions take turns. */
  private void listen(byte[] sound) throws IOException, InterruptedException {
    voices.await(
        () -> {
          turns.add(sound);
          return true;
        },
        null);
    double ms = (double) sound.length / settings.coding().bytesOfMs();
    service.meters().heard(ms / 1000);
    heard += ms;
    ahead += ms;
    SpokenTurns.Change change = turns.next();
    for (; change != SpokenTurns.Change.NONE; change = turns.next()) {
      boolean began = change == SpokenTurns.Change.BEGAN;
      if (settings.voice() != null) {
        send(
            socket,
            event("input_audio_buffer.speech_" + (began ? "started" : "stopped"))
                .put(began ? "audio_start_ms" : "audio_end_ms", before + turns.ms())
                .put("item_id", item.id));
      }
      try {
        if (!began) {
          commit(turns.take());
        }
      } catch (ApiException e) {
        tell(e, null);
      }
    }
  }

  private void commit(byte[] sound) throws IOException, InterruptedException {
    LiveTurns.Item over = item;
    item = new LiveTurns.Item(over.id);
    live.finish(over, settings, sound);
  }
}
