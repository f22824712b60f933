/** What the tests of several modules share; never part of a release. */
@NullMarked
package dev.deed.testing;

import org.jspecify.annotations.NullMarked;
