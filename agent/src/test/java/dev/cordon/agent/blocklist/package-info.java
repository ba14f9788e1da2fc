@NullMarked
package dev.cordon.agent.blocklist;

import org.jspecify.annotations.NullMarked;
