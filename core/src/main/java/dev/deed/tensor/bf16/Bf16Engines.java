package dev.deed.tensor.bf16;

import dev.deed.tensor.engine.Bf16Engine;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.util.ServiceLoader;

/** Looks for what multiplies bf16 on this machine. */
public final class Bf16Engines {
  private Bf16Engines() {}

  /**
   * The first that can run; it may load native code.
   *
   * @throws InputException when there is none
   */
  public static Bf16Engine find() {
    String obstacle = "there is no engine for it on the class path";
    String remedy = "add the module deed-onednn, or take bf16";
    for (Bf16Engine engine :
        ServiceLoader.load(Bf16Engine.class, Bf16Engine.class.getClassLoader())) {
      String met = engine.obstacle();
      if (met == null) {
        return engine;
      }
      obstacle = met;
      remedy = "take bf16, or w8a8 where that is fast";
    }
    throw new InputException("precision " + WeightPrecision.W16A16.label(), obstacle, remedy);
  }
}
