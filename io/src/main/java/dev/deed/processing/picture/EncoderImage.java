package dev.deed.processing.picture;

/** What an {@link ImageProcessor} makes of a picture. */
sealed interface EncoderImage permits PixelValues, FlattenedPatches {}
