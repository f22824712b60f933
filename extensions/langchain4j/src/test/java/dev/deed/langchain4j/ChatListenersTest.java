package dev.deed.langchain4j;

import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** LangChain4j's own test of listeners. */
final class ChatListenersTest extends AbstractChatModelListenerIT {
  private @Nullable DeedChatModel model;

  private DeedChatModel model(ChatModelListener listener, int longest) {
    model =
        DeedChatModel.builder()
            .model(modelName())
            .defaultRequestParameters(
                DefaultChatRequestParameters.builder()
                    .temperature(temperature())
                    .topP(topP())
                    .maxOutputTokens(longest)
                    .build())
            .listeners(List.of(listener))
            .build();
    return model;
  }

  @AfterEach
  void close() {
    if (model != null) {
      model.close();
    }
  }

  @Override
  protected ChatModel createModel(ChatModelListener listener) {
    return model(listener, maxTokens());
  }

  @Override
  protected String modelName() {
    return Path.of("../..", "models", "values").toString();
  }

  @Override
  protected ChatModel createFailingModel(ChatModelListener listener) {
    return model(listener, 1 << 30);
  }

  @Override
  protected Class<? extends Exception> expectedExceptionClass() {
    return InvalidRequestException.class;
  }

  @Override
  protected boolean supportsTools() {
    return false;
  }
}
