/** Products in int8 and bf16 by oneDNN, which the engine finds as a service. */
module dev.deed.onednn {
  requires dev.deed.core;
  requires org.bytedeco.javacpp;

  provides dev.deed.tensor.engine.Bf16Engine with
      dev.deed.onednn.OneDnnBf16Engine;
  provides dev.deed.tensor.engine.Int8Engine with
      dev.deed.onednn.OneDnnEngine;
}
