/** Made-up pages of cards, buttons and fields, with questions where something is, and captions. */
@NullMarked
package dev.deed.lab.rendering.pages;

import org.jspecify.annotations.NullMarked;
