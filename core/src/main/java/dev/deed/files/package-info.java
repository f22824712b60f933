/**
 * Files and folders that appear whole or not at all, locks, and what is checked of untrusted ones.
 */
@NullMarked
package dev.deed.files;

import org.jspecify.annotations.NullMarked;
