package dev.deed.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.jspecify.annotations.Nullable;

/**
 * The models that are open in an executor. Each is opened by the first task that needs it and stays
 * open as long as the executor lives. Safe for use from many threads.
 */
final class ExecutorModels implements AutoCloseable {
  /**
   * The one thing that is static: tasks of an executor have nothing in common but its JVM, and
   * Spark has no place where they could leave a model for each other.
   */
  private static final ExecutorModels OF_THIS_JVM = new ExecutorModels();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(OF_THIS_JVM::close, "deed-close"));
  }

  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as is what follows. */
  private final Map<SharedModel.Key, SharedModel> models = new HashMap<>();

  private @Nullable SparkContext watched;

  static ExecutorModels ofThisJvm() {
    return OF_THIS_JVM;
  }

  /**
   * A model, which is opened if it is not open. Others that need it wait meanwhile; where it cannot
   * be opened, the next of them tries again.
   *
   * @param opener opens a model
   * @throws InterruptedException when the thread is interrupted while another one opens a model
   */
  SharedModel model(SharedModel.Key key, Function<SharedModel.Key, SharedModel> opener)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return models.computeIfAbsent(key, opener);
    } finally {
      lock.unlock();
    }
  }

  /** An executor's JVM ends with it; in local mode, models close with the application. */
  void closeWith(SparkContext context) {
    if (!context.isLocal()) {
      return;
    }
    lock.lock();
    try {
      if (watched != context) {
        watched = context;
        context.addSparkListener(
            new SparkListener() {
              @Override
              public void onApplicationEnd(SparkListenerApplicationEnd end) {
                close();
              }
            });
      }
    } finally {
      lock.unlock();
    }
  }

  List<SharedModel> open() {
    lock.lock();
    try {
      return new ArrayList<>(models.values());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      models.values().forEach(SharedModel::close);
      models.clear();
      watched = null;
    } finally {
      lock.unlock();
    }
  }
}
