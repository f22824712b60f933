package dev.deed.speech;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.deed.files.Interruption;
import dev.deed.model.Linear;
import dev.deed.tensor.Activation;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells how probable it is that somebody speaks: the graph for 16 kHz of Silero VAD 6
 * (https://github.com/snakers4/silero-vad). A Fourier transform and four convolutions see 36 ms of
 * sound; a recurrent layer joins them. All but its recurrence runs for many windows at once.
 * Immutable, safe for use from many threads.
 */
final class VoiceNetwork {
  /** Samples a second. */
  static final int RATE = 16_000;

  /** Samples of a window, each of which has a probability: 32 ms. */
  static final int WINDOW = 512;

  /** Samples before a window that it sees too, and those that are reflected at its end. */
  private static final int EDGE = 64;

  private static final int SEEN = EDGE + WINDOW;

  /** Samples that a frequency is taken of, and from one frame of them to the next. */
  private static final int TRANSFORM = 256;

  private static final int HOP = 128;
  private static final int FREQUENCIES = TRANSFORM / 2 + 1;

  /** Frames of frequencies in a window. */
  static final int FRAMES = (SEEN + EDGE - TRANSFORM) / HOP + 1;

  private static final int CELLS = 128;
  private static final int GATES = 4;

  /** Which gate is no sigmoid. */
  private static final int CANDIDATE = 2;

  /** Windows that run together: 8 s. */
  private static final int BLOCK = 256;

  private final Linear transform;
  private final List<Convolution> convolutions;
  private final Linear input;
  private final Linear recurrence;
  private final float[] output;
  private final float outputBias;

  private VoiceNetwork(Weights weights) {
    this.transform = linear(weights.of("stft_conv.weight"), null, TRANSFORM);
    this.convolutions =
        List.of(
            Convolution.of(weights, "conv1", 1),
            Convolution.of(weights, "conv2", 2),
            Convolution.of(weights, "conv3", 2),
            Convolution.of(weights, "conv4", 1));
    float[] bias = weights.of("lstm_cell.bias_ih");
    KernelChoice.kernels().add(bias, 0, weights.of("lstm_cell.bias_hh"), 0, bias.length);
    this.input = linear(halved(weights.of("lstm_cell.weight_ih")), halved(bias), CELLS);
    this.recurrence = linear(halved(weights.of("lstm_cell.weight_hh")), null, CELLS);
    this.output = weights.of("final_conv.weight");
    this.outputBias = weights.of("final_conv.bias")[0];
  }

  /** The network that ships; it is read when it is first needed. */
  static VoiceNetwork shipped() {
    return Shipped.NETWORK;
  }

  private static final class Shipped {
    static final VoiceNetwork NETWORK = new VoiceNetwork(Weights.read());
  }

  /** A safetensors file of fp32, which is part of the program. */
  private record Weights(JsonNode header, ByteBuffer data) {
    static Weights read() {
      try (InputStream in =
          Objects.requireNonNull(
              VoiceNetwork.class.getResourceAsStream("silero_vad_16k.safetensors"))) {
        ByteBuffer file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) file.getLong();
        JsonNode json = new JsonMapper().readTree(file.array(), Long.BYTES, header);
        return new Weights(json, file.position(Long.BYTES + header).slice());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    float[] of(String name) {
      JsonNode place = header.path(name).path("data_offsets");
      int from = place.path(0).intValue();
      int bytes = place.path(1).intValue() - from;
      float[] values = new float[bytes / Float.BYTES];
      data.slice(from, bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  }

  private static Linear linear(float[] rows, float @Nullable [] bias, int inputs) {
    return new Linear(
        KernelChoice.packing().pack(WeightPrecision.FP32, rows, rows.length / inputs, inputs),
        bias);
  }

  /** Half of what goes into sigmoids: σ(x) = (1 + tanh(x / 2)) / 2, so that one function serves. */
  private static float[] halved(float[] ofGates) {
    int gate = ofGates.length / GATES;
    for (int i = 0; i < GATES; i++) {
      KernelChoice.kernels().scale(ofGates, i * gate, gate, i == CANDIDATE ? 1 : 0.5f);
    }
    return ofGates;
  }

  /** Three frames wide, with zeros beside the first and the last, and ReLU behind it. */
  record Convolution(Linear product, int stride) {
    private static final int TAPS = 3;

    static Convolution of(Weights weights, String name, int stride) {
      float[] bias = weights.of(name + ".bias");
      float[] kernel = weights.of(name + ".weight");
      int channels = kernel.length / bias.length / TAPS;
      float[] rows = new float[kernel.length];
      for (int i = 0; i < kernel.length; i++) {
        // [outputs, channels, taps] to [outputs, taps, channels].
        int row = i / (channels * TAPS) * channels * TAPS;
        rows[row + i % TAPS * channels + (i - row) / TAPS] = kernel[i];
      }
      return new Convolution(linear(rows, bias, channels * TAPS), stride);
    }

    int frames(int before) {
      return (before - 1) / stride + 1;
    }

    /** [windows, frames, channels] to [windows, frames / stride, outputs]. */
    float[] apply(float[] x, int frames) {
      int inputs = product.weight().inputs();
      int channels = inputs / TAPS;
      int after = frames(frames);
      int rows = x.length / channels / frames * after;
      float[] patches = new float[rows * inputs];
      for (int row = 0; row < rows; row++) {
        int begin = row / after * frames;
        for (int tap = 0; tap < TAPS; tap++) {
          int frame = row % after * stride + tap - 1;
          if (frame >= 0 && frame < frames) {
            System.arraycopy(
                x, (begin + frame) * channels, patches, row * inputs + tap * channels, channels);
          }
        }
      }
      float[] y = product.apply(patches, rows, ThreadPool.ALONE);
      KernelChoice.kernels().activate(Activation.RELU, y, 0, y.length);
      return y;
    }
  }

  List<Convolution> convolutions() {
    return convolutions;
  }

  /**
   * The probability of each window, the last of which is filled up with zeros.
   *
   * @param samples of 16 kHz, −1 to 1
   * @throws java.util.concurrent.CancellationException when nobody wants them any more
   */
  float[] probabilities(float[] samples, Interruption interruption) {
    int windows = Math.ceilDiv(samples.length, WINDOW);
    return new Cells().next(samples, 0, windows, interruption);
  }

  /** How strong each frequency is: [windows, frames, frequencies]. */
  float[] magnitudes(float[] samples, int first, int windows) {
    float[] seen = new float[SEEN + EDGE];
    float[] frames = new float[windows * FRAMES * TRANSFORM];
    for (int window = 0; window < windows; window++) {
      int begin = (first + window) * WINDOW - EDGE;
      for (int i = 0; i < SEEN; i++) {
        int at = begin + i;
        seen[i] = at >= 0 && at < samples.length ? samples[at] : 0;
      }
      for (int i = 0; i < EDGE; i++) {
        seen[SEEN + i] = seen[SEEN - 2 - i];
      }
      for (int frame = 0; frame < FRAMES; frame++) {
        int row = window * FRAMES + frame;
        System.arraycopy(seen, frame * HOP, frames, row * TRANSFORM, TRANSFORM);
      }
    }
    int rows = windows * FRAMES;
    float[] parts = transform.apply(frames, rows, ThreadPool.ALONE);
    float[] magnitudes = new float[rows * FREQUENCIES];
    for (int i = 0; i < magnitudes.length; i++) {
      int real = i / FREQUENCIES * 2 * FREQUENCIES + i % FREQUENCIES;
      float imaginary = parts[real + FREQUENCIES];
      magnitudes[i] = (float) Math.sqrt(parts[real] * parts[real] + imaginary * imaginary);
    }
    return magnitudes;
  }

  /** The recurrent layer (LSTM) in the course of a recording. */
  final class Cells {
    private final Kernels kernels = KernelChoice.kernels();
    private final float[] hidden = new float[CELLS];
    private final float[] cell = new float[CELLS];
    private final float[] gates = new float[GATES * CELLS];

    /**
     * The probabilities of the windows that come next.
     *
     * @param samples with those of the window before the first, unless it begins them
     * @param begin number of the first window among the samples
     */
    float[] next(float[] samples, int begin, int windows, Interruption interruption) {
      float[] all = new float[windows];
      for (int first = 0; first < windows; first += BLOCK) {
        interruption.check();
        int count = Math.min(BLOCK, windows - first);
        float[] x = magnitudes(samples, begin + first, count);
        int frames = FRAMES;
        for (Convolution convolution : convolutions) {
          x = convolution.apply(x, frames);
          frames = convolution.frames(frames);
        }
        float[] inputs = input.apply(x, count, ThreadPool.ALONE);
        for (int i = 0; i < count; i++) {
          all[first + i] = next(inputs, i * GATES * CELLS);
        }
      }
      return all;
    }

    /** The probability of the next window; {@code inputs} are its gates' without the recurrence. */
    private float next(float[] inputs, int offset) {
      recurrence.apply(hidden, 1, gates, ThreadPool.ALONE);
      kernels.add(gates, 0, inputs, offset, gates.length);
      kernels.activate(Activation.TANH, gates, 0, gates.length);
      for (int i = 0; i < CELLS; i++) {
        float kept = sigmoid(gates[CELLS + i]) * cell[i];
        cell[i] = kept + sigmoid(gates[i]) * gates[CANDIDATE * CELLS + i];
        hidden[i] = cell[i];
      }
      kernels.activate(Activation.TANH, hidden, 0, CELLS);
      float sum = outputBias;
      for (int i = 0; i < CELLS; i++) {
        hidden[i] *= sigmoid(gates[3 * CELLS + i]);
        sum += Math.max(0, hidden[i]) * output[i];
      }
      return (float) (1 / (1 + StrictMath.exp(-sum)));
    }

    /** Of half of what goes into it. */
    private static float sigmoid(float tanh) {
      return 0.5f + 0.5f * tanh;
    }
  }
}
