package dev.deed.model.spec;

import dev.deed.checkpoint.Config;
import dev.deed.tensor.Activation;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a decoder may emit a token, and by which measure it decides on its own.
 *
 * @param layers 1-based decoder layers that may emit, ascending; the last layer is always among
 *     them
 * @param adapterSize width of the bottleneck between a layer and the shared head; 0 without
 *     adapters
 * @param adapterActivation activation of the bottleneck
 * @param policy the model's own policy; null when it states none
 * @param losslessPolicy what stands in for it where lossless exits are asked for and no policy is
 *     named; null when none is stated
 */
public record ExitSpec(
    List<Integer> layers,
    int adapterSize,
    Activation adapterActivation,
    @Nullable ExitSettings policy,
    @Nullable ExitSettings losslessPolicy) {
  private static final String LOSSLESS_POLICY = "lossless_policy";

  /** How a policy was chosen: nothing to decode by, and known all the same. */
  private static final String CALIBRATION = "calibration";

  /** A setting of earlier versions that said when the head is read again: known, and not heeded. */
  private static final String SHORTLIST = "shortlist";

  /** What stands in the object beside settings; its {@code layers} are those of exits. */
  private static final List<String> OTHERS =
      List.of("layers", "adapter", LOSSLESS_POLICY, CALIBRATION);

  public ExitSpec {
    layers = List.copyOf(new TreeSet<>(layers));
  }

  /** Whether exit {@code layer} has an adapter; the last layer never has. */
  public boolean hasAdapter(int layer) {
    return adapterSize > 0 && layer < layers.getLast() && layers.contains(layer);
  }

  /**
   * Reads the {@code exits} object of a {@code config.json}.
   *
   * @param decoderLayers number of decoder layers of the model
   * @throws dev.deed.value.InputException when it is not valid for that depth, or says something
   *     that is no setting
   */
  public static ExitSpec read(Config exits, int decoderLayers) {
    List<Integer> layers = exits.integers("layers", 1, decoderLayers);
    exits.require(
        layers.contains(decoderLayers),
        "layers",
        "must contain the last decoder layer, " + decoderLayers);
    int size = 0;
    Activation activation = Activation.GELU;
    if (exits.has("adapter")) {
      Config adapter = exits.object("adapter");
      adapter.requireKnown(List.of("size", "activation"));
      size = adapter.integer("size", 1, 1 << 16);
      activation = Activations.read(adapter, "activation", "gelu");
    }
    ExitSettings own = settings(exits, OTHERS, layers, false);
    ExitSettings verified = null;
    if (exits.has(LOSSLESS_POLICY)) {
      if (own != null && own.isLossless()) {
        throw exits.wrong(
            "lossless", "makes the model's own policy lossless, so leave out lossless_policy");
      }
      verified = settings(exits.object(LOSSLESS_POLICY), List.of(CALIBRATION), layers, true);
    }
    return new ExitSpec(layers, size, activation, own, verified);
  }

  /** What a setting is called beside {@code layers}, the exits that there are. */
  public static String key(ExitSetting<?> setting) {
    return setting == ExitSetting.LAYERS ? "policy_layers" : setting.name();
  }

  /**
   * The settings of an object that holds a few other keys.
   *
   * @param lossless what is meant where the object does not say
   * @return null where it holds none
   */
  private static @Nullable ExitSettings settings(
      Config object, List<String> others, List<Integer> exits, boolean lossless) {
    List<String> passed = new ArrayList<>(others);
    passed.add(SHORTLIST);
    List<String> known = new ArrayList<>(passed);
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      known.add(setting.name());
      known.addAll(setting.oldNames());
    }
    object.requireKnown(known.stream().distinct().toList());
    others.forEach(object::has);
    Map<String, Object> json = object.values(passed);
    json.putIfAbsent(ExitSetting.LOSSLESS.name(), lossless);
    ExitSettings settings = ExitSettings.of(object.origin() + ": ", json);
    if (!settings.isLossless()) {
      settings = settings.with(ExitSetting.LOSSLESS, null);
    }
    if (settings.equals(ExitSettings.own())) {
      return null;
    }
    ExitPolicy policy = settings.get(ExitSetting.POLICY);
    if (policy == null) {
      throw object.lacks(ExitSetting.POLICY.name());
    }
    List<Integer> given = settings.get(ExitSetting.LAYERS);
    InputException.require(
        given == null || exits.containsAll(given),
        object.origin() + ": layers of the policy",
        "are " + given + " but must be among the layers of exits, " + exits,
        "choose among these");
    return policy.isMeasured() && settings.get(ExitSetting.THRESHOLD) == null
        ? settings.with(ExitSetting.THRESHOLD, ExitSettings.DEFAULT_THRESHOLD)
        : settings;
  }
}
