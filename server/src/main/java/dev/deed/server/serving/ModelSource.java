package dev.deed.server.serving;

import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.watch.Watch;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a served model comes from. It is opened again when it is exchanged.
 *
 * @param name what clients call it
 * @param opener opens its folder as it is then, and before tells how many bytes its weights will
 *     take; throws {@code InputException} when it cannot be used, and what that throws
 * @param engine room for requests
 * @param deadline how long a request may take, from its submission to its answer
 * @param warmUp how long at most the model answers made-up requests before it is served; zero: none
 * @param watcher what sees, from its opening on, whether a model's answers are those of full depth;
 *     gives null for nothing
 */
public record ModelSource(
    String name,
    Function<LongConsumer, EncoderDecoderModel> opener,
    EngineOptions engine,
    Duration deadline,
    Duration warmUp,
    Function<EncoderDecoderModel, @Nullable Watch> watcher) {}
