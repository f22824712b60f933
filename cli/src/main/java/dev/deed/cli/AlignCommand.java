package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.cli.AnswerOutput.Existing;
import dev.deed.data.AlignType;
import dev.deed.data.CueLayout;
import dev.deed.data.TranscriptFormat;
import dev.deed.files.IoReason;
import dev.deed.speech.SpeechSettings;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.InputException;
import dev.deed.value.TaskSetting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code deed align}: times for the words of a text that somebody has. */
@Command(
    name = "align",
    description = AlignType.HELP,
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true)
final class AlignCommand implements Callable<Integer> {
  private final SettingOptions settings =
      new SettingOptions(
          SpeechSettings.ALIGNING.stream().filter(one -> !one.name().equals("text")).toList());

  private final SettingOptions layout = new SettingOptions(CueLayout.SETTINGS);

  @Mixin RunOptions model = new RunOptions();

  @Parameters(index = "1", paramLabel = "AUDIO", descriptionKey = "AUDIO")
  String recording = "";

  @Option(names = "--text", paramLabel = "FILE", required = true)
  String text = "";

  @Option(names = "--format", paramLabel = "NAME")
  String format = TranscriptFormat.VERBOSE_JSON.spelling();

  @Option(names = "--output", paramLabel = "FILE")
  @Nullable String output;

  @Option(names = "--overwrite")
  boolean overwrite;

  @Option(names = "--resume")
  boolean resume;

  @Spec
  void addTo(CommandSpec command) {
    settings.addTo(command, "Speech (docs/speech.md)");
    layout.addTo(command, "Subtitles");
  }

  @Override
  public Integer call() throws IOException {
    TranscriptFormat chosen = TranscriptFormat.of("--format", format);
    InputException.require(
        chosen != TranscriptFormat.DIARIZED_JSON && (!model.json || chosen.isJson()),
        "--format " + format,
        model.json ? "excludes --json" : "tells no words",
        "give verbose_json, json, srt, vtt or text");
    InputException.require(
        !text.equals("-") || !recording.equals("-"),
        "--text -",
        "is stdin, as is the recording",
        "give a file for one of them");
    TranscriptionOptions options =
        TaskSetting.apply(
                SpeechSettings.ALIGNING, TranscriptionOptions.defaults(), settings.values())
            .withText(text());
    TranscriptFiles files =
        output == null
            ? null
            : TranscriptFiles.of(
                output, List.of(recording), chosen, false, Existing.of(overwrite, resume));
    try (EncoderDecoderModel opened = model.open(model.place());
        Engine engine = JobEngine.of(opened, 1)) {
      Transcriber transcriber = Transcriber.of(engine);
      transcriber.check(options);
      CueLayout cues = TranscribeCommand.SpeechOptions.layout(layout, chosen);
      TranscriptMaker maker =
          new TranscriptMaker(
              transcriber,
              options,
              chosen,
              true,
              true,
              options.holdsSubtitles() ? cues.keeping() : cues,
              null);
      maker.one(recording, files, model, false);
    }
    return 0;
  }

  private String text() {
    int most = TranscriptionOptions.LONGEST_TEXT;
    if (!text.equals("-")) {
      return OptionText.read("--text", MediaFiles.path(text), most);
    }
    try {
      byte[] read = System.in.readNBytes(most + 1);
      InputException.require(read.length <= most, "--text -", "is too long", "give a part of it");
      return new String(read, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new InputException("stdin", "cannot be read (" + IoReason.of(e) + ")", "give a file");
    }
  }
}
