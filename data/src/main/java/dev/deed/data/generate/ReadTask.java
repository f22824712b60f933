package dev.deed.data.generate;

import dev.deed.InFlight;
import dev.deed.data.InputLine;
import dev.deed.page.PageText;
import java.util.function.Function;

/**
 * Reads the pages that lines name.
 *
 * @param pages begins the page of a line
 */
public record ReadTask(Function<InputLine, InFlight<PageText>> pages) implements Task {
  @Override
  public UnderWay begin(InputLine line) {
    InFlight<PageText> reading = pages.apply(line);
    return new UnderWay() {
      @Override
      public LineResult result() {
        return new LineResult.Read(line, reading.await());
      }

      @Override
      public void cancel() {
        reading.cancel();
      }
    };
  }
}
