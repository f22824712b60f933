/** LangChain4j's models, answered in this JVM. */
@NullMarked
package dev.deed.langchain4j;

import org.jspecify.annotations.NullMarked;
