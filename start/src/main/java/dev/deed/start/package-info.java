/** {@code java -jar deed.jar}: the launcher for systems without Bash. */
@NullMarked
package dev.deed.start;

import org.jspecify.annotations.NullMarked;
