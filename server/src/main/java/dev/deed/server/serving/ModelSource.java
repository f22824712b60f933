package dev.deed.server.serving;

import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Where a served model comes from. It is opened again when it is exchanged.
 *
 * @param name what clients call it
 * @param folder its folder
 * @param opener opens the folder; throws {@code BadInputException} when that cannot be used
 * @param engine room for requests
 * @param deadline how long a request may take, from its submission to its answer
 */
public record ModelSource(
    String name,
    Path folder,
    Supplier<EncoderDecoderModel> opener,
    EngineOptions engine,
    Duration deadline) {}
