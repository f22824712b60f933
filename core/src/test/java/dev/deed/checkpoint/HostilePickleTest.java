package dev.deed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Pickles that run something, that lie, or that want to fill memory. */
class HostilePickleTest {
  private static final byte[] STORAGE = new byte[16];

  @TempDir Path folder = Path.of("");

  @TestFactory
  Stream<DynamicTest> refusesByName() {
    Map<String, byte[]> cases = new TreeMap<>();
    call(
        cases,
        "at byte 2: asks for os.system",
        start().global("os", "system").text("id").code("\u0085R"));
    call(cases, "posix.system", start().text("posix").text("system").code("\u0093"));
    call(cases, "builtins.eval", start().global("builtins", "eval").code(")R"));
    call(cases, "torch.load", start().global("torch", "load"));
    call(
        cases, "torch._utils._rebuild_qtensor", start().global("torch._utils", "_rebuild_qtensor"));
    call(cases, "torch.ComplexFloatStorage", start().global("torch", "ComplexFloatStorage"));
    call(
        cases,
        "collections.OrderedDict.update",
        start().global("collections", "OrderedDict.update"));
    call(cases, "instruction 0x69", start().code("(ios\nsystem\n"));
    call(cases, "instruction 0x6f", start().code("(").global("torch", "Size").code("o"));
    call(cases, "instruction 0x81", start().global("collections", "OrderedDict").code(")\u0081"));
    call(cases, "instruction 0x92", start().global("collections", "OrderedDict").code(")}\u0092"));
    call(cases, "instruction 0x82", start().raw(0x82, 1));
    call(cases, "instruction 0x83", start().raw(0x83, 1, 0));
    call(cases, "instruction 0x84", start().raw(0x84, 1, 0, 0, 0));
    call(cases, "instruction 0x50", start().code("Pstorage\n"));
    call(cases, "instruction 0x97", start().raw(0x97));
    call(cases, "instruction 0x8b", start().raw(0x8b, 0xff, 0xff, 0xff, 0x7f));
    call(cases, "instruction 0x8e", start().raw(0x8e).little(8, Long.MAX_VALUE));
    call(cases, "instruction 0x32", start().code("}2"));
    call(cases, "instruction 0x30", start().code("}0"));
    call(cases, "attributes", start().global("torch._utils", "_rebuild_parameter").code("}b"));
    call(cases, "attributes", start().code("]}b"));
    call(cases, "calls what is no function", start().text("os.system").code(")R"));
    call(cases, "OrderedDict", start().global("collections", "OrderedDict").code("]\u0085R"));
    call(cases, "claims 9223372036854775807 bytes", start().raw(0x8d).little(8, Long.MAX_VALUE));
    call(cases, "claims 18446744073709551615 bytes", start().raw(0x95).little(8, -1));
    call(cases, "ends where 4294967295", start().code("X").little(4, -1));
    call(cases, "protocol 6", new PickleBuilder().raw(0x80, 6));
    call(cases, "instruction 0xff", start().raw(0xff));
    call(cases, "looks for a mark", start().code("}").code("u"));
    call(cases, "takes a value", start().code("}(s"));
    call(cases, "never stored", start().code("h").raw(7));
    call(cases, "no text", start().code("}").number(1).number(2).code("s"));
    call(cases, "not UTF-8", start().code("X").little(4, 1).raw(0xff));
    call(cases, "name that is none", start().code("c" + "a".repeat(300) + "\nb\n"));
    return cases.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> assertRefused(entry.getValue(), why(entry.getKey()))));
  }

  @TestFactory
  Stream<DynamicTest> refusesViewsBeyondTheirStorage() {
    Map<String, byte[]> cases = new TreeMap<>();
    tensor(cases, "reaches to element 4", 4, 1, new long[] {4}, new long[] {1});
    tensor(cases, "reaches to element 6", 4, 0, new long[] {2, 3}, new long[] {2, 2});
    tensor(cases, "of 5 elements, it has 16 bytes", 5, 0, new long[] {4}, new long[] {1});
    tensor(cases, "a stride that is no number", 4, 3, new long[] {4}, new long[] {-1});
    tensor(cases, "an offset that is no number", 4, -1, new long[] {4}, new long[] {1});
    tensor(cases, "a size that is no number", 4, 0, new long[] {-4}, new long[] {1});
    tensor(cases, "a storage that is no number", -4, 0, new long[] {4}, new long[] {1});
    tensor(cases, "beyond 64 bits", 4, 0, new long[] {4}, new long[] {Long.MAX_VALUE});
    long huge = Integer.MAX_VALUE;
    tensor(cases, "beyond 64 bits #2", 4, 0, new long[] {huge, huge, huge}, new long[] {0, 0, 0});
    tensor(cases, "8 times its size", 4, 0, new long[] {huge, 4}, new long[] {0, 0});
    tensor(cases, "other arguments", 4, 0, new long[] {1L << 40}, new long[] {0});
    tensor(cases, "other arguments #2", 4, 0, new long[] {1}, new long[] {});
    tensor(cases, "other arguments #3", 4, 0, new long[65], new long[65]);
    tensor(
        cases,
        "reaches to element 9223372036854775807",
        4,
        Long.MAX_VALUE,
        new long[] {1},
        new long[] {1});
    return cases.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> assertRefused(entry.getValue(), why(entry.getKey()))));
  }

  @Test
  void refusesWhatIsNoState() throws IOException {
    assertRefused(start().code("]").stop(), "no dictionary of tensors");
    assertRefused(start().code("}").text("epoch").number(3).code("s").stop(), "\"epoch\"");
    assertRefused(
        start()
            .code("}")
            .text("__metadata__")
            .tensor("0", 4, 0, new long[] {1}, new long[] {1})
            .code("s")
            .stop(),
        "__metadata__");
    assertRefused(
        start()
            .code("}")
            .text("w")
            .tensor("../0", 4, 0, new long[] {4}, new long[] {1})
            .code("s")
            .stop(),
        "lacks the storage ../0");
    assertRefused(
        start().storage("FloatStorage", "0", 4).storage("LongStorage", "0", 2).stop(), "two ways");
  }

  @Test
  void boundsInstructions() throws IOException {
    byte[] many = new byte[3_000_000];
    Arrays.fill(many, (byte) ')');
    assertRefused(
        start().code(new String(many, StandardCharsets.ISO_8859_1)).stop(), "instructions");
  }

  /** Each list holds the last one twice: two to the power of 10,000 if anyone unfolded it. */
  @Test
  void passesOverNestingWithoutUnfoldingIt() throws IOException {
    PickleBuilder bomb = start().code("]q").raw(0);
    for (int i = 0; i < 10_000; i++) {
      bomb.code("](h").raw(0).code("h").raw(0).code("eq").raw(0);
    }
    assertRefused(bomb.code("}").text("bomb").code("h").raw(0).code("s").stop(), "\"bomb\"");
    PickleBuilder self = start().code("}q").raw(0).text("self").code("h").raw(0).code("s");
    assertRefused(self.stop(), "\"self\"");
  }

  /** Whoever hashes such a key unfolds it. */
  @Test
  void aListIsNoKey() throws IOException {
    PickleBuilder bomb = start().code("]q").raw(0);
    for (int i = 0; i < 40; i++) {
      bomb.code("](h").raw(0).code("h").raw(0).code("eq").raw(0);
    }
    assertRefused(bomb.code("}h").raw(0).number(1).code("s").stop(), "no text");
    assertRefused(
        start().code("}]q").raw(0).code("h").raw(0).code("a").number(1).code("s").stop(),
        "no text");
  }

  @Test
  void readsAnEmptyState() throws IOException {
    Path file = write(start().code("}").stop());
    try (TorchFile torch = TorchFile.open(file)) {
      assertThat(torch.tensors()).isEmpty();
    }
  }

  private static PickleBuilder start() {
    return PickleBuilder.start();
  }

  private static void call(Map<String, byte[]> cases, String why, PickleBuilder pickle) {
    String name = why;
    for (int i = 2; cases.containsKey(name); i++) {
      name = why + " #" + i;
    }
    cases.put(name, pickle.stop());
  }

  private static void tensor(
      Map<String, byte[]> cases,
      String why,
      long elements,
      long offset,
      long[] shape,
      long[] strides) {
    call(
        cases,
        why,
        start().code("}").text("w").tensor("0", elements, offset, shape, strides).code("s"));
  }

  private static String why(String name) {
    return name.replaceFirst(" #\\d$", "");
  }

  private Path write(byte[] pickle) throws IOException {
    return Files.write(
        folder.resolve("pytorch_model.bin"),
        new ZipBuilder().entry("m/data.pkl", pickle).entry("m/data/0", STORAGE).bytes());
  }

  private void assertRefused(byte[] pickle, String why) throws IOException {
    Path file = write(pickle);
    assertThatThrownBy(() -> TorchFile.open(file).close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("pytorch_model.bin");
  }
}
