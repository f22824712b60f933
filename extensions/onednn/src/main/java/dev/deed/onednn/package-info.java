/**
 * Products of int8 by oneDNN, for whoever puts this module on the class path.
 *
 * <p>Begin with {@link OneDnnEngine}, which {@code dev.deed.tensor.matrix} finds as a service. It
 * tries a few products first, and says what is in the way where the processor has no exact byte
 * products. {@link OneDnn} binds the C functions by their own names. The native code, some 90 MB,
 * is unpacked once into the user's cache folder, whose owner is checked.
 *
 * <p>Only this module knows oneDNN. Another library is another module like it.
 */
@NullMarked
package dev.deed.onednn;

import org.jspecify.annotations.NullMarked;
