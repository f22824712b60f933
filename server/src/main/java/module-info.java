/** The HTTP service: endpoints, limits, metrics and the page. */
module dev.deed.server {
  requires com.fasterxml.jackson.databind;
  requires dev.deed.core;
  requires transitive dev.deed.runtime;
  requires dev.deed.processing;
  requires static io.opentelemetry.api;
  requires static io.opentelemetry.context;
  requires static io.opentelemetry.sdk;
  requires static io.opentelemetry.sdk.autoconfigure;
  requires static io.opentelemetry.sdk.common;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires org.eclipse.jetty.http;
  requires org.eclipse.jetty.io;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.util;
  requires org.eclipse.jetty.websocket.api;
  requires org.eclipse.jetty.websocket.server;
  requires static transitive org.jspecify;

  exports dev.deed.server;
  exports dev.deed.server.serving;
}
