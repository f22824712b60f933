package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.OpenOptions;
import dev.deed.page.PageReader;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The model that reads pages for another one: opened with the first page that is only a picture.
 * Belongs to one thread.
 */
public final class PagesModel implements Supplier<PageReader>, AutoCloseable {
  /** The option that names it, and the model where it does not. */
  public static final String OPTION = "--text-lines";

  public static final String USUAL = "text-lines";

  private final CommonOptions common;
  private final Path named;
  private final int rows;
  private @Nullable EncoderDecoderModel model;
  private @Nullable Engine engine;
  private @Nullable PageReader reader;

  /**
   * @param named folder or name of the model
   * @param rows lines that are decoded together
   */
  public PagesModel(CommonOptions common, Path named, int rows) {
    this.common = common;
    this.named = named;
    this.rows = rows;
  }

  @Override
  public PageReader get() {
    PageReader known = reader;
    if (known == null) {
      EncoderDecoderModel opened =
          common.open(common.place(named, new AdapterOption()), OpenOptions.defaults());
      model = opened;
      engine = JobEngine.of(opened, rows);
      known = PageReader.of(engine);
      reader = known;
    }
    return known;
  }

  @Override
  public void close() {
    if (engine != null) {
      engine.close();
    }
    if (model != null) {
      model.close();
    }
  }
}
