package dev.deed.speech;

import dev.deed.Input;
import dev.deed.Token;
import dev.deed.speech.SpokenFrames.Times;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The windows of a channel of a recording, one after the other. Belongs to one thread. */
final class ChannelWindows implements RecordingWindows {
  private final SpeechModel speech;
  private final RecordedFrames frames;
  private final @Nullable Integer channel;
  private final WindowDecoder decoder;
  private final @Nullable WordTimes words;
  private final String language;

  /** Frames of a step of timestamps. */
  private final int step;

  private TranscriptionListener.@Nullable Window newest;

  /**
   * @param channel that segments tell; null: none
   * @param words finds when they are said; null where that is not asked for
   * @param language code
   */
  ChannelWindows(
      SpeechModel speech,
      RecordedFrames frames,
      @Nullable Integer channel,
      WindowDecoder decoder,
      @Nullable WordTimes words,
      String language) {
    this.speech = speech;
    this.frames = frames;
    this.channel = channel;
    this.decoder = decoder;
    this.words = words;
    this.language = language;
    this.step = frames.windowFrames() / speech.steps();
  }

  private Input input(RecordedFrames by, int seek, int count, int context) {
    Input window = by.input(seek, count, context);
    return words == null ? window : speech.model().internals().keepingOutput(window);
  }

  /** Null where nobody spoke. */
  @Override
  public TranscriptionListener.@Nullable Window newest() {
    return newest;
  }

  @Override
  public int window(int seek, List<TranscriptSegment> into) {
    int most = frames.framesFrom(seek, frames.windowFrames());
    Heard heard = fuller(seek, heard(frames, seek, most));
    newest =
        heard == null
            ? null
            : new TranscriptionListener.Window(
                channel,
                frames.spoken().inRecording(seek),
                heard.count,
                heard.context / step,
                heard.decoded.answer().request(),
                heard.decoded.answer().generation());
    if (heard == null || heard.decoded.window().tokens().isEmpty()) {
      return most;
    }
    int count = heard.count;
    WindowDecoder.Decoded decoded = heard.decoded;
    DecodedWindow answer = decoded.window();
    WindowSegments cut = cut(heard);
    List<List<WordTimes.Timed>> timedWords =
        words == null
            ? Collections.nCopies(cut.pieces().size(), List.of())
            : speech
                .model()
                .internals()
                .beside(() -> words.of(decoded.answer(), cut.pieces(), count / step, language));
    for (int i = 0; i < cut.pieces().size(); i++) {
      into.add(segment(heard.by, cut.pieces().get(i), timedWords.get(i), seek, answer));
    }
    decoder.remember(answer, cut.pieces());
    int last = cut.pieces().getLast().end() * step;
    return cut.advance() < count
        ? cut.advance()
        : heard.by.rest(seek + Math.max(step, last), seek + count) - seek;
  }

  /**
   * What a window gave.
   *
   * @param by frames that it was cut from
   * @param count frames of the recording in it
   * @param context frames that the encoder read
   */
  private record Heard(RecordedFrames by, int count, int context, WindowDecoder.Decoded decoded) {}

  /** Null where nobody speaks in it. */
  private @Nullable Heard heard(RecordedFrames by, int seek, int count) {
    int whole = by.windowFrames();
    int context = by.context(count, decoder.options().audioContext(), speech.steps());
    WindowDecoder.Decoded decoded =
        by.isSilent(seek, count)
            ? null
            : decoder.decode(
                Stream.of(context, whole)
                    .distinct()
                    .map(length -> input(by, seek, count, length))
                    .toList(),
                language,
                answer -> textRatio(by, answer, seek, count));
    return decoded == null
        ? null
        : new Heard(by, count, decoded.isWhole() ? whole : context, decoded);
  }

  /**
   * The same; where it has too few words for what is spoken, as of a sentence that is said again
   * and again, what the longest part of the window gives that ends in a pause and has enough, no
   * less probably.
   */
  private @Nullable Heard fuller(int seek, @Nullable Heard first) {
    if (first == null || !lacksWords(seek, first)) {
      return first;
    }
    RecordedFrames voices = frames.byVoices();
    int least = frames.windowFrames() / 8;
    for (int limit = first.count; limit >= least; limit /= 2) {
      int count = voices.framesFrom(seek, limit);
      Heard part = count == first.count ? null : heard(voices, seek, count);
      if (part != null
          && !speech.textOf(part.decoded.window().tokens()).isBlank()
          && !lacksWords(seek, part)
          && !part.decoded.window().isImprobable(first.decoded.window().meanLogProbability())) {
        return part;
      }
    }
    return first;
  }

  private boolean lacksWords(int seek, Heard heard) {
    return cut(heard)
        .lackWords(
            speech.tokens().firstTimestamp(),
            speech.seconds(step),
            piece -> {
              int last = Math.min(heard.count, piece.end() * step);
              return speech.seconds(frames.voiced(seek + piece.start() * step, seek + last));
            });
  }

  private WindowSegments cut(Heard heard) {
    List<Token> tokens = heard.decoded.window().tokens();
    return decoder.timestamps()
        ? WindowSegments.of(tokens, speech.tokens().firstTimestamp(), heard.count, step)
        : WindowSegments.without(tokens, heard.count, step);
  }

  /**
   * How many times smaller the text of an answer becomes: that of its pieces, where each piece says
   * something new, or the same as another between two pauses of the voice. So a sentence that is
   * truly said again is no loop.
   */
  private double textRatio(RecordedFrames by, List<Token> answer, int seek, int count) {
    double whole = DecodedWindow.compressionRatio(speech.textOf(answer));
    if (!by.knowsVoices() || !decoder.timestamps()) {
      return whole;
    }
    Set<String> texts = new HashSet<>();
    double most = 0;
    for (WindowSegments.Piece piece :
        WindowSegments.of(answer, speech.tokens().firstTimestamp(), count, step).pieces()) {
      String text = speech.textOf(piece.tokens()).strip();
      most = Math.max(most, DecodedWindow.compressionRatio(text));
      boolean inPauses =
          by.isInPause(seek + piece.start() * step) && by.isInPause(seek + piece.end() * step);
      if (!texts.add(text) && !inPauses) {
        return whole;
      }
    }
    return most;
  }

  /** Times are those of its words where they are known. */
  private TranscriptSegment segment(
      RecordedFrames by,
      WindowSegments.Piece piece,
      List<WordTimes.Timed> timedWords,
      int seek,
      DecodedWindow answer) {
    SpokenFrames spoken = frames.spoken();
    List<TranscriptWord> heard = new ArrayList<>();
    for (WordTimes.Timed word : timedWords) {
      Times times = spoken.ofWord(seek + word.start() * step, seek + word.end() * step);
      heard.add(
          new TranscriptWord(
              word.text(),
              speech.seconds(times.start()),
              speech.seconds(times.end()),
              word.probability()));
    }
    Times times = by.times(seek + piece.start() * step, seek + piece.end() * step);
    return new TranscriptSegment(
        heard.isEmpty() ? speech.seconds(times.start()) : heard.getFirst().start(),
        heard.isEmpty() ? speech.seconds(times.end()) : heard.getLast().end(),
        speech.textOf(piece.tokens()),
        piece.tokens(),
        channel,
        spoken.inRecording(seek),
        answer.temperature(),
        answer.meanLogProbability(),
        answer.compressionRatio(),
        heard,
        answer.noSpeech());
  }
}
