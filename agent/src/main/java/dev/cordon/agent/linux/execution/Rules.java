package dev.cordon.agent.linux.execution;

import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * What verdicts rest on, and who is told of them.
 *
 * @param policy in force
 * @param mayStayOpen the file systems, by their device, that nobody unmounts as long as the agent runs
 * @param cache what is known of files
 * @param denials told of refusals
 * @param times of answers that take no reading
 */
record Rules(
        Supplier<Policy> policy, LongPredicate mayStayOpen, VerdictCache cache, Denials denials, AnswerTimes times) {}
