package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a child process writes, for a thread that goes on looking whether anybody still wants it:
 * reading a pipe cannot be interrupted. So another thread reads the pipe, a few blocks ahead.
 */
final class ChildOutput extends InputStream {
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
