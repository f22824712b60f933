package dev.deed.processing.tokenizer;

import dev.deed.value.InputException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * ByT5's tokenizer, which needs no file (Xue et al. 2022, arXiv 2105.13626, section 3.1): a token
 * is a byte of the text in UTF-8, numbered from behind the three special tokens, and the sentinels
 * stand behind the bytes. Special tokens in a text are tokens.
 */
final class ByteCodec implements TextCodec {
  /** Numbers before those of bytes: padding, end, unknown. */
  private static final List<String> FIRST = List.of("pad_token", "eos_token", "unk_token");

  private static final int BYTES = 256;
  private static final int USUAL_SENTINELS = 125;
  private static final int MOST_SENTINELS = 1 << 16;

  private final Vocabulary vocabulary = new Vocabulary();

  /** Tokens that are no bytes, by their numbers. */
  private final Map<Integer, AddedToken> added = new TreeMap<>();

  private final AddedTokenMatcher matcher;
  private final int end;

  ByteCodec(TokenizerSettings settings) {
    for (int b = 0; b < BYTES; b++) {
      vocabulary.add(FIRST.size() + b, String.valueOf((char) b));
    }
    added.putAll(settings.numbered());
    Map<String, AddedToken> named = settings.named();
    for (int i = 0; i < FIRST.size(); i++) {
      AddedToken token = named.get(FIRST.get(i));
      if (token != null && !isAdded(token)) {
        added.putIfAbsent(i, token);
      }
    }
    int next = FIRST.size() + BYTES;
    for (AddedToken token : sentinels(settings)) {
      if (!isAdded(token)) {
        while (added.containsKey(next)) {
          next++;
        }
        added.put(next++, token);
      }
    }
    added.forEach(
        (id, token) -> {
          requireSimple(token);
          vocabulary.add(id, token.content());
          vocabulary.setSpecial(id, token.special());
        });
    for (AddedToken token : named.values()) {
      Integer id = vocabulary.id(token.content());
      if (id != null) {
        vocabulary.setSpecial(id, true);
      }
    }
    matcher = new AddedTokenMatcher(added.values());
    end = number(settings.spelling("eos_token"));
  }

  private static List<AddedToken> sentinels(TokenizerSettings settings) {
    List<AddedToken> listed = settings.extra();
    if (!listed.isEmpty() || !settings.numbered().isEmpty()) {
      return listed;
    }
    int count = settings.config().integer("extra_ids", USUAL_SENTINELS, 0, MOST_SENTINELS);
    return IntStream.range(0, count)
        .mapToObj(i -> AddedToken.special("<extra_id_" + i + ">"))
        .toList();
  }

  private boolean isAdded(AddedToken token) {
    return added.values().stream().anyMatch(other -> other.content().equals(token.content()));
  }

  private static void requireSimple(AddedToken token) {
    InputException.require(
        !token.singleWord(),
        token.content(),
        "is an added token that must stand as a word (single_word), which is not supported here",
        "let it be a token everywhere");
  }

  private int number(String token) {
    Integer id = vocabulary.id(token);
    if (id == null) {
      throw new InputException(
          "tokenizer_config.json", "numbers no token " + token, "give the complete file");
    }
    return id;
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public int[] encode(String text, boolean framed) {
    List<Integer> ids = new ArrayList<>();
    for (AddedTokenMatcher.Part part : matcher.cut(text)) {
      if (part.isToken()) {
        ids.add(number(part.text()));
      } else {
        for (byte b : part.text().getBytes(StandardCharsets.UTF_8)) {
          ids.add(FIRST.size() + (b & 0xff));
        }
      }
    }
    if (framed && (ids.isEmpty() || ids.getLast() != end)) {
      ids.add(end);
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length);
    for (int id : ids) {
      AddedToken token = added.get(id);
      if (token != null) {
        if (!skipSpecialTokens || !vocabulary.isSpecial(id)) {
          bytes.writeBytes(token.content().getBytes(StandardCharsets.UTF_8));
        }
      } else if (id < FIRST.size() + BYTES) {
        bytes.write(id - FIRST.size());
      }
    }
    return text(bytes.toByteArray());
  }

  @Override
  public TokenSpelling spelling() {
    return new TokenSpelling(TokenSpelling.Style.BYTES, TokenSpelling.Front.NOTHING);
  }

  /** What is no UTF-8 gives no text. */
  private static String text(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.IGNORE)
          .onUnmappableCharacter(CodingErrorAction.IGNORE)
          .decode(ByteBuffer.wrap(utf8))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalStateException("what is malformed is left out", e);
    }
  }
}
