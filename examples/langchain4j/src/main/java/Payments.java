import dev.deed.langchain4j.DeedChatModel;
import dev.langchain4j.service.AiServices;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

interface Values {
  String of(String text);
}

record Payment(String amount, String date) {
  /** Of what models/values answers: "amount 1248.50 EUR; date 2027-01-03", or "none". */
  static Payment of(String values) {
    Map<String, String> found =
        Stream.of(values.split("; "))
            .map(value -> value.split(" ", 2))
            .filter(value -> value.length == 2)
            .collect(Collectors.toMap(value -> value[0], value -> value[1], (first, _) -> first));
    return new Payment(found.get("amount"), found.get("date"));
  }
}

void main() {
  try (DeedChatModel model = DeedChatModel.builder().model("models/values").build()) {
    Values values = AiServices.create(Values.class, model);
    String text = "de: Bitte zahlen Sie 1.248,50 € bis zum 3. Januar 2027.";
    System.out.println(Payment.of(values.of(text)));
  }
}
