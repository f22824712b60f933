@NullMarked
package dev.deed.model;

import org.jspecify.annotations.NullMarked;
