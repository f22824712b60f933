package dev.deed.sound;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.sourceforge.jaad.aac.AACException;
import net.sourceforge.jaad.aac.Decoder;
import net.sourceforge.jaad.aac.SampleRate;
import net.sourceforge.jaad.aac.syntax.BitStream;
import net.sourceforge.jaad.aac.syntax.CPE;
import net.sourceforge.jaad.aac.syntax.ICSInfo;
import net.sourceforge.jaad.aac.syntax.ICStream;
import net.sourceforge.jaad.aac.tools.TNS;

/**
 * Temporal noise shaping of a channel (ISO/IEC 14496-3, 4.6.9), which JAAD's own leaves out: each
 * window's spectrum passes recursive filters, which run along its frequencies. Belongs to one
 * thread.
 */
final class NoiseShaping extends TNS {
  // The way from a decoder to what shapes its channels, which JAAD lets nobody exchange.
  private static final VarHandle SYNTAX = field("Decoder", "syntacticElements");
  private static final VarHandle ELEMENTS = field("syntax.SyntacticElements", "elements");
  private static final VarHandle SINGLE = field("syntax.SCE", "ics");
  private static final VarHandle SHAPING = field("syntax.ICStream", "tns");

  /** Of low complexity. */
  private static final int MOST_WEIGHTS = 12;

  /** Frequencies of a short window. */
  private static final int SHORT = 128;

  /** Of each window, from the highest frequencies down. */
  private final List<List<Filter>> windows = new ArrayList<>();

  /**
   * @param bands how many it covers
   * @param falls whether it runs from high to low frequencies
   * @param weights of the values behind it; the first is unused
   */
  private record Filter(int bands, boolean falls, double[] weights) {
    static Filter read(BitStream in, boolean isShort, int resolution) {
      int bands = in.readBits(isShort ? 4 : 6);
      int order = in.readBits(isShort ? 3 : 5);
      if (order > MOST_WEIGHTS) {
        throw new AACException("a filter of " + order);
      }
      double[] weights = new double[order + 1];
      boolean falls = order > 0 && in.readBool();
      int bits = order > 0 ? resolution - in.readBit() : 0;
      for (int i = 1; i <= order; i++) {
        int unused = Integer.SIZE - bits;
        int level = in.readBits(bits) << unused >> unused;
        double levels = (1 << resolution - 1) - Math.copySign(0.5, level);
        double reflection = StrictMath.sin(level / levels * Math.PI / 2);
        double[] before = weights.clone();
        for (int j = 1; j < i; j++) {
          weights[j] += reflection * before[i - j];
        }
        weights[i] = reflection;
      }
      return new Filter(bands, falls, weights);
    }

    void apply(float[] spectrum, int from, int to) {
      int step = falls ? -1 : 1;
      for (int done = 0, at = falls ? to - 1 : from; done < to - from; done++, at += step) {
        double value = spectrum[at];
        for (int i = 1; i <= Math.min(done, weights.length - 1); i++) {
          value -= weights[i] * spectrum[at - i * step];
        }
        spectrum[at] = (float) value;
      }
    }
  }

  private static VarHandle field(String type, String name) {
    try {
      Class<?> owner = Class.forName("net.sourceforge.jaad.aac." + type);
      return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
          .unreflectVarHandle(owner.getDeclaredField(name));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Gives each channel its own; the decoder makes channels in its first packet. */
  static void addTo(Decoder decoder) {
    for (Object element : ((Map<?, ?>) ELEMENTS.get(SYNTAX.get(decoder))).values()) {
      if (element instanceof CPE pair) {
        addTo(pair.getLeftChannel());
        addTo(pair.getRightChannel());
      } else if (SINGLE.coordinateTypes().getFirst().isInstance(element)) {
        addTo((ICStream) SINGLE.get(element));
      }
    }
  }

  private static void addTo(ICStream channel) {
    if (!(SHAPING.get(channel) instanceof NoiseShaping)) {
      SHAPING.set(channel, new NoiseShaping());
    }
  }

  @Override
  public void decode(BitStream in, ICSInfo info) {
    boolean isShort = info.isEightShortFrame();
    windows.clear();
    for (int window = 0; window < info.getWindowCount(); window++) {
      List<Filter> filters = new ArrayList<>();
      int count = in.readBits(isShort ? 1 : 2);
      int resolution = count > 0 ? 3 + in.readBit() : 0;
      while (filters.size() < count) {
        filters.add(Filter.read(in, isShort, resolution));
      }
      windows.add(filters);
    }
  }

  @Override
  public void process(ICStream channel, float[] spectrum, SampleRate rate, boolean decode) {
    ICSInfo info = channel.getInfo();
    int[] begins = info.getSWBOffsets();
    int shaped = rate.getNominal().getMaximalTNS_SFB(info.isEightShortFrame());
    int most = Math.min(shaped, info.getMaxSFB());
    for (int window = 0; window < windows.size(); window++) {
      int top = info.getSWBCount();
      for (Filter filter : windows.get(window)) {
        int bottom = Math.max(top - filter.bands(), 0);
        int first = SHORT * window;
        filter.apply(
            spectrum, first + begins[Math.min(bottom, most)], first + begins[Math.min(top, most)]);
        top = bottom;
      }
    }
  }
}
