package dev.deed.spark;

import dev.deed.value.InputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/** What Spark gives an executor: cores, and memory beside the heap. */
final class ExecutorLimits {
  /** Spark's own floor, which the JVM and native libraries take without a model. */
  static final long JVM_MIB = 384;

  private static final double DEFAULT_FACTOR = 0.1;
  private static final long DEFAULT_HEAP_MIB = 1024;
  private static final Pattern LOCAL = Pattern.compile("local\\[(\\d+)(?:,\\d+)?]");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*(\\d+)\\s*,\\s*\\d+\\s*]");

  private ExecutorLimits() {}

  /**
   * How many threads a model may have: the executor's cores, at most the processors of the JVM.
   *
   * @param setting cores of the task's resource profile; null: the profile says nothing
   */
  static int threads(@Nullable String setting, SparkConf conf, int processors) {
    return Math.clamp(cores(setting, conf, processors), 1, Math.max(1, processors));
  }

  /** Where nothing says how many, an executor has all cores of its worker. */
  private static int cores(@Nullable String setting, SparkConf conf, int processors) {
    String cores = setting == null ? conf.get("spark.executor.cores", null) : setting;
    if (cores != null) {
      return Integer.parseInt(cores.strip());
    }
    String master = conf.get("spark.master", "");
    if (master.equals("local")) {
      return 1;
    }
    for (Pattern pattern : new Pattern[] {LOCAL, LOCAL_CLUSTER}) {
      Matcher matcher = pattern.matcher(master);
      if (matcher.matches()) {
        return Integer.parseInt(matcher.group(1));
      }
    }
    return processors;
  }

  /**
   * Checks that the weights have room beside the heap. YARN and Kubernetes end an executor that
   * takes more than its container; elsewhere nothing is enforced, and nothing checked.
   *
   * @param weightBytes of the opened model
   * @throws InputException when they do not fit; it names the number to set
   */
  static void requireRoom(SparkConf conf, String model, long weightBytes) {
    String master = conf.get("spark.master", "");
    if (!master.startsWith("yarn") && !master.startsWith("k8s")) {
      return;
    }
    long heap = conf.getSizeAsMb("spark.executor.memory", DEFAULT_HEAP_MIB + "m");
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", DEFAULT_FACTOR);
    long least = conf.getSizeAsMb("spark.executor.minMemoryOverhead", JVM_MIB + "m");
    long byDefault = Math.max(least, (long) (heap * factor));
    long overhead = conf.getSizeAsMb("spark.executor.memoryOverhead", byDefault + "m");
    // Weights with what opening takes on top (lab/results/footprint.md), and the JVM's own.
    long needed = (long) Math.ceil(1.1 * weightBytes / (1 << 20)) + JVM_MIB;
    InputException.require(
        overhead >= needed,
        "spark.executor.memoryOverhead",
        "is %d MiB, the model %s takes %d MiB beside the heap".formatted(overhead, model, needed),
        "set it to " + needed + "m");
  }
}
