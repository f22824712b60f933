/** Small programs that show the Java API. */
module dev.deed.examples {
  requires com.fasterxml.jackson.databind;
  requires dev.deed.evaluation;
  requires dev.deed.hub;
  requires dev.deed.runtime;
  requires jdk.httpserver;
  requires org.apache.pdfbox;
}
