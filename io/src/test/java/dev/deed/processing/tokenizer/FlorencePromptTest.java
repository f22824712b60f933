package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlorencePromptTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<OD>|Locate the objects with category name in the image.",
        "<OCR>|What is the text in the image?",
        "<DENSE_REGION_CAPTION>|Locate the objects in the image, with their descriptions.",
        "<REGION_TO_OCR><loc_1><loc_2>|What text is in the region <loc_1><loc_2>?",
        "<OPEN_VOCABULARY_DETECTION>  a red {} box |Locate a red {} box in the image.",
        "a <REFERRING_EXPRESSION_SEGMENTATION> b|Locate a  b in the image with mask",
        "What is this?|What is this?"
      })
  void aTaskIsASentence(String prompt, String sentence) {
    assertThat(PicturePrompt.FlorencePrompt.sentence(prompt))
        .isEqualTo(sentence)
        .hasSizeLessThan(prompt.length() + PicturePrompt.TASK);
  }

  @Test
  void aTaskThatTakesNothingStandsAlone() {
    assertThatThrownBy(() -> PicturePrompt.FlorencePrompt.sentence("<CAPTION> of a dog"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("<CAPTION>, which takes none");
  }
}
