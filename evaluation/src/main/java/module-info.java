/** Metrics, evaluation and calibration of models. */
module dev.deed.evaluation {
  requires com.fasterxml.jackson.databind;
  requires dev.deed.core;
  requires transitive dev.deed.runtime;
  requires dev.deed.processing;
  requires java.management;
  requires static transitive org.jspecify;

  exports dev.deed.evaluation;
  exports dev.deed.evaluation.calibration;
}
