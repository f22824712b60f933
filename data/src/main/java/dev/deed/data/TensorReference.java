package dev.deed.data;

import java.nio.file.Path;

/**
 * A tensor in a safetensors file, written {@code FILE:NAME}.
 *
 * @param file the file, relative paths already resolved
 */
public record TensorReference(Path file, String name) {}
