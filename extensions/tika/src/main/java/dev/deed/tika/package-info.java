/** Apache Tika's view of sound, by DEED in the same JVM. */
@NullMarked
package dev.deed.tika;

import org.jspecify.annotations.NullMarked;
