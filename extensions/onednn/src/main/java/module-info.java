/** Products in int8 by oneDNN, which the engine finds as a service. */
module dev.deed.onednn {
  requires dev.deed.core;
  requires org.bytedeco.javacpp;

  provides dev.deed.tensor.matrix.Int8Engine with
      dev.deed.onednn.OneDnnEngine;
}
