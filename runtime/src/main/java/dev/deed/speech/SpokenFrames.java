package dev.deed.speech;

import java.util.ArrayList;
import java.util.List;

/**
 * Which frames of a recording are listened to: spans of it, which are put behind one another. What
 * lies between two of them is silence, noise or music. Immutable.
 *
 * @param spans in the order of time, none empty, none touching the next
 * @param frames of all of them
 * @param recorded frames of the recording
 * @param padding frames at the ends of spans in which nobody speaks
 */
record SpokenFrames(List<Span> spans, int frames, int recorded, int padding) {
  /**
   * Frames of a recording.
   *
   * @param start in the recording
   * @param end behind the last, in the recording
   * @param at where they begin among those that are listened to
   */
  record Span(int start, int end, int at) {
    int behind() {
      return at + end - start;
    }
  }

  /** All frames; times may lie behind the last. */
  static SpokenFrames whole(int frames) {
    return new SpokenFrames(List.of(new Span(0, Integer.MAX_VALUE, 0)), frames, frames, 0);
  }

  /**
   * Those that stretches of speech touch.
   *
   * @param stretches in samples of the network's rate, in the order of time
   * @param samplesOfFrame at that rate
   * @param frames of the recording
   * @param padding of stretches, in frames
   */
  static SpokenFrames of(
      List<VoiceActivity.Stretch> stretches, double samplesOfFrame, int frames, int padding) {
    List<Span> spans = new ArrayList<>();
    int at = 0;
    for (VoiceActivity.Stretch one : stretches) {
      int start = (int) (one.start() / samplesOfFrame);
      int end = Math.min(frames, (int) Math.ceil(one.end() / samplesOfFrame));
      if (!spans.isEmpty() && start <= spans.getLast().end) {
        Span last = spans.removeLast();
        start = last.start;
        at = last.at;
      }
      if (start < end) {
        spans.add(new Span(start, end, at));
        at += end - start;
      }
    }
    return new SpokenFrames(List.copyOf(spans), at, frames, padding);
  }

  /** The samples of these frames, one span behind the other. */
  float[] of(float[] samples, int hop) {
    int count = 0;
    for (Span span : spans) {
      count += (int) (Math.min(samples.length, (long) span.end * hop) - span.start * hop);
    }
    float[] all = new float[count];
    for (Span span : spans) {
      int from = span.start * hop;
      int length = (int) Math.min(samples.length - from, (long) (span.end - span.start) * hop);
      System.arraycopy(samples, from, all, span.at * hop, length);
    }
    return all;
  }

  /** The last span that begins at a frame or before it. */
  private int spanAt(int frame) {
    int low = 0;
    for (int high = spans.size() - 1; low < high; ) {
      int middle = (low + high + 1) >>> 1;
      if (spans.get(middle).at <= frame) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private static int place(Span span, int frame) {
    return Math.clamp(span.start + (long) (frame - span.at), span.start, span.end);
  }

  /** Where a frame lies in the recording; behind the last, the end of the last span. */
  int inRecording(int frame) {
    return place(spans.get(spanAt(frame)), frame);
  }

  /** The first frame that lies at one of the recording or behind it. */
  int from(int inRecording) {
    for (Span span : spans) {
      if (inRecording < span.end) {
        return span.at + Math.max(0, inRecording - span.start);
      }
    }
    return frames;
  }

  /**
   * Frames of the recording.
   *
   * @param end behind the last
   */
  record Times(int start, int end) {}

  /** Where a segment lies: what it has of the padding beside other speech does not count. */
  Times ofSegment(int start, int end) {
    int first = spanAt(start);
    int last = Math.max(first, spanAt(Math.max(start, end - 1)));
    if (first < last && start >= spans.get(first).behind() - padding) {
      first++;
    }
    if (first < last && end <= spans.get(last).at + padding) {
      last--;
    }
    return new Times(
        place(spans.get(first), Math.max(start, spans.get(first).at)), place(spans.get(last), end));
  }

  /** Where a word lies: in one span, that of its middle. */
  Times ofWord(int start, int end) {
    Span span = spans.get(spanAt((start + end) / 2));
    return new Times(place(span, start), place(span, end));
  }
}
