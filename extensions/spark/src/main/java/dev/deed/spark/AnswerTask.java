package dev.deed.spark;

import dev.deed.hub.ModelHub;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/** What a task does: it finds the executor's model, opened or not, and asks it row by row. */
record AnswerTask(RowFormat format, AnswerSettings settings, AnswerCounts counts)
    implements MapPartitionsFunction<Row, Row> {
  /** Of the task's resource profile, where it states them. */
  private static final String CORES = "resource.executor.cores";

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws InterruptedException {
    TaskContext context = TaskContext.get();
    AnswerSettings.Options options = settings.parsed();
    SharedModel.Use use =
        ExecutorModels.ofThisJvm()
            .model(key(options, context), key -> open(key, context))
            .use(format.columns(), options);
    context.addTaskCompletionListener((TaskCompletionListener) _ -> use.close());
    OrderedAnswers answers =
        new OrderedAnswers(rows, format, settings.invalid(), counts, use, context);
    context.addTaskCompletionListener((TaskCompletionListener) _ -> answers.close());
    return answers;
  }

  private SharedModel.Key key(AnswerSettings.Options options, TaskContext context) {
    Path folder =
        ModelLocation.resolve(
            settings.model(),
            List.of(Path.of(SparkFiles.getRootDirectory()), Path.of("")),
            ModelHub.fromEnvironment(),
            context::isInterrupted);
    return new SharedModel.Key(folder, options.precision(folder), settings.maxRows());
  }

  private static SharedModel open(SharedModel.Key key, TaskContext context) {
    SparkConf conf = SparkEnv.get().conf();
    int threads =
        ExecutorLimits.threads(
            context.getLocalProperty(CORES), conf, Runtime.getRuntime().availableProcessors());
    ExecutorLimits.requireRoom(
        conf, key.folder().toString(), key.open(threads).weightBytes(key.folder()));
    return SharedModel.open(key, threads);
  }
}
