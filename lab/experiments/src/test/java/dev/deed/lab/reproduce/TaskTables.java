package dev.deed.lab.reproduce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables of a page, made from the figures in the archives beside it. A comment before a table
 * says what it holds, a comment {@code end} stands behind it:
 *
 * <pre>
 * &lt;!-- table: lines.zip lines cer: full; default; static:2 --&gt;
 * &lt;!-- overview:
 * LABEL; ARCHIVE; FIGURES; METRIC; FIXED EXIT; COPIED STATE
 * --&gt;
 * </pre>
 *
 * @param raw folder of the archives
 */
record TaskTables(Path raw) {
  private static final Pattern BLOCK =
      Pattern.compile("(?s)(<!-- (table|overview):\\s(.*?)-->\n).*?(<!-- end -->)");

  private static final Map<String, String> METRICS =
      Map.of(
          "bleu_tokens", "BLEU of tokens",
          "bleu", "BLEU",
          "cer", "wrong characters",
          "cer_caseless", "wrong characters",
          "anls", "ANLS",
          "iou", "IoU 0.5",
          "cider", "CIDEr-D");

  /** A page with its tables written anew. */
  String written(String page) throws IOException {
    StringBuilder written = new StringBuilder();
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      String about = block.group(3).strip();
      String table = block.group(2).equals("table") ? table(about) : overview(about);
      block.appendReplacement(
          written, Matcher.quoteReplacement(block.group(1) + table + block.group(4)));
    }
    return block.appendTail(written).toString();
  }

  private String table(String about) throws IOException {
    String[] parts = about.split(":\\s", 2);
    String[] names = parts[0].split(" ");
    String metric = names[2];
    JsonNode figures = figures(names[0], names[1]);
    StringBuilder table =
        new StringBuilder(
            """
            | policy | %s [90 %%] | exit layer | layers run | look-ups | decode ms | total ms \
            | less decode | less in all | same answers |
            |---|---|---|---|---|---|---|---|---|---|
            """
                .formatted(label(metric)));
    for (String policy : parts[1].strip().split(";\\s+")) {
      JsonNode row = row(figures, policy);
      String resolved = row.path("resolved").asText();
      table.append(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
              .formatted(
                  resolved.isEmpty() ? "`" + policy + "`" : policy + ": `" + resolved + "`",
                  points(row, metric) + interval(row, metric),
                  number(row.path("mean_exit_layer"), 2),
                  percent(row.path("layers_run_share")),
                  number(row.path("head_lookups_per_token"), 2),
                  number(row.path("decode_ms"), 2),
                  number(row.path("total_ms"), 1),
                  less(row, "decode_reduction"),
                  less(row, "total_reduction"),
                  percent(row.path("agreement"))));
    }
    String command =
        figures
            .path("command")
            .asText()
            .replaceAll(" --policies ('[^']*'|\\S+)", "")
            .replaceAll(" --(out \\S+|quiet)", "")
            .replace("../shared/data", "{data}");
    return table
        + "\n%,d answers, %s, %.10s%s:%n`%s`%n"
            .formatted(
                figures.path("examples").asInt(),
                machine(figures),
                figures.path("date").asText(),
                figures.path("commit").isTextual()
                    ? ", commit %.8s".formatted(figures.path("commit").asText())
                    : "",
                command);
  }

  private String overview(String about) throws IOException {
    StringBuilder table =
        new StringBuilder(
            """
            | task | metric | full depth | own exits | less decode | less in all \
            | a fixed exit | copied state | machine |
            |---|---|---|---|---|---|---|---|---|
            """);
    for (String line : about.split("\n")) {
      String[] cells = line.strip().split("; ?");
      JsonNode figures = figures(cells[1], cells[2]);
      String metric = cells[3];
      JsonNode own = row(figures, "default");
      table.append(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
              .formatted(
                  cells[0],
                  label(metric),
                  points(row(figures, "full"), metric),
                  points(own, metric),
                  less(own, "decode_reduction"),
                  less(own, "total_reduction"),
                  other(figures, cells[4], metric),
                  cells.length < 6 ? "" : other(figures, cells[5], metric),
                  machine(figures)));
    }
    return table.toString();
  }

  private static String other(JsonNode figures, String policy, String metric) {
    JsonNode row = row(figures, policy);
    String value = policy.substring(policy.lastIndexOf(':') + 1);
    String name = policy.startsWith("static") ? "layer " + value : "at " + value;
    double saved = 100 * row.path("decode_reduction").asDouble();
    String time =
        toldApart(row, "decode_reduction")
            ? (saved < 0 ? "+" : "−") + number(Math.abs(saved), 1) + " %"
            : "not measurable";
    return "%s: %s (%s)".formatted(name, points(row, metric), time);
  }

  private JsonNode figures(String archive, String name) throws IOException {
    String text = new RawArchive(raw.resolve(archive)).read().get(name + ".json");
    if (text == null) {
      throw new IllegalArgumentException(archive + " has no " + name + ".json");
    }
    return new ObjectMapper().readTree(text);
  }

  private static JsonNode row(JsonNode figures, String policy) {
    for (JsonNode row : figures.path("rows")) {
      if (row.path("policy").asText().equals(policy)) {
        return row;
      }
    }
    throw new IllegalArgumentException("there is no " + policy);
  }

  private static String label(String metric) {
    return METRICS.getOrDefault(metric, metric);
  }

  private static String points(JsonNode row, String metric) {
    return number(row.path("metrics").path(metric), metric.equals("cider") ? 2 : 1);
  }

  private static String interval(JsonNode row, String metric) {
    JsonNode ends = row.path("interval").path(metric);
    int digits = metric.equals("cider") ? 2 : 1;
    return " [%s, %s]".formatted(number(ends.path(0), digits), number(ends.path(1), digits));
  }

  /** How much less time than at full depth, or more. */
  private static String less(JsonNode row, String field) {
    if (row.path("policy").asText().equals("full")) {
      return "";
    }
    if (!toldApart(row, field)) {
      return "not measurable";
    }
    double saved = 100 * row.path(field).asDouble();
    return number(Math.abs(saved), 1) + (saved <= -0.05 ? " % more" : " %");
  }

  private static boolean toldApart(JsonNode row, String field) {
    return row.path("told_apart").path(field).asBoolean(true);
  }

  private static String percent(JsonNode share) {
    return number(100 * share.asDouble(), 1) + " %";
  }

  private static String number(JsonNode value, int digits) {
    return number(value.asDouble(), digits);
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static String machine(JsonNode figures) {
    return figures.path("machine").asText().contains("Xeon") ? "Xeon" : "EPYC";
  }
}
