/** Spring AI's models, answered in this JVM, and their auto-configuration. */
@NullMarked
package dev.deed.springai;

import org.jspecify.annotations.NullMarked;
