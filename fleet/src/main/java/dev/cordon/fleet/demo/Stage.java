package dev.cordon.fleet.demo;

import java.util.List;

/** Where the demo happens: three machines and the address at which they reach the server. */
interface Stage extends AutoCloseable {

    /** {@code lab} or {@code simulated}, for the report. */
    String kind();

    /** Sentences that tell the user what they are looking at. */
    List<String> description();

    /** The address the server listens on. */
    String serverAddress();

    /** The name or address that goes into URLs. */
    String serverHost();

    /** Enrolls the machines and starts their agents. */
    List<StageMachine> enroll(String serverUrl, String token);

    @Override
    void close();
}
