package dev.deed.processing.sound;

import java.util.ArrayList;
import java.util.List;

/** Keeps the samples of each channel, at another rate. Who gives them is one thread. */
final class ChannelCollector implements SampleSink {
  private final int from;
  private final int to;
  private final SoundLimits limits;
  private final List<SampleCollector> collectors = new ArrayList<>();
  private final List<SampleSink> inputs = new ArrayList<>();
  private long frames;

  /**
   * @param from rate of what comes
   * @param to rate of what is kept
   * @param limits of which the seconds are those of all channels together
   */
  ChannelCollector(int from, int to, SoundLimits limits) {
    this.from = from;
    this.to = to;
    this.limits = limits;
  }

  private SampleSink input(int channel) {
    if (channel == inputs.size()) {
      SampleCollector collector = new SampleCollector();
      collectors.add(collector);
      inputs.add(Resampler.between(from, to, collector));
    }
    return inputs.get(channel);
  }

  @Override
  public void add(double[] samples, int count) {
    add(new double[][] {samples}, count);
  }

  @Override
  public void add(double[][] channels, int count) {
    frames += count;
    BadSound.tooLargeIf(
        frames * channels.length > (long) limits.maxSeconds() * from,
        "its %d channels last for more than the %d s allowed in all"
            .formatted(channels.length, limits.maxSeconds()),
        "cut it into pieces");
    for (int channel = 0; channel < channels.length; channel++) {
      input(channel).add(channels[channel], count);
    }
  }

  @Override
  public void end() {
    inputs.forEach(SampleSink::end);
  }

  List<float[]> samples() {
    return collectors.stream().map(SampleCollector::samples).toList();
  }
}
