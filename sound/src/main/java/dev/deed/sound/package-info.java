/**
 * MP3, MP4, AAC, Ogg and Matroska (WebM) for the Java Sound API: containers are read here, packets
 * decoded by libraries. Files are untrusted. Whoever reads the samples bounds how many there are;
 * nothing here allocates by what a file merely claims.
 */
@NullMarked
package dev.deed.sound;

import org.jspecify.annotations.NullMarked;
