package com.example;

import dev.deed.EngineFullException;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.ChatModel;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.Base64;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** {@code POST /line} with the bytes of a picture answers with its text. */
@Path("/line")
public class LinesResource {
  private final ChatModel model;

  LinesResource(ChatModel model) {
    this.model = model;
  }

  /** Waits on a virtual thread; all requests share the engine's batch. */
  @POST
  @RunOnVirtualThread
  public String line(byte[] picture) {
    String bytes = Base64.getEncoder().encodeToString(picture);
    return model.chat(UserMessage.from(ImageContent.from(bytes, "image/*"))).aiMessage().text();
  }

  @ServerExceptionMapper
  public Response refused(InvalidRequestException refusal) {
    return Response.status(Response.Status.BAD_REQUEST).entity(refusal.getMessage()).build();
  }

  @ServerExceptionMapper
  public Response full(RateLimitException full) {
    Response.ResponseBuilder answer =
        Response.status(Response.Status.SERVICE_UNAVAILABLE).entity(full.getMessage());
    return full.getCause() instanceof EngineFullException engine
        ? answer.header("Retry-After", engine.retryAfter().toSeconds()).build()
        : answer.build();
  }
}
