/** Files and folders that appear whole or not at all, locks, and checks of untrusted files. */
@NullMarked
package dev.deed.files;

import org.jspecify.annotations.NullMarked;
