/** What this machine is: names, versions, addresses. */
@NullMarked
package dev.cordon.agent.facts;

import org.jspecify.annotations.NullMarked;
