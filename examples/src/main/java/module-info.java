/** Small programs that show the Java API. */
module dev.deed.examples {
  requires dev.deed.evaluation;
  requires dev.deed.runtime;
}
