import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.ModuleResolutionAttribute;
import java.util.spi.ToolProvider;
import jdk.tools.jlink.internal.PluginRepository;
import jdk.tools.jlink.plugin.Plugin;
import jdk.tools.jlink.plugin.ResourcePool;
import jdk.tools.jlink.plugin.ResourcePoolBuilder;
import jdk.tools.jlink.plugin.ResourcePoolEntry;

/**
 * {@code jlink} with one plugin more, {@code --settled-vectors}: in the image that it writes,
 * jdk.incubator.vector is a module like others. It is there without {@code --add-modules}, the JVM
 * prints no notice of incubator modules, and its graph of modules can be stored ahead of time. The
 * attribute that says otherwise is all that changes; who may use an image without it knows that the
 * module's interface is that of this very JDK.
 *
 * <p>jlink's plugins are not open to others: start it with {@code --add-modules jdk.jlink
 * --add-exports jdk.jlink/jdk.tools.jlink.plugin=ALL-UNNAMED --add-exports
 * jdk.jlink/jdk.tools.jlink.internal=ALL-UNNAMED}. The arguments are jlink's.
 */
final class Link {
  public static void main(String[] arguments) {
    PluginRepository.registerPlugin(new SettledVectors());
    System.exit(
        ToolProvider.findFirst("jlink").orElseThrow().run(System.out, System.err, arguments));
  }

  private static final class SettledVectors implements Plugin {
    private static final String MODULE = "/jdk.incubator.vector/module-info.class";

    @Override
    public String getName() {
      return "settled-vectors";
    }

    @Override
    public String getDescription() {
      return "Make jdk.incubator.vector a module like others.";
    }

    @Override
    public String getUsage() {
      return "  --settled-vectors         " + getDescription();
    }

    /** Before the plugin that computes the graph of modules. */
    @Override
    public Category getType() {
      return Category.FILTER;
    }

    @Override
    public ResourcePool transform(ResourcePool in, ResourcePoolBuilder out) {
      in.transformAndCopy(SettledVectors::settled, out);
      return out.build();
    }

    private static ResourcePoolEntry settled(ResourcePoolEntry entry) {
      if (!entry.path().equals(MODULE)) {
        return entry;
      }
      ClassFile classes = ClassFile.of();
      ClassTransform settle =
          ClassTransform.dropping(element -> element instanceof ModuleResolutionAttribute);
      return entry.copyWithContent(
          classes.transformClass(classes.parse(entry.contentBytes()), settle));
    }
  }
}
