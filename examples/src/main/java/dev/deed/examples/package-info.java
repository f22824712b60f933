/**
 * Small programs that show how an application uses DEED; each is run by a test. MODEL is a folder,
 * or a name on the Hub.
 */
@NullMarked
package dev.deed.examples;

import org.jspecify.annotations.NullMarked;
