/** The endpoints: our own interface, OpenAI's, descriptions, health, metrics and the page. */
@NullMarked
package dev.deed.server.api;

import org.jspecify.annotations.NullMarked;
