package dev.deed.sound;

import java.io.IOException;

/** Its message is the name of a coding that nothing here decodes. */
final class UnreadCoding extends IOException {
  UnreadCoding(String name) {
    super(name);
  }
}
