import dev.deed.AnswerClaim;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.Proof;
import dev.deed.Request;
import dev.deed.data.InputReader;
import dev.deed.data.LineInputs;
import dev.deed.data.ParsedLine;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What a check takes beside decoding: processor time of one thread in ms, the median of seven rounds
 * after three, by turns, without the encoder. A line for all inputs together: tokens, full depth,
 * full depth with the answer's text as prediction (where there is one), the check. See
 * lab/results/lossless.md, "Checks".
 *
 * <pre>java --add-modules jdk.incubator.vector -cp CLASSES lab/scripts/CheckTimes.java MODEL IN.jsonl
 * [fp32|bf16|int8|w8a8]</pre>
 */
final class CheckTimes {
  private static final int WARM = 3;
  private static final int ROUNDS = 10;

  private CheckTimes() {}

  /** One way of answering all inputs. */
  private record Way(String name, List<Supplier<?>> questions, List<Double> millis) {}

  public static void main(String[] arguments) {
    OpenOptions options = OpenOptions.defaults().withThreads(1);
    if (arguments.length > 2) {
      options =
          options.withPrecision(WeightPrecision.valueOf(arguments[2].toUpperCase(Locale.ROOT)));
    }
    try (EncoderDecoderModel model = EncoderDecoderModel.open(Path.of(arguments[0]), options);
        InputReader lines = InputReader.open(Path.of(arguments[1]))) {
      GenerationOptions full = GenerationOptions.defaults().withExits(ExitSettings.full());
      Way plain = new Way("full depth", new ArrayList<>(), new ArrayList<>());
      Way predicted = new Way("right prediction", new ArrayList<>(), new ArrayList<>());
      Way check = new Way("check", new ArrayList<>(), new ArrayList<>());
      int tokens = 0;
      for (ParsedLine line = lines.next(); line != null; line = lines.next()) {
        Input input = model.encode(LineInputs.input(line.orThrow()));
        Generation answer = model.generate(input, full);
        tokens += answer.tokens().size();
        AnswerClaim claim = AnswerClaim.of(answer, null);
        Request request = new Request(input, full);
        plain.questions.add(() -> model.generate(input, full));
        check.questions.add(() -> Proof.check(model, request, claim));
        if (answer.text() != null) {
          predicted.questions.add(
              () -> model.generate(input, full.withPrediction(answer.text())));
        }
        InputException.require(
            Proof.check(model, request, claim).equal(), "answer", "is not proved", "see why");
      }
      List<Way> ways = List.of(plain, predicted, check);
      for (int round = 0; round < ROUNDS; round++) {
        ways.forEach(CheckTimes::measure);
      }
      System.out.println(tokens + " tokens");
      for (Way way : ways) {
        List<Double> sorted = way.millis.subList(WARM, ROUNDS).stream().sorted().toList();
        System.out.printf(Locale.ROOT, "%s: %.1f ms%n", way.name, sorted.get(sorted.size() / 2));
      }
    }
  }

  private static void measure(Way way) {
    var threads = ManagementFactory.getThreadMXBean();
    long begin = threads.getCurrentThreadCpuTime();
    way.questions.forEach(Supplier::get);
    way.millis.add((threads.getCurrentThreadCpuTime() - begin) / 1e6);
  }
}
