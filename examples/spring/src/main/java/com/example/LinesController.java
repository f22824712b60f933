package com.example;

import dev.deed.Engine;
import dev.deed.EngineFullException;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.value.InputException;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /line} with the bytes of a picture answers with its text. */
@RestController
class LinesController {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Engine engine;

  LinesController(Engine engine) {
    this.engine = engine;
  }

  /** Waits on a virtual thread; all requests share the engine's batch. */
  @PostMapping("/line")
  String line(@RequestBody byte[] picture) throws InterruptedException {
    Request request = Request.of(Input.ofImage(picture));
    return engine.offer(request, PATIENCE, PATIENCE).result().join().orThrow().text();
  }

  @ExceptionHandler
  ResponseEntity<String> refused(InputException refusal) {
    return ResponseEntity.badRequest().body(refusal.getMessage());
  }

  @ExceptionHandler
  ResponseEntity<String> full(EngineFullException full) {
    return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
        .header("Retry-After", Long.toString(full.retryAfter().toSeconds()))
        .body(full.getMessage());
  }
}
