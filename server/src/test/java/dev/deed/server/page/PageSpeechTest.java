package dev.deed.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.testing.TinyWhisper;
import dev.deed.testing.Vowels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The server's page with a Whisper model: sound files and the microphone. */
@ExtendWith(Chromium.class)
final class PageSpeechTest {
  @Test
  void aFileIsTranscribed(Page browser, @TempDir Path folder, @TempDir Path sounds)
      throws IOException {
    TinyWhisper.thatTranscribes(folder);
    Path spoken =
        Files.write(sounds.resolve("spoken.wav"), Vowels.wav(Vowels.samples(0.5, 2.5, 3)));
    try (PageServer service = new PageServer(null, folder.toString())) {
      Page page = browser.at(service.address());
      page.show("", 1280, 900, "light");
      page.await("!document.getElementById('transcript-section').hidden");
      assertThat(page.find("#answer-title").isDisplayed()).isFalse();
      assertThat(page.text("deed-sound button")).isEqualTo("Record");
      assertThat(page.text("#run")).isEqualTo("Transcribe");
      assertThat(page.find("#compare").isDisplayed()).isFalse();
      page.await("document.querySelector('#transcript .hint').textContent.includes('its text')");
      assertThat(page.find("#said").isDisplayed()).isFalse();
      page.photograph("speech-before");
      page.click("#run");
      page.await("document.getElementById('trouble').textContent.includes('no sound yet')");
      page.replaceText("#language", "german");
      page.find("deed-sound input").sendKeys(spoken.toAbsolutePath().toString());
      page.awaitAnswer();
      assertThat(page.text("#status")).contains(" s heard, ");
      assertThat(page.text(".segments .said")).isNotEmpty();
      assertThat(page.json("document.querySelectorAll('.segments .badge').length").asInt())
          .isPositive();
      assertThat(page.find("deed-sound audio").isDisplayed()).isTrue();
      assertThat(page.text("#said pre")).isNotBlank();
      assertThat(page.text("#said button")).isEqualTo("Copy the text");
      page.photograph("speech");
      assertThat(page.axeFindings()).isEmpty();
      page.leave();
    }
  }

  @Test
  void whatTheMicrophoneHearsIsTranscribed(Page browser, @TempDir Path folder) throws IOException {
    TinyWhisper.thatTranscribes(folder);
    try (PageServer service = new PageServer(null, folder.toString())) {
      Page page = browser.at(service.address());
      page.show("", 1280, 900, "light");
      page.await("!document.getElementById('transcript-section').hidden");
      page.click("deed-sound button");
      page.await("document.querySelector('deed-sound button').textContent === 'Stop recording'");
      page.await("performance.now() > (window.twoSeconds ??= performance.now() + 2000)");
      page.click("deed-sound button");
      // A beep a second may be speech or none.
      page.await("/ s heard, /.test(document.getElementById('status').textContent)");
      assertThat(page.text("deed-sound button")).isEqualTo("Record");
      assertThat(page.text("deed-sound .words")).startsWith("recording.wav");
      assertThat(page.text("#status")).matches("[23] s heard, .*");
      assertThat(page.json("probe.troubles")).isEmpty();
      page.leave();
    }
  }
}
