package com.example;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.hub.ModelHub;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The model and its engine, for as long as the application runs. */
@Startup
@Singleton
class LinesModel {
  private final EncoderDecoderModel model;
  private final Engine engine;

  LinesModel(@ConfigProperty(name = "deed.model") String place) {
    model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(place));
    engine = model.engine(EngineOptions.defaults());
  }

  Engine engine() {
    return engine;
  }

  @PreDestroy
  void close() {
    engine.close();
    model.close();
  }
}
