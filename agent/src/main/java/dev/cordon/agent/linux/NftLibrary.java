package dev.cordon.agent.linux;

import static dev.cordon.protocol.foreign.CLibrary.UNREAD;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * nftables through {@code libnftables.so.1} (libnftables(3)): no process is started, so a command takes about half a
 * millisecond and works where starting programs is restricted. The open context owns what it makes with
 * {@code flags owner}; the kernel removes that when the context is closed or the process ends.
 */
final class NftLibrary implements Nft {

    private static final int OUTPUT_STATELESS = 1 << 2;

    private final Functions functions;
    private long context;

    private NftLibrary(Functions functions, long context) {
        this.functions = functions;
        this.context = context;
    }

    static Optional<NftLibrary> open() {
        return CLibrary.find(Functions::new, "libnftables.so.1").flatMap(functions -> {
            long context = functions.newContext();
            return context == 0 ? Optional.empty() : Optional.of(new NftLibrary(functions, context));
        });
    }

    @Override
    public String run(String commands) throws NftException {
        return run(commands, OUTPUT_STATELESS);
    }

    @Override
    public String runWithCounters(String commands) throws NftException {
        return run(commands, 0);
    }

    private String run(String commands, int flags) throws NftException {
        if (context == 0) {
            throw new NftException("nftables is closed");
        }
        if (commands.isEmpty()) {
            return "";
        }
        try (Arena arena = Arena.ofConfined()) {
            functions.setFlags.call(UNREAD, context, flags);
            int status = (int) functions.run.call(UNREAD, context, CLibrary.text(arena, commands));
            String output = text(functions.output.call(UNREAD, context));
            String error = text(functions.error.call(UNREAD, context));
            if (status != 0) {
                throw new NftException(error.isBlank() ? "nftables refused without saying why" : error.strip());
            }
            return output;
        }
    }

    private static String text(long address) {
        return address == 0
                ? ""
                : MemorySegment.ofAddress(address).reinterpret(OUTPUT_LIMIT).getString(0);
    }

    @Override
    public boolean ownsTables() {
        return true;
    }

    @Override
    public void close() {
        if (context == 0) {
            return;
        }
        long closing = context;
        context = 0;
        functions.free.call(UNREAD, closing);
    }

    private record Functions(
            CFunction create,
            CFunction free,
            CFunction bufferOutput,
            CFunction bufferError,
            CFunction setFlags,
            CFunction run,
            CFunction output,
            CFunction error) {

        Functions(CLibrary library) {
            this(
                    library.function("nft_ctx_new", 1),
                    library.function("nft_ctx_free", 1),
                    library.function("nft_ctx_buffer_output", 1),
                    library.function("nft_ctx_buffer_error", 1),
                    library.function("nft_ctx_output_set_flags", 2),
                    library.function("nft_run_cmd_from_buffer", 2),
                    library.function("nft_ctx_get_output_buffer", 1),
                    library.function("nft_ctx_get_error_buffer", 1));
        }

        /** 0 if the library could not make one. */
        long newContext() {
            long context = create.call(UNREAD, 0);
            if (context != 0
                    && ((int) bufferOutput.call(UNREAD, context) != 0
                            || (int) bufferError.call(UNREAD, context) != 0)) {
                free.call(UNREAD, context);
                return 0;
            }
            return context;
        }
    }
}
