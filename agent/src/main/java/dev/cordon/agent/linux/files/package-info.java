/** Linux's calls on files and processes, by descriptor. */
@NullMarked
package dev.cordon.agent.linux.files;

import org.jspecify.annotations.NullMarked;
