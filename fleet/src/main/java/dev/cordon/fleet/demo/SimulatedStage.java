package dev.cordon.fleet.demo;

import java.nio.file.Path;
import java.util.List;

/** Machines that exist only in this process, for computers on which lab machines are not possible. */
final class SimulatedStage implements Stage {

    private final String why;

    SimulatedStage(Path directory, String why) {
        this.why = why + directory.getFileName();
    }

    @Override
    public String kind() {
        return "simulated";
    }

    @Override
    public List<String> description() {
        return List.of(why);
    }

    @Override
    public String serverAddress() {
        return "127.0.0.1";
    }

    @Override
    public String serverHost() {
        return "localhost";
    }

    @Override
    public List<StageMachine> enroll(String serverUrl, String token) {
        return List.of();
    }

    @Override
    public void close() {}
}
