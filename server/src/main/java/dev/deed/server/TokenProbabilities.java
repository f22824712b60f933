package dev.deed.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GeneratedSequence;
import dev.deed.Token;
import dev.deed.processing.tokenizer.TextStream;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.speech.TranscriptSegment;
import dev.deed.value.Alternative;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code logprobs} of a choice, in OpenAI's shapes. Tokens have the text that they add, so that
 * these join to the choice's; special tokens, which add none, are left out. Belongs to one choice.
 */
final class TokenProbabilities {
  /** What OpenAI writes for a token that is very unlikely. */
  private static final double LEAST = -9999;

  private static final Pattern TIMESTAMP = Pattern.compile("<\\|\\d+\\.\\d+\\|>");

  private final OpenAiShape shape;
  private final int alternatives;
  private final @Nullable Tokenizer tokenizer;
  private int offset;

  /**
   * @param alternatives how many of the most probable tokens are told of at each place
   * @param tokenizer null where the folder holds none
   */
  TokenProbabilities(OpenAiShape shape, int alternatives, @Nullable Tokenizer tokenizer) {
    this.shape = shape;
    this.alternatives = alternatives;
    this.tokenizer = tokenizer;
  }

  /** What is told of one token; null for a special one without text. */
  @Nullable ObjectNode of(Token token, String text) {
    ObjectNode out = nothing();
    return add(out, token, text) ? out : null;
  }

  /** What is told of all tokens of an answer. */
  ObjectNode of(GeneratedSequence sequence) {
    ObjectNode out = nothing();
    String whole = sequence.text() == null ? "" : sequence.text();
    TextStream stream = tokenizer == null ? null : tokenizer.answerStream();
    List<Token> tokens = sequence.tokens();
    int given = 0;
    for (int i = 0; i < tokens.size(); i++) {
      int length = stream == null ? 0 : stream.append(tokens.get(i).id()).length();
      // A stop text cuts the last ones off; what is held back comes with the last.
      int end = i == tokens.size() - 1 ? whole.length() : Math.min(whole.length(), given + length);
      add(out, tokens.get(i), whole.substring(given, end));
      given = end;
    }
    return out;
  }

  private ObjectNode nothing() {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    if (shape == OpenAiShape.CHAT) {
      out.putArray("content");
      out.putNull("refusal");
    } else {
      out.putArray("tokens");
      out.putArray("token_logprobs");
      out.set("top_logprobs", alternatives == 0 ? out.nullNode() : out.arrayNode());
      out.putArray("text_offset");
    }
    return out;
  }

  private boolean add(ObjectNode out, Token token, String text) {
    if (text.isEmpty() && tokenizer != null && tokenizer.isSpecial(token.id())) {
      return false;
    }
    if (shape == OpenAiShape.CHAT) {
      ObjectNode one = entry(out.withArray("content"), text, token.logProbability());
      ArrayNode top = one.putArray("top_logprobs");
      for (Alternative other : token.alternatives()) {
        entry(top, spelling(other, token, text), logarithm(other, token));
      }
    } else {
      out.withArray("tokens").add(text);
      out.withArray("token_logprobs").add(finite(token.logProbability()));
      out.withArray("text_offset").add(offset);
      if (alternatives > 0) {
        ObjectNode top = out.withArray("top_logprobs").addObject();
        for (Alternative other : token.alternatives()) {
          // Of two tokens that are spelt alike the more probable one comes first.
          top.putIfAbsent(
              spelling(other, token, text),
              JsonNodeFactory.instance.numberNode(logarithm(other, token)));
        }
      }
    }
    offset += text.codePointCount(0, text.length());
    return true;
  }

  /**
   * What is told of a transcript's tokens: those of text, in their order.
   *
   * @param list gets an object for each
   */
  static void add(ArrayNode list, TranscriptSegment segment, Tokenizer tokenizer) {
    TextStream stream = tokenizer.answerStream();
    for (Token token : segment.tokens()) {
      if (!tokenizer.isSpecial(token.id())
          && !TIMESTAMP.matcher(tokenizer.token(token.id())).matches()) {
        entry(list, stream.append(token.id()), token.logProbability());
      }
    }
  }

  private static ObjectNode entry(ArrayNode list, String text, double logProbability) {
    ObjectNode entry = list.addObject().put("token", text).put("logprob", finite(logProbability));
    // A part of a character has bytes that its text does not tell.
    if (text.indexOf('\ufffd') >= 0) {
      entry.putNull("bytes");
    } else {
      ArrayNode bytes = entry.putArray("bytes");
      for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
        bytes.add(one & 0xff);
      }
    }
    return entry;
  }

  /** The emitted token is spelt as it was emitted, a special one as the vocabulary spells it. */
  private String spelling(Alternative other, Token token, String text) {
    if (other.id() == token.id()) {
      return text;
    }
    return other.text().isEmpty() && tokenizer != null ? tokenizer.token(other.id()) : other.text();
  }

  private static double logarithm(Alternative other, Token token) {
    return finite(
        other.id() == token.id() ? token.logProbability() : Math.log(other.probability()));
  }

  private static double finite(double logProbability) {
    return logProbability >= LEAST ? logProbability : LEAST;
  }
}
