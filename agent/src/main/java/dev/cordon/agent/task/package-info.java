/** What every kind of order but an isolation looks like to the one who carries it out. */
@NullMarked
package dev.cordon.agent.task;

import org.jspecify.annotations.NullMarked;
