/** Image processors of Hugging Face folders: pictures to the pixel values that an encoder reads. */
@NullMarked
package dev.deed.processing.image;

import org.jspecify.annotations.NullMarked;
