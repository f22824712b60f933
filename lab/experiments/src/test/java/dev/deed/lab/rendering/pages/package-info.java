@org.jspecify.annotations.NullMarked
package dev.deed.lab.rendering.pages;
