package dev.deed.spark;

import dev.deed.Generation;
import dev.deed.value.InputException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
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
  static RowFormat of(StructType schema, InputColumns.Names names) {
    InputColumns columns = InputColumns.of(schema, names);
    return new RowFormat(columns, RowNames.of(schema, columns, names.read()));
  }

  /**
   * The schema with the answers.
   *
   * @throws InputException when there is such a column
   */
  static StructType with(StructType schema, String output) {
    InputException.require(
        !List.of(schema.fieldNames()).contains(output),
        "outputCol",
        "there is a column " + output,
        "choose another name");
    return schema.add(output, ANSWER);
  }

  Row with(Row row, Generation answer) {
    return with(
        row,
        RowFactory.create(
            answer.text(),
            answer.tokenIds().toArray(),
            answer.exitLayers().toArray(),
            answer.logProbabilities().stream().mapToDouble(Double::doubleValue).sum(),
            answer.finish().name().toLowerCase(Locale.ROOT),
            null));
  }

  Row with(Row row, InputException error) {
    return with(row, RowFactory.create(null, null, null, null, null, error.getMessage()));
  }

  private static Row with(Row row, Row answer) {
    @Nullable Object[] values = new @Nullable Object[row.length() + 1];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    values[row.length()] = answer;
    return RowFactory.create(values);
  }
}
