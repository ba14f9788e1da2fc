@NullMarked
package dev.cordon.lab;

import org.jspecify.annotations.NullMarked;
