package dev.deed.processing.picture;

/** What an {@link ImageProcessor} makes of a picture. */
public sealed interface EncoderImage permits PixelValues, FlattenedPatches {}
