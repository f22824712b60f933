package dev.deed.model;

/**
 * Vectors of the patches of a picture, in the picture's rows and columns.
 *
 * @param values [height, width, channels]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PatchGrid(float[] values, int height, int width, int channels) {}
