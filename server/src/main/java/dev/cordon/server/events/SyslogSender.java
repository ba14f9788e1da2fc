package dev.cordon.server.events;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.server.feed.Feed;
import dev.cordon.server.feed.FeedReader;
import dev.cordon.server.feed.FollowedDatabase;
import dev.cordon.server.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the events of all tenants to a syslog server over TLS.
 *
 * <p>Syslog has no receipt: what was written may still be lost with the connection. So an event counts as sent only
 * after its connection has held for {@link #SETTLED} more; what was written later than that is sent again on the next
 * connection. At least once therefore, as far as the protocol can know. Thread-safe.
 */
final class SyslogSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SyslogSender.class);

    private static final String CURSOR = "syslog";
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration SETTLED = Duration.ofSeconds(3);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int CONNECT_MILLIS = 10_000;
    private static final int AT_ONCE = 200;

    private static final Table<Record> CURSORS = table(name("feed_cursors"));
    private static final Field<String> NAME = field(name("feed_cursors", "name"), SQLDataType.VARCHAR);
    private static final Field<String> TENANT = field(name("feed_cursors", "tenant_id"), SQLDataType.VARCHAR);
    private static final Field<Long> NUMBER = field(name("feed_cursors", "number"), SQLDataType.BIGINT.notNull());
    private static final Field<String> TENANTS_ID = field(name("tenants", "id"), SQLDataType.VARCHAR);

    private final FollowedDatabase database;
    private final SyslogTarget target;
    private final String hostName;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closed;
    private volatile @Nullable Socket open;
    private boolean begun;

    SyslogSender(FollowedDatabase database, SyslogTarget target) {
        this.database = database;
        this.target = target;
        this.hostName = ownName();
        database.follow(tenant -> wake());
    }

    void start() {
        Thread.ofVirtual().name("cordon-syslog").start(this::loop);
    }

    @Override
    public void close() {
        closed = true;
        wake.release();
        hangUp();
    }

    /** Events that were written, and when. */
    private record Written(long atNanos, String tenantId, long number) {}

    private void wake() {
        if (wake.availablePermits() == 0) {
            wake.release();
        }
    }

    private void loop() {
        var pause = FIRST_PAUSE;
        try {
            while (!closed) {
                try (var socket = connect()) {
                    LOG.atInfo().addKeyValue("host", target.host()).log("connected to the syslog server");
                    pause = FIRST_PAUSE;
                    send(socket);
                } catch (IOException | GeneralSecurityException | StoreException | DataAccessException e) {
                    if (!closed) {
                        LOG.atWarn()
                                .addKeyValue("host", target.host())
                                .addKeyValue("port", target.port())
                                .addKeyValue("why", String.valueOf(e.getMessage()))
                                .log("events cannot be sent to the syslog server; trying again");
                        Thread.sleep(pause);
                        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                                ? pause.multipliedBy(2)
                                : LONGEST_PAUSE;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Socket socket) throws IOException, InterruptedException {
        var ended = new Semaphore(0);
        Thread.ofVirtual().name("cordon-syslog-end").start(() -> awaitEnd(socket, ended));
        var out = socket.getOutputStream();
        Map<String, Long> sent = new HashMap<>();
        Deque<Written> unsettled = new ArrayDeque<>();
        while (!closed) {
            var _ = wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            if (ended.tryAcquire()) {
                throw new IOException("the syslog server ended the connection");
            }
            for (var tenant : tenants().entrySet()) {
                var tenantId = tenant.getKey();
                if (tenant.getValue().equals(sent.get(tenantId))) {
                    continue;
                }
                long from = sent.containsKey(tenantId) ? sent.get(tenantId) : cursor(tenantId);
                while (!closed) {
                    long after = from;
                    var events = database.read(sql -> ShownEvent.after(sql, tenantId, after, AT_ONCE));
                    if (events.isEmpty()) {
                        break;
                    }
                    for (var shown : events) {
                        out.write(SyslogMessage.framed(shown, hostName));
                    }
                    out.flush();
                    from = events.getLast().event().number();
                    unsettled.add(new Written(System.nanoTime(), tenantId, from));
                }
                sent.put(tenantId, from);
            }
            settle(unsettled);
        }
    }

    private void settle(Deque<Written> unsettled) {
        var settled = new HashMap<String, Long>();
        while (!unsettled.isEmpty() && System.nanoTime() - unsettled.getFirst().atNanos() > SETTLED.toNanos()) {
            var written = unsettled.removeFirst();
            settled.put(written.tenantId(), written.number());
        }
        if (!settled.isEmpty()) {
            database.write(sql -> {
                settled.forEach((tenant, number) -> keep(sql, tenant, number));
                return 0;
            });
        }
    }

    /** All tenants, each with the number of its newest event. */
    private Map<String, Long> tenants() {
        return database.read(sql ->
                sql.select(TENANTS_ID, Feed.NEWEST).from(table(name("tenants"))).fetchMap(TENANTS_ID, Feed.NEWEST));
    }

    /**
     * The first time that events go to a syslog server at all, they begin now: each organisation that is there gets a
     * cursor. One without a cursor was made later, perhaps while the syslog server was away, and begins with its first
     * event.
     */
    private void begin() {
        if (begun) {
            return;
        }
        database.write(sql -> {
            if (!sql.fetchExists(CURSORS, NAME.eq(CURSOR))) {
                sql.select(TENANTS_ID, Feed.NEWEST)
                        .from(table(name("tenants")))
                        .fetchMap(TENANTS_ID, Feed.NEWEST)
                        .forEach((tenant, number) -> keep(sql, tenant, number));
            }
            return 0;
        });
        begun = true;
    }

    /** Where to go on; where the database was replaced by a backup, that is now. */
    private long cursor(String tenantId) {
        return database.write(sql -> {
            var number = sql.select(NUMBER)
                    .from(CURSORS)
                    .where(NAME.eq(CURSOR), TENANT.eq(tenantId))
                    .fetchOne(NUMBER);
            long newest = FeedReader.newest(sql, tenantId);
            if (number == null || number <= newest) {
                return number == null ? 0 : number;
            }
            keep(sql, tenantId, newest);
            return newest;
        });
    }

    private static void keep(DSLContext sql, String tenantId, long number) {
        sql.insertInto(CURSORS)
                .set(NAME, CURSOR)
                .set(TENANT, tenantId)
                .set(NUMBER, number)
                .onConflict(NAME, TENANT)
                .doUpdate()
                .set(NUMBER, number)
                .execute();
    }

    /** A syslog server says nothing; when it hangs up, reading tells. */
    private static void awaitEnd(Socket socket, Semaphore ended) {
        try {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the syslog connection broke");
        }
        ended.release();
    }

    private SSLSocket connect() throws IOException, GeneralSecurityException {
        begin();
        var plain = new Socket();
        try {
            open = plain;
            plain.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
            plain.setKeepAlive(true);
            var socket =
                    (SSLSocket) context().getSocketFactory().createSocket(plain, target.host(), target.port(), true);
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            socket.setSSLParameters(parameters);
            plain.setSoTimeout(CONNECT_MILLIS);
            socket.startHandshake();
            plain.setSoTimeout(0);
            return socket;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private SSLContext context() throws IOException, GeneralSecurityException {
        if (target.authority().isEmpty()) {
            return SSLContext.getDefault();
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        try (var pem = Files.newInputStream(target.authority().get())) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** Closes the connection below TLS, whose good-bye would wait behind a write that the other side does not take. */
    private void hangUp() {
        var socket = open;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("the syslog connection did not close cleanly");
            }
        }
    }

    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "-";
        }
    }
}
