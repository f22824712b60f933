package dev.deed.data;

/**
 * The picture of a sample, as its file holds it.
 *
 * @param name of the file
 * @param mediaType such as {@code image/png}, told by its first bytes
 * @param bytes not copied
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record SamplePicture(String name, String mediaType, byte[] bytes) {}
