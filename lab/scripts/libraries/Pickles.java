import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import net.razorvine.pickle.Unpickler;

/** What net.razorvine:pickle makes of hostile pickles, each with ten seconds. */
class Pickles {
  public static void main(String[] args) throws Exception {
    read("a text of 2^31 - 1 bytes", "X\u00ff\u00ff\u00ff\u007f");
    read("a text of 2^32 - 1 bytes", "X\u00ff\u00ff\u00ff\u00ff");
    read("a number of 2^31 - 1 bytes", "\u008b\u00ff\u00ff\u00ff\u007f");
    read("os.system, not called", "cos\nsystem\n");
    read("decimal.Decimal, made by OBJ", "(cdecimal\nDecimal\nX\1\0\0\0001o");
    StringBuilder nested = new StringBuilder("]q\0");
    for (int i = 0; i < 40; i++) {
      nested.append("](h\0h\0eq\0");
    }
    read("a key of lists, 2^40 when unfolded", nested + "}h\0K\1s");
    read("a key that holds itself", "}]q\0h\0aK\1s");
    read("a text that is not UTF-8", "X\1\0\0\0\u00ff");
    read("a frame of 2^64 - 1 bytes", "\u0095" + "\u00ff".repeat(8) + "}");
    read("names z, a, m", "}(X\1\0\0\0zK\1X\1\0\0\0aK\2X\1\0\0\0mK\3u");
  }

  private static void read(String name, String code) throws InterruptedException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(("\u0080\2" + code + ".").getBytes(StandardCharsets.ISO_8859_1));
    String[] told = {"still running after 10 s"};
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    Object value = new Unpickler().loads(pickle.toByteArray());
                    told[0] = "read: " + value.getClass().getSimpleName() + " " + value;
                  } catch (Throwable e) {
                    told[0] = e.toString();
                  }
                });
    thread.join(10_000);
    System.out.printf(
        "%-36s %4d bytes  %s%n", name, pickle.size(), told[0].lines().findFirst().get());
  }
}
