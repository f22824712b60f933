/**
 * Pictures: files of six formats become samples, which are resized and become the numbers that a
 * model reads. Files are untrusted: {@link PictureLimits} holds before anything is allocated.
 *
 * <p>Begin with {@link PictureReader}: the first bytes tell the format, a decoder gives a {@link
 * Picture}, upright and RGB. {@link PngDecoder} decodes by itself. {@link JpegFile}, {@link
 * TiffFile}, {@link WebpFile} and {@link GifDecoder} check a file before a library decodes it.
 * {@link Resizer} has Pillow's bits, {@link AreaResizer} OpenCV's, {@link FloatResizer} PyTorch's.
 * An {@link ImageProcessor} does what a model's {@code preprocessor_config.json} asks, and gives an
 * {@link EncoderImage}.
 *
 * <p>A format of your own is a decoder and a line in {@link PictureReader}'s table of signatures,
 * with damaged files in its test. {@code docs/pictures.md} says where samples differ from Pillow's;
 * add to it what you find.
 */
@NullMarked
package dev.deed.processing.picture;

import org.jspecify.annotations.NullMarked;
