package dev.cordon.server;

import dev.cordon.gateway.GatewayException;
import dev.cordon.protocol.memory.IdlePages;
import dev.cordon.server.keys.KeyException;
import dev.cordon.server.store.StoreException;
import dev.cordon.server.tls.TlsException;
import dev.cordon.server.web.WebServerException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * The server as a program. Once it answers it prints {@code Cordon is ready: URL} on standard output; everything else,
 * the log included, goes to standard error. It ends with status 0 when asked to, 1 if it cannot start, 2 for a command
 * line it does not understand.
 */
public final class ServerMain {

    private ServerMain() {}

    public static void main(String[] args) {
        int status = run(List.of(args));
        if (status != 0) {
            System.exit(status);
        }
    }

    private static int run(List<String> words) {
        if (words.contains("--help") || words.contains("-h")) {
            System.out.print(ServerOptions.USAGE);
            return 0;
        }
        try {
            var server = CordonServer.start(ServerOptions.parse(words, System.getenv()));
            var ended = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("cordon-shutdown").unstarted(() -> {
                        server.close();
                        ended.countDown();
                    }));
            System.out.println("Cordon is ready: " + server.url());
            server.firstAdministratorLink()
                    .ifPresent(link -> System.out.println(
                            "There is no user yet. Make the first administrator here, within 72 hours: " + link));
            System.out.flush();
            IdlePages.keepReturning();
            ended.await();
            return 0;
        } catch (UsageException e) {
            return refuse(e, 2);
        } catch (StartException
                | StoreException
                | KeyException
                | TlsException
                | WebServerException
                | GatewayException e) {
            return refuse(e, 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(ServerMain.class).atError().setCause(e).log("server cannot start");
            return refuse(e, 1);
        }
    }

    private static int refuse(RuntimeException e, int status) {
        System.err.println("cordon server: "
                + Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName())
                        .replaceAll("\\R+", " ")
                + (isForWantOfSpace(e) ? " Free space on that disk, and start again." : ""));
        return status;
    }

    /** Whoever writes a file says why that failed; that a full disk is behind it is the system's word alone. */
    private static boolean isForWantOfSpace(Throwable e) {
        for (var at = e; at != null; at = at.getCause()) {
            if (at instanceof IOException && String.valueOf(at.getMessage()).contains("No space left on device")) {
                return true;
            }
        }
        return false;
    }
}
