package dev.cordon.server.web;

import java.io.IOException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Reads what is left of a request's body before an early answer is written. A connection that is closed over unread
 * bytes is reset, and a client that is still sending would lose the answer that tells it why it was refused. What is
 * over {@value #BYTES} bytes is not worth reading; the connection's idle time-out bounds the wait. Thread-safe.
 */
final class UnreadBody extends Handler.Wrapper {

    static final int BYTES = 16 << 20;

    private static final int PIECE = 64 << 10;

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(new Drained(request), response, callback);
    }

    private static final class Drained extends Request.Wrapper {

        Drained(Request request) {
            super(request);
        }

        /** Jetty asks for this when it answers before the end of the body; it does not wait for what is on its way. */
        @Override
        public boolean consumeAvailable() {
            if (getWrapped().getLength() <= BYTES) {
                drain();
            }
            return super.consumeAvailable();
        }

        private void drain() {
            var piece = new byte[PIECE];
            try (var body = Content.Source.asInputStream(getWrapped())) {
                for (int left = BYTES, count; left > 0; left -= count) {
                    count = body.read(piece);
                    if (count < 0) {
                        return;
                    }
                }
            } catch (IOException e) {
                // the client gave up: there is nobody to answer
            }
        }
    }
}
