/** What turns inputs into the first hidden states of an encoder, one file for each front. */
@NullMarked
package dev.deed.model.front;

import org.jspecify.annotations.NullMarked;
