/**
 * Image processors of Hugging Face folders: pictures become the pixel values that an encoder reads.
 *
 * <p>Begin with {@link ImageProcessor}: {@code find} reads a folder's settings and gives a
 * processor, {@code process} applies it. {@link PixelImageProcessor} has all those that end in
 * pixels, each as a list of {@link PictureStep}s; {@link Pix2StructImageProcessor} cuts patches,
 * {@link TableImageProcessor} is Docling's.
 *
 * <p>A processor of your own is a list of steps and a case in {@link ImageProcessor}. Read every
 * setting that changes a pixel and refuse what is not supported: values equal those of Transformers
 * bit for bit, and tests say so.
 */
@NullMarked
package dev.deed.processing.image;

import org.jspecify.annotations.NullMarked;
