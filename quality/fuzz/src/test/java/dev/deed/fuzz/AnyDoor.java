package dev.deed.fuzz;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * All doors in one JVM: an input's first byte says which, and the rest is for it. Starting Jazzer
 * takes longer than a short run of a door.
 */
public final class AnyDoor {
  private static final MethodHandle[] TARGETS =
      Stream.of(Door.values()).map(AnyDoor::target).toArray(MethodHandle[]::new);

  private AnyDoor() {}

  /** Jazzer calls it before the first input. */
  public static void fuzzerInitialize() throws Throwable {
    for (Door door : Door.values()) {
      try {
        MethodHandles.lookup()
            .findStatic(door.target(), "fuzzerInitialize", MethodType.methodType(void.class))
            .invokeExact();
      } catch (NoSuchMethodException e) {
        // Most doors have nothing to prepare.
      }
    }
  }

  public static void fuzzerTestOneInput(byte[] bytes) throws Throwable {
    if (bytes.length > 0) {
      MethodHandle target = TARGETS[(bytes[0] & 0xff) % TARGETS.length];
      target.invokeExact(Arrays.copyOfRange(bytes, 1, bytes.length));
    }
  }

  /** An input of this class which is one of a door. */
  static byte[] input(Door door, byte[] bytes) {
    byte[] input = new byte[bytes.length + 1];
    input[0] = (byte) door.ordinal();
    System.arraycopy(bytes, 0, input, 1, bytes.length);
    return input;
  }

  private static MethodHandle target(Door door) {
    try {
      return MethodHandles.lookup()
          .findStatic(
              door.target(), "fuzzerTestOneInput", MethodType.methodType(void.class, byte[].class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
