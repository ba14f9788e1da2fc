package dev.cordon.fleet.machine;

/** One machine with an agent that can be started and ended at will. Not for use by several threads. */
public interface FleetMachine extends AutoCloseable {

    /** Its full name, for example {@code lab-1.example.test}. */
    String name();

    /** Enrolls the machine and starts its agent. */
    void enroll(String serverUrl, String token);

    /** Starts the agent of an enrolled machine; returns without waiting for its connection. */
    void startAgent();

    /** Ends the agent in good order. An isolation stays in force. */
    void stopAgent();

    /** Ends the agent at once, as {@code kill -9} does. */
    void killAgent();

    /** Whether the machine is isolated now, looked up on the machine and not on the server. */
    boolean isolated();

    @Override
    void close();
}
