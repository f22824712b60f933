package dev.deed.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A span of an {@code ExportTraceServiceRequest}, as opentelemetry-proto numbers its fields. Times
 * are nanoseconds since 1970.
 */
record OtlpSpan(
    String traceId,
    String id,
    String parent,
    String name,
    long start,
    long end,
    Map<String, Object> attributes,
    List<String> events) {

  /** A message of the wire: values of each field. */
  private record Message(Map<Integer, List<Object>> fields) {
    static Message of(Object bytes) {
      ByteBuffer in = ByteBuffer.wrap((byte[]) bytes).order(ByteOrder.LITTLE_ENDIAN);
      Map<Integer, List<Object>> fields = new LinkedHashMap<>();
      while (in.hasRemaining()) {
        long tag = varint(in);
        Object value =
            switch ((int) (tag & 7)) {
              case 0 -> varint(in);
              case 1 -> in.getLong();
              case 2 -> {
                byte[] part = new byte[(int) varint(in)];
                in.get(part);
                yield part;
              }
              case 5 -> (long) in.getInt();
              default -> throw new IllegalArgumentException("wire type of " + tag);
            };
        fields.computeIfAbsent((int) (tag >>> 3), _ -> new ArrayList<>()).add(value);
      }
      return new Message(fields);
    }

    private static long varint(ByteBuffer in) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    List<Message> messages(int field) {
      return fields.getOrDefault(field, List.of()).stream().map(Message::of).toList();
    }

    long number(int field) {
      return (Long) fields.getOrDefault(field, List.of(0L)).getFirst();
    }

    byte[] bytes(int field) {
      return fields.containsKey(field) ? (byte[]) fields.get(field).getFirst() : new byte[0];
    }

    String text(int field) {
      return new String(bytes(field), StandardCharsets.UTF_8);
    }

    String hex(int field) {
      return HexFormat.of().formatHex(bytes(field));
    }
  }

  static List<OtlpSpan> all(byte[] request) {
    List<OtlpSpan> all = new ArrayList<>();
    for (Message resource : Message.of(request).messages(1)) {
      for (Message scope : resource.messages(2)) {
        scope.messages(2).forEach(span -> all.add(of(span)));
      }
    }
    return all;
  }

  private static OtlpSpan of(Message span) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (Message pair : span.messages(9)) {
      attributes.put(pair.text(1), value(pair.messages(2).getFirst()));
    }
    return new OtlpSpan(
        span.hex(1),
        span.hex(2),
        span.hex(4),
        span.text(5),
        span.number(7),
        span.number(8),
        attributes,
        span.messages(11).stream().map(event -> event.text(2)).toList());
  }

  private static Object value(Message any) {
    int field = any.fields.keySet().iterator().next();
    return switch (field) {
      case 1 -> any.text(1);
      case 5 -> any.messages(5).getFirst().messages(1).stream().map(OtlpSpan::value).toList();
      default -> any.number(field);
    };
  }
}
