package com.example;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class Payments {
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

  public static void main(String[] arguments) {
    SpringApplication.run(Payments.class, arguments);
  }

  @Bean
  ApplicationRunner read(ChatModel chat) {
    String text = "de: Bitte zahlen Sie 1.248,50 € bis zum 3. Januar 2027.";
    ChatClient client = ChatClient.create(chat);
    return _ -> System.out.println(Payment.of(client.prompt(text).call().content()));
  }
}
