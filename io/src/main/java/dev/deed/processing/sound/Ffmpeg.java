package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sounds that the program {@code ffmpeg} decodes, started for one file. It writes a WAV of floats
 * at the file's own rate and with all its channels, which {@link WavFile} reads. Whatever a file
 * does to it ends the child alone. It opens nothing but what it is given, takes formats and
 * decoders of a list, and is killed when it lasts longer than the limits allow, when nothing more
 * comes, and when nobody waits for the sound.
 */
final class Ffmpeg {
  private static final String FORMATS = "aac,aiff,amr,asf,caf,flac,matroska,mov,mp3,ogg,wav";

  private static final String DECODERS =
      "aac,ac3,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,alac,amrnb,amrwb,eac3,flac,g722,gsm,"
          + "gsm_ms,libopus,opus,mp1,mp1float,mp2,mp2float,mp3,mp3float,pcm_alaw,"
          + "pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,pcm_s16le,pcm_s24be,"
          + "pcm_s24le,pcm_s32be,pcm_s32le,pcm_s8,pcm_u8,speex,vorbis,wmapro,wmav1,wmav2,wmavoice";

  /** Bytes of one piece of memory; the picture of a cover is the largest in good files. */
  private static final int MOST_MEMORY = 1 << 26;

  /** Seconds of processor time for any file, for each megabyte, and for as many of sound. */
  private static final int LEAST_TIME = 20;

  private static final int TIME_OF_MEGABYTE = 2;
  private static final int SECONDS_IN_ONE = 30;

  /** For how long nothing may come. */
  private static final int PATIENCE_MS = 60_000;

  /** Of a damaged file, less is nothing. */
  private static final double LEAST_SECONDS = 0.1;

  private static final int LOOK_MS = 20;
  private static final int END_MS = 5_000;

  /**
   * Exit codes of processes that broke down (SIGILL) to those that were killed or did (SIGSEGV).
   */
  private static final int FIRST_SIGNAL = 128 + 4;

  private static final int LAST_SIGNAL = 128 + 11;

  /** Whoever decodes a long one may pause for two shorter ones, so there are some always. */
  private static final Semaphore CHILDREN =
      new Semaphore(Math.max(4, Runtime.getRuntime().availableProcessors()));

  /** What Ogg, Matroska and MP4 have in the description of a track, and where it may stand. */
  private static final Pattern OPUS = Pattern.compile("OpusHead|A_OPUS|dOps");

  private static final int DESCRIPTION = 1 << 16;

  /** What a child sees of this process's environment. */
  private static final Set<String> ENVIRONMENT =
      Set.of("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SystemRoot");

  private final SoundLimits limits;
  private final Interruption interruption;
  private final IntFunction<SampleSink> output;

  private Ffmpeg(SoundLimits limits, Interruption interruption, IntFunction<SampleSink> output) {
    this.limits = limits;
    this.interruption = interruption;
    this.output = output;
  }

  /** Decodes a file that is read from its beginning to its end. */
  static double streaming(
      EncodedSound file,
      SoundLimits limits,
      Interruption interruption,
      IntFunction<SampleSink> output) {
    return new Ffmpeg(limits, interruption, output).decode(file, null);
  }

  /** Decodes a file that is read to and fro. */
  static double seeking(
      EncodedSound file,
      SoundLimits limits,
      Interruption interruption,
      IntFunction<SampleSink> output) {
    Ffmpeg ffmpeg = new Ffmpeg(limits, interruption, output);
    if (file instanceof EncodedSound.InMemory memory) {
      try (NamelessFile copy = NamelessFile.of(memory.bytes())) {
        return ffmpeg.decode(file, copy);
      } catch (IOException e) {
        throw new UncheckedIOException("no temporary file can be written for a sound", e);
      }
    }
    return ffmpeg.decode(file, null);
  }

  private double decode(EncodedSound file, @Nullable NamelessFile copy) {
    Path program =
        FfmpegProgram.find()
            .orElseThrow(
                () ->
                    BadSound.unsupported(
                        "it is no WAV or AU, and there is no program ffmpeg to decode it",
                        "add dev.deed:deed-sound, install ffmpeg, or name one in "
                            + FfmpegProgram.NAMED));
    ProcessBuilder process = new ProcessBuilder();
    process.environment().keySet().retainAll(ENVIRONMENT);
    boolean isPiped = copy == null && file instanceof EncodedSound.InMemory;
    String input = "pipe:0";
    if (copy != null) {
      input = "file:" + copy.giveTo(process);
    } else if (file instanceof EncodedSound.OnDisk disk) {
      input = "file:" + NamelessFile.give(disk.file(), process);
    }
    process.command(command(program.toString(), input, file));
    awaitTurn();
    try {
      Process child = process.start();
      try {
        feed(child.getOutputStream(), isPiped ? file.all() : new byte[0]);
        return decoded(child);
      } finally {
        child.destroyForcibly();
      }
    } catch (IOException e) {
      BadSound.unsupportedIf(
          !Files.isExecutable(program),
          "the program ffmpeg, which decodes it, cannot be started",
          "name one that can in " + FfmpegProgram.NAMED + ", or give a WAV");
      throw new UncheckedIOException("the system starts no process for a sound", e);
    } finally {
      CHILDREN.release();
    }
  }

  private List<String> command(String program, String input, EncodedSound file) {
    long megabytes = file.length() >> 20;
    long time = LEAST_TIME + TIME_OF_MEGABYTE * megabytes + limits.maxSeconds() / SECONDS_IN_ONE;
    String options =
        """
        -nostdin -hide_banner -nostats -loglevel level+info -max_alloc %s -timelimit %s
        -threads 1 -err_detect crccheck -protocol_whitelist %s -format_whitelist %s
        -codec_whitelist %s -vn -sn -dn %s -i\
        """
            .formatted(
                MOST_MEMORY,
                time,
                input.substring(0, input.indexOf(':')),
                FORMATS,
                DECODERS,
                isOpus(file) ? "-c:a libopus" : "");
    String made =
        "-map 0:a:0 -map_metadata -1 -map_chapters -1 -t %s -c:a pcm_f32le -bitexact -f wav pipe:1"
            .formatted(limits.maxSeconds() + 1L);
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(List.of(options.split("\\s+")));
    words.add(input);
    words.addAll(List.of(made.split(" ")));
    return words;
  }

  private static boolean isOpus(EncodedSound file) {
    return Stream.of(file.head(DESCRIPTION), file.tail(DESCRIPTION))
        .anyMatch(part -> OPUS.matcher(new String(part, StandardCharsets.ISO_8859_1)).find());
  }

  private void awaitTurn() {
    try {
      do {
        interruption.check();
      } while (!CHILDREN.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw Interruption.stopped(e, "the sound is not read");
    }
  }

  private static void feed(OutputStream input, byte[] bytes) {
    Thread.ofPlatform()
        .daemon()
        .name("deed-ffmpeg-in")
        .start(
            () -> {
              try (input) {
                input.write(bytes);
              } catch (IOException e) {
                // It has ended, or wants no more.
                return;
              }
            });
  }

  private double decoded(Process child) {
    FfmpegMessages messages = new FfmpegMessages(child.getErrorStream());
    Interruption looking =
        () -> {
          messages.read();
          return interruption.isRequested();
        };
    double seconds = 0;
    try (ChildOutput out = new ChildOutput(child.getInputStream(), looking, PATIENCE_MS)) {
      seconds = WavFile.decode(out, Long.MAX_VALUE, limits, interruption, output).seconds();
    } catch (InputException e) {
      if (!BadSound.isTruncated(e)) {
        throw e;
      }
    }
    int exit = exit(child);
    messages.read();
    double missing = messages.missing(seconds, exit == 0);
    boolean brokeDown = exit >= FIRST_SIGNAL && exit <= LAST_SIGNAL;
    BadSound.damagedIf(seconds == 0 && brokeDown, "it ends the program that decodes it");
    if (seconds == 0 || missing != 0 && seconds < LEAST_SECONDS) {
      throw messages.refusal();
    }
    return missing;
  }

  /** Its exit code; where it wrote all and does not end, that of who is killed. */
  private static int exit(Process child) {
    try {
      return child.waitFor(END_MS, TimeUnit.MILLISECONDS) ? child.exitValue() : LAST_SIGNAL;
    } catch (InterruptedException e) {
      throw Interruption.stopped(e, "the sound is not read");
    }
  }

  /**
   * What a child process writes, for a thread that goes on looking whether anybody still wants it:
   * reading a pipe cannot be interrupted. So another thread reads the pipe, a few blocks ahead.
   */
  private static final class ChildOutput extends InputStream {
    private static final int BLOCK = 1 << 16;
    private static final int AHEAD = 4;
    private static final byte[] END = {};
    private static final int LOOK_MS = 20;

    private final BlockingQueue<byte[]> blocks = new ArrayBlockingQueue<>(AHEAD);
    private final Interruption interruption;
    private final int patienceMs;
    private final Thread pump;
    private byte[] block = new byte[0];
    private int at;

    /**
     * @param patienceMs how long nothing may come
     */
    ChildOutput(InputStream pipe, Interruption interruption, int patienceMs) {
      this.interruption = interruption;
      this.patienceMs = patienceMs;
      this.pump = Thread.ofPlatform().daemon().name("deed-ffmpeg-out").start(() -> pump(pipe));
    }

    private void pump(InputStream pipe) {
      try {
        byte[] next = new byte[BLOCK];
        for (int read = pipe.read(next); read >= 0; read = pipe.read(next)) {
          blocks.put(Arrays.copyOf(next, read));
        }
        blocks.put(END);
      } catch (IOException | InterruptedException e) {
        // Whoever closed the pipe reads no more.
        return;
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = readNBytes(1);
      return one.length == 0 ? -1 : one[0] & 0xff;
    }

    /**
     * @throws dev.deed.value.InputException when nothing comes any more
     * @throws java.util.concurrent.CancellationException when nobody wants it
     */
    @Override
    public int read(byte[] to, int from, int length) {
      while (at == block.length && block != END) {
        block = next();
        at = 0;
      }
      int count = Math.min(length, block.length - at);
      System.arraycopy(block, at, to, from, count);
      at += count;
      return block == END ? -1 : count;
    }

    /** Time in which others have their turn, while it looks, does not count. */
    private byte[] next() {
      try {
        for (int silent = 0; silent < patienceMs; silent += LOOK_MS) {
          interruption.check();
          byte[] next = blocks.poll(LOOK_MS, TimeUnit.MILLISECONDS);
          if (next != null) {
            return next;
          }
        }
        throw BadSound.damaged("nothing more of it is decoded within " + patienceMs / 1000 + " s");
      } catch (InterruptedException e) {
        throw Interruption.stopped(e, "the sound is not read");
      }
    }

    @Override
    public void close() {
      pump.interrupt();
    }
  }

  /**
   * A temporary file for the bytes of a sound whose reader goes to and fro in it. On Linux it loses
   * its name while it is still empty, so that nothing is left however this process ends; elsewhere
   * it is deleted when it is closed.
   */
  private static final class NamelessFile implements AutoCloseable {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** How a process calls its own standard input. */
    private static final String INPUT = DESCRIPTORS + "/0";

    private final FileChannel channel;
    private final Path named;

    private NamelessFile(FileChannel channel, Path named) {
      this.channel = channel;
      this.named = named;
    }

    static NamelessFile of(byte[] content) throws IOException {
      NamelessFile file = Files.isDirectory(DESCRIPTORS) ? withoutName() : withName();
      ByteBuffer left = ByteBuffer.wrap(content);
      try {
        while (left.hasRemaining()) {
          file.channel.write(left);
        }
        return file;
      } catch (IOException e) {
        file.close();
        throw e;
      }
    }

    private static NamelessFile withoutName() throws IOException {
      Path path = Path.of(System.getProperty("java.io.tmpdir"), "deed-sound-" + UUID.randomUUID());
      // Linux lets go of the name as soon as it is open.
      FileChannel channel =
          FileChannel.open(
              path,
              Set.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.DELETE_ON_CLOSE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (var open = Files.list(DESCRIPTORS)) {
        Path own = open.filter(one -> leadsTo(one, path)).findFirst().orElseThrow();
        return new NamelessFile(channel, own);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
      try {
        String target = Files.readSymbolicLink(descriptor).toString();
        return target.contains(file.getFileName().toString());
      } catch (IOException e) {
        // Closed since it was listed.
        return false;
      }
    }

    private static NamelessFile withName() throws IOException {
      Path path = Files.createTempFile("deed-sound-", null);
      return new NamelessFile(FileChannel.open(path, StandardOpenOption.WRITE), path);
    }

    /** Prepares a process to find it, and returns by which name. */
    String giveTo(ProcessBuilder process) {
      return give(named, process);
    }

    /**
     * Prepares a process to find a file, and returns by which name: on Linux one that tells
     * nothing, since names would count as much as bytes.
     */
    static String give(Path file, ProcessBuilder process) {
      if (!Files.isDirectory(DESCRIPTORS)) {
        return file.toAbsolutePath().toString();
      }
      process.redirectInput(file.toFile());
      return INPUT;
    }

    @Override
    public void close() throws IOException {
      channel.close();
      if (!named.startsWith(DESCRIPTORS)) {
        Files.deleteIfExists(named);
      }
    }
  }

  /**
   * What {@code ffmpeg} says on its standard error, line by line, each with its level. No line of
   * it is passed on, since it may name files.
   */
  private static final class FfmpegMessages {
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
        Pattern.compile(
            "\\[(error|fatal|panic)]|Packet corrupt|filesize and duration do not match");

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
    private double duration = Double.NaN;
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

    private void take(String text) {
      Matcher matcher = INPUT.matcher(text);
      if (matcher.find()) {
        format = matcher.group(1);
      }
      matcher = SOUND.matcher(text);
      if (coding == null && matcher.find()) {
        coding = matcher.group(1);
        decoder = matcher.group(2);
      }
      matcher = UNLISTED.matcher(text);
      if (matcher.find()) {
        unlisted.add(matcher.group(1));
      }
      matcher = LACKING.matcher(text);
      if (matcher.find()) {
        lacking = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      }
      isEstimated |= text.contains("Estimating duration from bitrate");
      matcher = DURATION.matcher(text);
      if (matcher.find()) {
        duration =
            3600 * Double.parseDouble(matcher.group(1))
                + 60 * Double.parseDouble(matcher.group(2))
                + Double.parseDouble(matcher.group(3));
      }
      boolean isBetween = text.contains(BETWEEN_FRAMES);
      hasOtherBytes |= isBetween;
      isDamaged |= DAMAGE.matcher(text).find() && !isBetween && !HARMLESS.matcher(text).find();
      isCutOff |= text.contains("moov atom not found") || text.contains("End of file");
      hasNoDecoder |= text.contains("no decoder found") || text.contains("Decoder not found");
    }

    /**
     * {@return as {@link Waveform#missing}}
     *
     * @param decoded seconds
     */
    double missing(double decoded, boolean endedWell) {
      double slack = isEstimated ? duration * SHARE_OF_TAGS : SLACK;
      boolean lacks = duration - decoded > slack;
      boolean isCounted = isEstimated ? hasOtherBytes : COUNTED.contains(format);
      if (endedWell && !isDamaged && !(lacks && isCounted)) {
        return 0;
      }
      return lacks && !isEstimated ? duration - decoded : Double.NaN;
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
      boolean isUnlisted =
          unlisted.contains(coding) || decoder != null && unlisted.contains(decoder);
      return (hasNoDecoder || isUnlisted) && !coding.equals("none")
          ? BadSound.unsupported("its coding " + coding + " is not read", SoundReader.ADVICE)
          : BadSound.damaged("nothing of it can be decoded");
    }
  }
}
