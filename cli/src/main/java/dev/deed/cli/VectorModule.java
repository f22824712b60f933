package dev.deed.cli;

/**
 * Loads the module of the Vector API into this JVM, as the JVM itself loads modules for agents: the
 * classes then come from the boot loader, and the compiler treats them as its own. The option
 * {@code --add-modules} does the same, and has the JVM print a warning at every start.
 */
final class VectorModule {
  private static final String NAME = "jdk.incubator.vector";

  /** Internal: {@code --add-exports=java.base/jdk.internal.module=ALL-UNNAMED} opens it. */
  private static final String LOADER = "jdk.internal.module.Modules";

  private VectorModule() {}

  /**
   * Loads the module where the launcher has opened the JVM for it, before anything uses vectors.
   * Without the module scalar kernels run, and the log says so.
   */
  static void load() {
    try {
      Class.forName(LOADER).getMethod("loadModule", String.class).invoke(null, NAME);
    } catch (ReflectiveOperationException e) {
      // Not opened: the module came with the JVM, or it is missing.
    }
  }
}
