package dev.deed.processing.sound;

import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ffmpeg} says on its standard error, line by line, each with its level. No line of it
 * is passed on, since it may name files.
 */
final class FfmpegMessages {
  private static final int LONGEST_LINE = 1000;

  private static final Pattern INPUT = Pattern.compile("\\[info] Input #0, (\\S+), from ");
  private static final Pattern SOUND =
      Pattern.compile("\\[info] +Stream #0:.*?: Audio: (\\w+)(?: \\((\\w+)\\))?");

  /** Names a decoder, which may be called otherwise than its coding. */
  private static final Pattern UNLISTED = Pattern.compile("Codec \\((\\w+)\\) not on whitelist");

  private static final Pattern DURATION =
      Pattern.compile("\\[info] +Duration: (\\d+):(\\d\\d):(\\d\\d\\.\\d+)");
  private static final Pattern LACKING =
      Pattern.compile(
          "error while loading shared libraries: ([\\w.+-]+):|version .(GLIBC\\w+[\\d.]+)");

  /** Packets that are not whole, and a head of MP3 that states more bytes than there are. */
  private static final Pattern DAMAGE =
      Pattern.compile("\\[(error|fatal|panic)]|Packet corrupt|filesize and duration do not match");

  /**
   * Not of the sound: pictures, whose decoders it may not take; and what follows a line that says
   * more.
   */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "whitelist|avformat_find_stream_info|Could not find codec parameters"
              + "|Error submitting packet|Error while decoding stream|Decoding error");

  /** Bytes between frames of MP3: tags and padding, or what was a frame; their length tells. */
  private static final String BETWEEN_FRAMES = "Header missing";

  /** Formats whose heads state how many samples there are, without pauses. */
  private static final Set<String> COUNTED = Set.of("mp3", "flac");

  /** Seconds: encoders of MP3 count what they add at the end in different ways. */
  private static final double SLACK = 0.1;

  /** Of a file without a head that states its length, which follows from its bytes. */
  private static final double SHARE_OF_TAGS = 0.05;

  private final InputStream pipe;
  private final StringBuilder line = new StringBuilder();

  private String format = "";
  private @Nullable String coding;
  private @Nullable String decoder;
  private @Nullable String lacking;
  private double stated = Double.NaN;
  private boolean isEstimated;
  private boolean hasOtherBytes;
  private boolean isDamaged;
  private boolean isCutOff;
  private boolean hasNoDecoder;
  private final Set<String> unlisted = new HashSet<>();

  FfmpegMessages(InputStream pipe) {
    this.pipe = pipe;
  }

  /** Reads what has come, without waiting for more. */
  void read() {
    try {
      byte[] more = pipe.readNBytes(pipe.available());
      for (byte one : more) {
        if (one == '\n' || one == '\r') {
          take(line.toString());
          line.setLength(0);
        } else if (line.length() < LONGEST_LINE) {
          line.append((char) (one & 0xff));
        }
      }
    } catch (IOException e) {
      // It has ended, and what it said before counts.
      return;
    }
  }

  private void take(String said) {
    Matcher matcher = INPUT.matcher(said);
    if (matcher.find()) {
      format = matcher.group(1);
    }
    matcher = SOUND.matcher(said);
    if (coding == null && matcher.find()) {
      coding = matcher.group(1);
      decoder = matcher.group(2);
    }
    matcher = UNLISTED.matcher(said);
    if (matcher.find()) {
      unlisted.add(matcher.group(1));
    }
    matcher = LACKING.matcher(said);
    if (matcher.find()) {
      lacking = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }
    isEstimated |= said.contains("Estimating duration from bitrate");
    matcher = DURATION.matcher(said);
    if (matcher.find()) {
      stated =
          3600 * Double.parseDouble(matcher.group(1))
              + 60 * Double.parseDouble(matcher.group(2))
              + Double.parseDouble(matcher.group(3));
    }
    boolean isBetween = said.contains(BETWEEN_FRAMES);
    hasOtherBytes |= isBetween;
    isDamaged |= DAMAGE.matcher(said).find() && !isBetween && !HARMLESS.matcher(said).find();
    isCutOff |= said.contains("moov atom not found") || said.contains("End of file");
    hasNoDecoder |= said.contains("no decoder found") || said.contains("Decoder not found");
  }

  /**
   * {@return as {@link Waveform#missing}}
   *
   * @param decoded seconds
   */
  double missing(double decoded, boolean endedWell) {
    double slack = isEstimated ? stated * SHARE_OF_TAGS : SLACK;
    boolean lacks = stated - decoded > slack;
    boolean isCounted = isEstimated ? hasOtherBytes : COUNTED.contains(format);
    if (endedWell && !isDamaged && !(lacks && isCounted)) {
      return 0;
    }
    return lacks && !isEstimated ? stated - decoded : Double.NaN;
  }

  /** Why there are no samples. */
  InputException refusal() {
    if (lacking != null) {
      return BadSound.unsupported(
          "the program ffmpeg, which reads it, lacks " + lacking + " on this system",
          "install it, name another ffmpeg in DEED_FFMPEG, or give a WAV");
    }
    if (isCutOff) {
      return BadSound.truncated();
    }
    if (format.isEmpty()) {
      return BadSound.unsupported("it is no sound of a known format", SoundReader.ADVICE);
    }
    if (coding == null) {
      return BadSound.unsupported("it holds no sound", SoundReader.ADVICE);
    }
    boolean isUnlisted = unlisted.contains(coding) || decoder != null && unlisted.contains(decoder);
    return (hasNoDecoder || isUnlisted) && !coding.equals("none")
        ? BadSound.unsupported("its coding " + coding + " is not read", SoundReader.ADVICE)
        : BadSound.damaged("nothing of it can be decoded");
  }
}
