package dev.cordon.agent.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * nftables through {@code libnftables.so.1} (libnftables(3)): no process is started, so a command takes about half a
 * millisecond and works where starting programs is restricted. The open context owns what it makes with
 * {@code flags owner}; the kernel removes that when the context is closed or the process ends.
 */
final class NftLibrary implements Nft {

    private static final int OUTPUT_STATELESS = 1 << 2;

    private final Functions functions;
    private MemorySegment context;

    private NftLibrary(Functions functions, MemorySegment context) {
        this.functions = functions;
        this.context = context;
    }

    static Optional<NftLibrary> open() {
        return Functions.load().flatMap(functions -> {
            MemorySegment context = functions.newContext();
            return context.equals(MemorySegment.NULL)
                    ? Optional.empty()
                    : Optional.of(new NftLibrary(functions, context));
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
        if (context.equals(MemorySegment.NULL)) {
            throw new NftException("nftables is closed");
        }
        if (commands.isEmpty()) {
            return "";
        }
        try (Arena arena = Arena.ofConfined()) {
            functions.setFlags.invoke(context, flags);
            int status = (int) functions.run.invoke(context, arena.allocateFrom(commands));
            String output = text((MemorySegment) functions.output.invoke(context));
            String error = text((MemorySegment) functions.error.invoke(context));
            if (status != 0) {
                throw new NftException(error.isBlank() ? "nftables refused without saying why" : error.strip());
            }
            return output;
        } catch (NftException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calling libnftables failed", e);
        }
    }

    private static String text(MemorySegment pointer) {
        return pointer.equals(MemorySegment.NULL)
                ? ""
                : pointer.reinterpret(OUTPUT_LIMIT).getString(0);
    }

    @Override
    public boolean ownsTables() {
        return true;
    }

    @Override
    public void close() {
        if (context.equals(MemorySegment.NULL)) {
            return;
        }
        MemorySegment closing = context;
        context = MemorySegment.NULL;
        try {
            functions.free.invoke(closing);
        } catch (Throwable e) {
            throw new IllegalStateException("calling libnftables failed", e);
        }
    }

    private record Functions(
            MethodHandle create,
            MethodHandle free,
            MethodHandle bufferOutput,
            MethodHandle bufferError,
            MethodHandle setFlags,
            MethodHandle run,
            MethodHandle output,
            MethodHandle error) {

        static Optional<Functions> load() {
            SymbolLookup library;
            try {
                library = SymbolLookup.libraryLookup("libnftables.so.1", Arena.global());
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
            return Optional.of(new Functions(
                    function(library, "nft_ctx_new", FunctionDescriptor.of(ADDRESS, JAVA_INT)),
                    function(library, "nft_ctx_free", FunctionDescriptor.ofVoid(ADDRESS)),
                    function(library, "nft_ctx_buffer_output", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
                    function(library, "nft_ctx_buffer_error", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
                    function(library, "nft_ctx_output_set_flags", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT)),
                    function(library, "nft_run_cmd_from_buffer", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)),
                    function(library, "nft_ctx_get_output_buffer", FunctionDescriptor.of(ADDRESS, ADDRESS)),
                    function(library, "nft_ctx_get_error_buffer", FunctionDescriptor.of(ADDRESS, ADDRESS))));
        }

        private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor type) {
            return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
        }

        MemorySegment newContext() {
            try {
                MemorySegment context = (MemorySegment) create.invoke(0);
                if (!context.equals(MemorySegment.NULL)
                        && ((int) bufferOutput.invoke(context) != 0 || (int) bufferError.invoke(context) != 0)) {
                    free.invoke(context);
                    return MemorySegment.NULL;
                }
                return context;
            } catch (Throwable e) {
                throw new IllegalStateException("calling libnftables failed", e);
            }
        }
    }
}
