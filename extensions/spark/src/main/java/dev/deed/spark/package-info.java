/**
 * DEED in Apache Spark: {@link dev.deed.spark.DeedTransformer} adds a column of answers. All tasks
 * of an executor share one opened model and its requests in flight.
 */
@NullMarked
package dev.deed.spark;

import org.jspecify.annotations.NullMarked;
