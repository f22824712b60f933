package dev.deed.model.spec;

import dev.deed.checkpoint.Config;
import dev.deed.tensor.Activation;
import java.util.Map;

/** Names of activations in configuration files. */
public final class Activations {
  private static final Map<String, Activation> BY_NAME =
      Map.of(
          "relu", Activation.RELU,
          "gelu", Activation.GELU,
          "gelu_python", Activation.GELU,
          "gelu_new", Activation.GELU_TANH,
          "gelu_pytorch_tanh", Activation.GELU_TANH,
          "gelu_python_tanh", Activation.GELU_TANH,
          "gelu_accurate", Activation.GELU_TANH,
          "gelu_fast", Activation.GELU_TANH,
          "silu", Activation.SILU,
          "swish", Activation.SILU);

  private Activations() {}

  /** The activation that a configuration names; see {@link #named}. */
  public static Activation read(Config config, String key, String fallback) {
    return named(config.text(key, fallback), config, key);
  }

  /**
   * The activation of a name taken from the value of {@code key}.
   *
   * @throws dev.deed.value.InputException when DEED does not know it
   */
  public static Activation named(String name, Config config, String key) {
    Activation activation = BY_NAME.get(name);
    if (activation == null) {
      throw config.wrong(key, "must be one of " + BY_NAME.keySet().stream().sorted().toList());
    }
    return activation;
  }
}
