package dev.cordon.agent.scan;

/** Every file of every local file system. */
record FullProfile() implements Profile {

    @Override
    public void walk(Surroundings machine, Finds finds) throws InterruptedException, EngineException {
        new Walk(machine.mounts(), finds, new SeenFiles(), machine.excluded()).all(machine.root());
    }
}
