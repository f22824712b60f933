package dev.deed.cli;

import dev.deed.testing.TinyWhisper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Runs of {@code deed transcribe} with a tiny Whisper that writes nonsense. */
record TranscribeRuns(Path model, Path folder) {
  static TranscribeRuns in(Path model, Path folder) throws IOException {
    TinyWhisper.thatTranscribes(model);
    return new TranscribeRuns(model, folder);
  }

  /** Noise of 16 bits at 16 kHz. */
  Path noise(String name, double seconds) throws IOException {
    int samples = (int) (seconds * 16_000);
    ByteBuffer file = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
    file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    file.putShort((short) 1).putShort((short) 1).putInt(16_000).putInt(32_000);
    file.putShort((short) 2).putShort((short) 16);
    file.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
    Random random = new Random(7);
    while (file.hasRemaining()) {
      file.putShort((short) random.nextInt(-9000, 9000));
    }
    return Files.write(folder.resolve(name), file.array());
  }

  /** Of noise: in it no speech would be found. */
  DeedRun transcribe(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("transcribe", model));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--quiet", "--vad", "off"));
    return DeedRun.of(all.toArray());
  }

  DeedRun listen(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("transcribe", model, "--quiet"));
    all.addAll(List.of(arguments));
    return DeedRun.of(all.toArray());
  }
}
