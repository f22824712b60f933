package com.example;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.hub.ModelHub;
import dev.deed.value.WeightPrecision;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Reads pictures of printed lines over HTTP. */
@SpringBootApplication
public class LinesApplication {
  public static void main(String[] args) {
    SpringApplication.run(LinesApplication.class, args);
  }

  @Bean(destroyMethod = "close")
  EncoderDecoderModel model(
      @Value("${deed.model}") String place, @Value("${deed.precision}") WeightPrecision precision) {
    Path folder = ModelHub.fromEnvironment().folder(place);
    return EncoderDecoderModel.open(folder, OpenOptions.defaults().withPrecision(precision));
  }

  @Bean(destroyMethod = "close")
  Engine engine(EncoderDecoderModel model) {
    return model.engine(EngineOptions.defaults());
  }

  /**
   * The first answer loads native code: a blank picture has that done before somebody waits. The
   * common pool's threads know nothing of a fat jar; DEED finds its parts all the same.
   */
  @Bean
  ApplicationRunner warmUp(EncoderDecoderModel model) {
    Input blank = Input.ofImage(new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB));
    return arguments ->
        CompletableFuture.runAsync(() -> model.generate(blank, GenerationOptions.defaults()))
            .join();
  }
}
