package com.example;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.hub.ModelHub;
import dev.deed.langchain4j.DeedChatModel;
import dev.deed.langchain4j.DeedStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** One model, opened once, behind LangChain4j's interfaces, for as long as the application runs. */
@Startup
@Singleton
class DeedModels {
  private final EncoderDecoderModel model;
  private final Engine engine;

  DeedModels(@ConfigProperty(name = "deed.model") String place) {
    model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(place));
    engine = model.engine(EngineOptions.defaults());
  }

  @Produces
  @Singleton
  ChatModel chat() {
    return DeedChatModel.builder().engine(engine).build();
  }

  @Produces
  @Singleton
  StreamingChatModel streaming() {
    return DeedStreamingChatModel.builder().engine(engine).build();
  }

  @PreDestroy
  void close() {
    engine.close();
    model.close();
  }
}
