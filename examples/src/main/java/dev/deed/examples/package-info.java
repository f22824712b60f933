/** Small programs that show how an application uses DEED; each is run by a test. */
@NullMarked
package dev.deed.examples;

import org.jspecify.annotations.NullMarked;
