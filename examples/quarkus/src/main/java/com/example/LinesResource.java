package com.example;

import dev.deed.EngineFullException;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.value.InputException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** {@code POST /line} with the bytes of a picture answers with its text. */
@Path("/line")
public class LinesResource {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LinesModel model;

  LinesResource(LinesModel model) {
    this.model = model;
  }

  /** Waits on a virtual thread; all requests share the engine's batch. */
  @POST
  @RunOnVirtualThread
  public String line(byte[] picture) throws InterruptedException {
    Request request = Request.of(Input.ofImage(picture));
    return model.engine().offer(request, PATIENCE, PATIENCE).result().join().orThrow().text();
  }

  @ServerExceptionMapper
  public Response refused(InputException refusal) {
    return Response.status(Response.Status.BAD_REQUEST).entity(refusal.getMessage()).build();
  }

  @ServerExceptionMapper
  public Response full(EngineFullException full) {
    return Response.status(Response.Status.SERVICE_UNAVAILABLE)
        .header("Retry-After", full.retryAfter().toSeconds())
        .entity(full.getMessage())
        .build();
  }
}
