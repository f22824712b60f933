package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorLimitsTest {
  private static final long GIB = 1L << 30;

  private static SparkConf conf(String master) {
    return new SparkConf(false).set("spark.master", master);
  }

  @ParameterizedTest
  @CsvSource({
    "yarn, 4, 4",
    "yarn, , 1",
    "spark://host:7077, , 16",
    "spark://host:7077, 3, 3",
    "'local[5]', , 5",
    "'local[2,4]', , 2",
    "'local[*]', , 16",
    "local, , 1",
    "'local-cluster[2,1,1024]', , 1",
    "yarn, 64, 16"
  })
  void threadsAreTheCoresOfTheExecutor(String master, String cores, int threads) {
    SparkConf conf = conf(master);
    if (master.equals("yarn")) {
      conf.set("spark.executor.cores", cores == null ? "1" : cores);
    }
    assertThat(ExecutorLimits.threads(cores, conf, 16)).isEqualTo(threads);
  }

  @Test
  void weightsNeedRoomBesideTheHeap() {
    SparkConf conf = conf("k8s://https://host").set("spark.executor.memory", "4g");

    assertThatThrownBy(() -> ExecutorLimits.requireRoom(conf, "/models/base", GIB))
        .hasMessage(
            "spark.executor.memoryOverhead: is 409 MiB, the model /models/base takes 1511 MiB"
                + " beside the heap; set it to 1511m");
    conf.set("spark.executor.memoryOverhead", "1511m");
    assertThatCode(() -> ExecutorLimits.requireRoom(conf, "/models/base", GIB))
        .doesNotThrowAnyException();
  }

  @Test
  void nothingIsCheckedWhereNothingIsEnforced() {
    assertThatCode(() -> ExecutorLimits.requireRoom(conf("local[2]"), "m", 100 * GIB))
        .doesNotThrowAnyException();
    assertThatCode(() -> ExecutorLimits.requireRoom(conf("spark://host:1"), "m", 100 * GIB))
        .doesNotThrowAnyException();
  }
}
