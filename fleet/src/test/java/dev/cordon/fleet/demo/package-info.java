@NullMarked
package dev.cordon.fleet.demo;

import org.jspecify.annotations.NullMarked;
