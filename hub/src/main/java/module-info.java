/** Models by name: fetched from the Hub into the cache that all its clients share. */
module dev.deed.hub {
  requires com.fasterxml.jackson.databind;
  requires transitive dev.deed.core;
  requires java.net.http;
  requires static transitive org.jspecify;

  exports dev.deed.hub;
}
