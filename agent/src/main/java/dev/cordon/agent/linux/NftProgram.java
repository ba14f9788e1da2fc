package dev.cordon.agent.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** nftables through the program {@code nft}, for machines without the library. Tables cannot be owned this way. */
final class NftProgram implements Nft {

    private final Path program;

    private NftProgram(Path program) {
        this.program = program;
    }

    static Optional<NftProgram> open() {
        return Stream.of("/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft", "/usr/local/sbin/nft")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .map(NftProgram::new);
    }

    @Override
    public String run(String commands) throws NftException {
        return run(commands, List.of("--stateless"));
    }

    @Override
    public String runWithCounters(String commands) throws NftException {
        return run(commands, List.of());
    }

    private String run(String commands, List<String> options) throws NftException {
        if (commands.isEmpty()) {
            return "";
        }
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(options);
        command.addAll(List.of("-f", "-"));
        Program.Ended ended = Program.run(TIME_LIMIT, OUTPUT_LIMIT, commands, command);
        if (ended.status() != 0) {
            throw new NftException(
                    ended.output().isBlank()
                            ? program + " ended with status " + ended.status()
                            : ended.output().strip());
        }
        return ended.output();
    }

    @Override
    public boolean ownsTables() {
        return false;
    }

    @Override
    public void close() {}
}
