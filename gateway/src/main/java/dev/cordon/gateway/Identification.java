package dev.cordon.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Finds out, after the TLS handshake, whose connection it is, and holds back everything until that is known. The lookup
 * may block and so runs on a virtual thread.
 */
final class Identification extends ChannelInboundHandlerAdapter {

    /**
     * A connection's machine, and the certificate that says so.
     *
     * @param lapsed the certificate has run out: it opens the way to the next one only
     */
    record Identity(MachineRef machine, X509Certificate certificate, boolean lapsed) {}

    private static final AttributeKey<Identity> IDENTITY = AttributeKey.valueOf(Identification.class, "identity");
    private static final Logger LOG = LoggerFactory.getLogger(Identification.class);

    private final MachineAuthenticator authenticator;
    private final Queue<Object> held = new ArrayDeque<>();

    Identification(MachineAuthenticator authenticator) {
        this.authenticator = authenticator;
    }

    /** Whose connection this is; known once anything has come through this handler. */
    static Identity of(Channel channel) {
        var identity = channel.attr(IDENTITY).get();
        if (identity == null) {
            throw new IllegalStateException("the connection is not identified");
        }
        return identity;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                ctx.channel().config().setAutoRead(false);
                Thread.ofVirtual()
                        .name("cordon-gateway-identify")
                        .start(() -> answer(ctx, () -> identify(ctx.channel(), authenticator)));
            } else {
                // anything but TLS's own refusal is trouble of ours
                LOG.atLevel(handshake.cause() instanceof SSLException ? Level.INFO : Level.WARN)
                        .addKeyValue("remote", ctx.channel().remoteAddress())
                        .addKeyValue("reason", String.valueOf(handshake.cause()))
                        .log("gateway.handshake_refused");
                var _ = ctx.close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        held.add(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        drop();
        ctx.fireChannelInactive();
    }

    private static void answer(ChannelHandlerContext ctx, Supplier<@Nullable Identity> lookup) {
        Identity identity = null;
        try {
            identity = lookup.get();
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("gateway.identification_failed");
        }
        var found = identity;
        ctx.executor().execute(() -> {
            if (ctx.handler() instanceof Identification self && !ctx.isRemoved()) {
                self.identified(ctx, found);
            }
        });
    }

    private static @Nullable Identity identify(Channel channel, MachineAuthenticator authenticator) {
        try {
            var chain = channel.pipeline()
                    .get(SslHandler.class)
                    .engine()
                    .getSession()
                    .getPeerCertificates();
            if (!(chain[0] instanceof X509Certificate certificate)) {
                return null;
            }
            return authenticator
                    .authenticate(certificate)
                    .map(machine -> new Identity(machine, certificate, false))
                    .or(() ->
                            authenticator.lapsed(certificate).map(machine -> new Identity(machine, certificate, true)))
                    .orElse(null);
        } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
            throw new IllegalStateException("the handshake left no client certificate", e);
        }
    }

    private void identified(ChannelHandlerContext ctx, @Nullable Identity identity) {
        if (identity == null) {
            drop();
            var _ = ctx.close();
            return;
        }
        ctx.channel().attr(IDENTITY).set(identity);
        for (var message = held.poll(); message != null; message = held.poll()) {
            ctx.fireChannelRead(message);
        }
        ctx.fireChannelReadComplete();
        ctx.channel().config().setAutoRead(true);
        ctx.pipeline().remove(this);
    }

    private void drop() {
        for (var message = held.poll(); message != null; message = held.poll()) {
            ReferenceCountUtil.release(message);
        }
    }
}
