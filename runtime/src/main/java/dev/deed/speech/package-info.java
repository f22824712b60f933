/**
 * Speech to text for recordings of any length, by models that read a spectrogram and write
 * timestamps (Whisper, Radford et al. 2022, arXiv 2212.04356).
 */
@NullMarked
package dev.deed.speech;

import org.jspecify.annotations.NullMarked;
