/** LoRA adapters in the form of PEFT, merged into a model's weights as they are read. */
@NullMarked
package dev.deed.checkpoint.adapter;

import org.jspecify.annotations.NullMarked;
