package dev.cordon.agent.execution;

/** Told what happens without an order; must return soon. Many refusals come as one. */
public interface ExecutionEvents {

    /** Programs were refused, or would have been where the machine is only monitored. */
    void denied(String message);

    /** Programs could start that should not have: the agent was gone, or was ended because it did not answer. */
    void lost(String message);
}
