/**
 * Products of int8 by oneDNN, for whoever puts this module on the class path. Its native code, some
 * 90 MB, is unpacked once into the user's cache folder.
 */
@NullMarked
package dev.deed.onednn;

import org.jspecify.annotations.NullMarked;
