package dev.deed.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OpenPartsTest {
  @Test
  void closesInReverseWhateverFails() {
    List<String> closed = new ArrayList<>();
    OpenParts parts = new OpenParts();
    parts.add(() -> closed.add("folder"));
    parts.add(
        () -> {
          throw new IllegalStateException("team");
        });
    parts.add(() -> closed.add("tokenizer"));
    assertThatThrownBy(parts::close).hasMessage("team");
    assertThat(closed).containsExactly("tokenizer", "folder");
    parts.close();
    assertThat(closed).hasSize(2);
  }
}
