@NullMarked
package dev.deed.checkpoint.adapter;

import org.jspecify.annotations.NullMarked;
