@NullMarked
package dev.cordon.server.web;

import org.jspecify.annotations.NullMarked;
