@NullMarked
package dev.cordon.agent.files;

import org.jspecify.annotations.NullMarked;
