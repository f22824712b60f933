/**
 * The engine: checkpoints, the transformer, decoding with early exits. Applications use {@code
 * dev.deed.runtime}, and see {@code dev.deed.value} alone of this module; DEED's own modules see
 * the other packages, which change without notice.
 */
@SuppressWarnings("module") // Modules that it exports to are compiled later.
module dev.deed.core {
  requires com.fasterxml.jackson.databind;
  requires static jdk.incubator.vector;
  requires static transitive org.jspecify;

  uses dev.deed.tensor.matrix.Int8Engine;

  exports dev.deed.checkpoint to
      dev.deed.processing,
      dev.deed.runtime,
      dev.deed.evaluation,
      dev.deed.hub,
      dev.deed.server;
  exports dev.deed.files to
      dev.deed.onednn,
      dev.deed.processing,
      dev.deed.sound,
      dev.deed.runtime,
      dev.deed.evaluation,
      dev.deed.hub,
      dev.deed.server;
  exports dev.deed.decode to
      dev.deed.runtime;
  exports dev.deed.decode.draft to
      dev.deed.runtime,
      dev.deed.evaluation;
  exports dev.deed.decode.exit to
      dev.deed.runtime,
      dev.deed.evaluation,
      dev.deed.server;
  exports dev.deed.engine to
      dev.deed.runtime,
      dev.deed.server;
  exports dev.deed.decode.logits to
      dev.deed.processing,
      dev.deed.runtime,
      dev.deed.evaluation;
  exports dev.deed.model to
      dev.deed.runtime;
  exports dev.deed.model.family to
      dev.deed.runtime,
      dev.deed.evaluation,
      dev.deed.hub,
      dev.deed.server;
  exports dev.deed.model.front to
      dev.deed.runtime,
      dev.deed.evaluation;
  exports dev.deed.model.spec to
      dev.deed.runtime,
      dev.deed.evaluation,
      dev.deed.server;
  exports dev.deed.tensor to
      dev.deed.runtime,
      dev.deed.evaluation,
      dev.deed.server;
  exports dev.deed.tensor.kernel to
      dev.deed.runtime,
      dev.deed.evaluation;
  exports dev.deed.tensor.matrix to
      dev.deed.onednn;
  exports dev.deed.value;
}
