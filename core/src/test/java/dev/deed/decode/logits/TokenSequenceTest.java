package dev.deed.decode.logits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The states of a language along a sequence: any can be asked for, few are kept. */
final class TokenSequenceTest {
  /** What it has read, and much memory. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Large(List<Integer> read, byte[] memory) implements AnswerState {
    private static final int SIZE = 4 << 20;

    @Override
    public int forced() {
      return NOT_FORCED;
    }

    @Override
    public boolean allows(int token) {
      return token == read.size() % 1000;
    }

    @Override
    public void restrict(Scores scores) {}

    @Override
    public AnswerState after(int token) {
      List<Integer> longer =
          IntStream.concat(
                  read.stream().skip(Math.max(0, read.size() - 3)).mapToInt(Integer::intValue),
                  IntStream.of(token))
              .boxed()
              .toList();
      return new Large(longer, new byte[SIZE / 4]);
    }
  }

  private static TokenSequence sequence() {
    AnswerState start = new Large(List.of(), new byte[0]);
    return new TokenSequence(List.of(7, 8), List.of(new AnswerLanguage(start, 3)));
  }

  /** The last tokens that a state of the sequence has read. */
  private static List<Integer> read(TokenSequence tokens) {
    return ((Large) Objects.requireNonNull(tokens.state())).read;
  }

  @Test
  void aLongAnswerOfLargeStatesTakesLittleMemory() {
    TokenSequence tokens = sequence();
    for (int i = 0; i < 4000; i++) {
      tokens.append(i);
    }
    for (int length : new int[] {3, 4, 67, 131, 132, 2000, 3900, 4001, 4002}) {
      assertThat(read(tokens.first(length)))
          .isEqualTo(IntStream.range(Math.max(1, length - 6), length - 2).boxed().toList());
    }
    assertThat(tokens.first(2).state()).isNull();
  }

  @Test
  void whatIsTruncatedGoesOnFromAnyPlace() {
    Random random = new Random(4);
    TokenSequence tokens = sequence();
    for (int i = 0; i < 60; i++) {
      for (int more = random.nextInt(90); more > 0; more--) {
        tokens.append(tokens.length());
      }
      tokens.truncate(2 + random.nextInt(tokens.length() - 1));
      TokenSequence fork = tokens.fork();
      fork.append(-1);
      int length = tokens.length();
      if (length >= 3) {
        assertThat(read(tokens))
            .isEqualTo(IntStream.range(Math.max(3, length - 4), length).boxed().toList());
        assertThat(read(fork).getLast()).isEqualTo(-1);
      }
    }
  }
}
