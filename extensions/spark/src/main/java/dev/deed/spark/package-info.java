/**
 * DEED in Apache Spark: a transformer that adds a column of answers.
 *
 * <p>Begin with {@link DeedTransformer} and its parameters. On an executor, {@link AnswerTask}
 * answers the rows of a partition: {@link ExecutorModels} opens the model once, {@link SharedModel}
 * is that model with its engine, {@link LineColumns} makes a line of a row, and {@link
 * OrderedAnswers} keeps some rows ahead in flight. PySpark's wrapper is in {@code src/main/python}.
 *
 * <p>A task that is found as a service works here by itself; its fields are columns. Everything
 * that travels to executors is serialised with the transformer, so keep it small and without open
 * files.
 */
@NullMarked
package dev.deed.spark;

import org.jspecify.annotations.NullMarked;
