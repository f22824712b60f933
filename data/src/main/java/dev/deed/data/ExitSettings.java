package dev.deed.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a line says about exits, {@code null} for what it leaves to the options. Values are checked
 * for type and sign; whether they suit a model is for whoever knows the model.
 *
 * @param confidence kind of confidence, {@code full} or {@code static}
 * @param threshold any real number
 * @param layers decoder layers that may emit, from 1
 * @param minLayer lowest layer that may emit, from 1
 * @param exitAt the layer of {@code static}, from 1
 * @param history {@code jit} or {@code copy}
 */
public record ExitSettings(
    @Nullable String confidence,
    @Nullable Double threshold,
    @Nullable List<Integer> layers,
    @Nullable Integer minLayer,
    @Nullable Integer exitAt,
    @Nullable String history) {}
