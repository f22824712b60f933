@org.jspecify.annotations.NullMarked
package dev.deed.experiments.rendering.pages;
