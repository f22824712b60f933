package dev.deed.train;

import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.data.InputLine;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Labels inputs that have no target with a model's own greedy answers at full depth. Belongs to one
 * thread.
 */
final class Teacher {
  /** Settings of a folder that ask for more than greedy decoding: a teacher needs none of them. */
  private static final List<String> BEYOND_GREEDY =
      List.of(
          ("num_beams num_return_sequences do_sample repetition_penalty "
                  + "no_repeat_ngram_size min_new_tokens min_length forced_bos_token_id "
                  + "forced_eos_token_id suppress_tokens begin_suppress_tokens bad_words_ids")
              .split(" "));

  private final FirstModel model;
  private int labelled;
  private int cut;

  Teacher(FirstModel model) {
    this.model = model;
  }

  /**
   * The answer's token ids, the end token last unless it was cut off.
   *
   * @param where file and line, for errors
   * @throws CancellationException when the thread is interrupted
   */
  int[] labels(InputLine line, String where) {
    GenerationOptions options = GenerationOptions.defaults().withExits(ExitSettings.full());
    for (String setting : BEYOND_GREEDY) {
      options = options.withSetting(setting, null);
    }
    try {
      Generation answer = model.model().generate(model.encoded(line), options);
      if (answer.finish() == Finish.CANCELLED) {
        throw new CancellationException("stopped: nothing was learnt yet");
      }
      labelled++;
      cut += answer.finish() == Finish.LENGTH ? 1 : 0;
      return answer.tokenIds().stream().mapToInt(Integer::intValue).toArray();
    } catch (InputException e) {
      throw e.in(where);
    }
  }

  /** How many inputs it labelled, in words; null for none. */
  @Nullable String summary() {
    return labelled == 0
        ? null
        : "%d inputs without a target were labelled by %s at full depth%s"
            .formatted(
                labelled,
                model.folder(),
                cut == 0 ? "" : "; %d answers were cut off by its max_new_tokens".formatted(cut));
  }
}
