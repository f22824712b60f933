@NullMarked
package dev.deed.processing.sound;

import org.jspecify.annotations.NullMarked;
