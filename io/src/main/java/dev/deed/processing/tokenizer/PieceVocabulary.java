package dev.deed.processing.tokenizer;

import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Numbers of the pieces of Marian and M2M100: {@code vocab.json}, tokens of languages, and added
 * tokens, the later ones holding where two say different things.
 */
final class PieceVocabulary {
  /**
   * Numbers by token for encoding.
   *
   * @param unknown number of a piece that has none
   */
  record Numbers(Map<String, Integer> ids, int unknown) {
    int of(String token) {
      return ids.getOrDefault(token, unknown);
    }
  }

  private final Map<String, Integer> sourceIds = new HashMap<>();
  private final Map<String, Integer> targetIds = new HashMap<>();
  private final Vocabulary decoder = new Vocabulary();
  private final Map<String, AddedToken> added = new LinkedHashMap<>();
  private final Set<String> special = new HashSet<>();
  private final Numbers sources;
  private final Numbers targets;
  private final int end;

  /**
   * @param origin what an error message calls the vocabulary
   * @param source numbers for the encoder
   * @param target numbers of the decoder, the same for most models
   * @param languages numbers of tokens of languages
   */
  PieceVocabulary(
      String origin,
      Vocabulary source,
      Vocabulary target,
      Map<String, Integer> languages,
      TokenizerSettings settings) {
    String unknown = settings.spelling("unk_token");
    sourceIds.putAll(source.ids());
    targetIds.putAll(target.ids());
    target.ids().forEach((token, id) -> decoder.add(id, token));
    required(origin, unknown);
    languages.forEach(this::enter);
    settings.numbered().forEach((id, token) -> add(id, token));
    Set<String> sized = new HashSet<>(source.ids().keySet());
    sized.addAll(added.keySet());
    int next = sized.size();
    List<AddedToken> named = new ArrayList<>(settings.named().values());
    named.addAll(settings.extra());
    for (AddedToken token : named) {
      special.add(token.content());
      if (!added.containsKey(token.content())) {
        Integer inSource = source.id(token.content());
        add(inSource == null ? next++ : inSource, token);
      }
    }
    special.forEach(token -> decoder.setSpecial(required(origin, token), true));
    sources = new Numbers(sourceIds, required(origin, unknown));
    targets = new Numbers(targetIds, targetIds.getOrDefault(unknown, sources.unknown()));
    end = required(origin, settings.spelling("eos_token"));
  }

  private void add(int id, AddedToken token) {
    InputException.require(
        !token.singleWord(),
        token.content(),
        "is an added token that must stand as a word (single_word), which is not supported here",
        "give a tokenizer.json");
    added.put(token.content(), token);
    enter(token.content(), id);
  }

  private void enter(String token, int id) {
    sourceIds.put(token, id);
    targetIds.put(token, id);
    decoder.add(id, token);
  }

  private int required(String origin, String token) {
    Integer id = sourceIds.get(token);
    if (id == null) {
      throw new InputException(origin, "lacks the token " + token, "give the complete vocabulary");
    }
    return id;
  }

  /** Numbers for the encoder's text. */
  Numbers sources() {
    return sources;
  }

  /** Numbers for a text that the decoder is to learn. */
  Numbers targets() {
    return targets;
  }

  /** What the decoder's numbers mean. */
  Vocabulary decoder() {
    return decoder;
  }

  boolean isSpecial(String token) {
    return special.contains(token);
  }

  Collection<AddedToken> added() {
    return added.values();
  }

  int end() {
    return end;
  }

  /** Spelling of the token for what the vocabulary lacks. */
  String unknown() {
    return String.valueOf(decoder.token(sources.unknown()));
  }
}
