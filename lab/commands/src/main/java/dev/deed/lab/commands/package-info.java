/** The laboratory's commands, which the command line finds as an add-on. */
@NullMarked
package dev.deed.lab.commands;

import org.jspecify.annotations.NullMarked;
