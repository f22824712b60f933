package dev.deed.server.page;

import java.net.URI;

/** A service that a test's browser can open: the page, the shipped models and their samples. */
interface PageService extends AutoCloseable {
  /** Address of the page, with a slash at the end. */
  URI address();

  @Override
  void close();
}
