package dev.deed.spark;

import dev.deed.Generation;
import dev.deed.value.InputException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Rows as they come, and as they go with their answer in a last column. Immutable.
 *
 * @param columns what the model reads
 * @param names how errors name a row
 */
record RowFormat(InputColumns columns, RowNames names) implements Serializable {
  static final StructType ANSWER =
      new StructType()
          .add("text", DataTypes.StringType)
          .add("token_ids", new ArrayType(DataTypes.IntegerType, false))
          .add("exit_layers", new ArrayType(DataTypes.IntegerType, false))
          .add("log_prob", DataTypes.DoubleType)
          .add("finish", DataTypes.StringType)
          .add("error", DataTypes.StringType);

  /**
   * Checks the columns that come.
   *
   * @throws InputException when one is missing or of another type
   */
  static RowFormat of(StructType schema, Map<String, String> names) {
    InputColumns columns = InputColumns.of(schema, names);
    return new RowFormat(columns, RowNames.of(schema, columns, names.values()));
  }

  /** What an answer is. */
  StructType answer() {
    return columns.page() == null ? ANSWER : TableStruct.ANSWER;
  }

  /**
   * The schema with the answers.
   *
   * @throws InputException when there is such a column
   */
  StructType with(StructType schema, String output) {
    InputException.require(
        !List.of(schema.fieldNames()).contains(output),
        "outputCol",
        "there is a column " + output,
        "choose another name");
    return schema.add(output, answer());
  }

  static Row struct(Generation answer) {
    return RowFactory.create(
        answer.text(),
        answer.tokenIds().toArray(),
        answer.exitLayers().toArray(),
        logProbability(answer),
        answer.finish().name().toLowerCase(Locale.ROOT),
        null);
  }

  static double logProbability(Generation answer) {
    return answer.logProbabilities().stream().mapToDouble(Double::doubleValue).sum();
  }

  Row with(Row row, InputException error) {
    @Nullable Object[] answer = new @Nullable Object[answer().size()];
    answer[answer.length - 1] = error.getMessage();
    return with(row, RowFactory.create(answer));
  }

  static Row with(Row row, Row answer) {
    @Nullable Object[] values = new @Nullable Object[row.length() + 1];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    values[row.length()] = answer;
    return RowFactory.create(values);
  }
}
