/**
 * The exit decision: where a step stops. At each layer that may emit, a rule's confidence is
 * measured, from the hidden state or from the logits of the shared head, and compared with what the
 * rule asks for. Knows neither the decoder's state nor searches.
 */
@NullMarked
package dev.deed.decode.exit;

import org.jspecify.annotations.NullMarked;
