/** What an agent needs of the machine it runs on, real or simulated. */
@NullMarked
package dev.cordon.agent.platform;

import org.jspecify.annotations.NullMarked;
