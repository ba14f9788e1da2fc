package dev.cordon.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** All that is logged at the most talkative level, from now until it is closed, to be searched for what must not be there. */
public final class CapturedLog implements AutoCloseable {

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("dev.cordon");
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Level before = ours.getLevel();

    public CapturedLog() {
        events.start();
        root.addAppender(events);
        ours.setLevel(Level.TRACE);
    }

    /** The messages with their fields, and what was thrown with all that caused it. */
    public String text() {
        var text = new StringBuilder();
        for (var event : List.copyOf(events.list)) {
            text.append(event.getFormattedMessage())
                    .append(' ')
                    .append(event.getKeyValuePairs())
                    .append(' ')
                    .append(event.getMDCPropertyMap())
                    .append(' ')
                    .append(ThrowableProxyUtil.asString(event.getThrowableProxy()))
                    .append('\n');
        }
        return text.toString();
    }

    /** Checks that none of these was written, and no header with a token. */
    public void assertHoldsNone(Collection<String> secrets) {
        assertThat(text()).isNotEmpty().doesNotContain("Bearer");
        assertThat(secrets).isNotEmpty().allSatisfy(secret -> {
            assertThat(secret).isNotBlank();
            assertThat(text()).doesNotContain(secret);
        });
    }

    /** Checks that none of these stands there as a word of its own: for codes so short that ids hold them by chance. */
    public void assertHoldsNoWord(Collection<String> codes) {
        assertThat(codes)
                .isNotEmpty()
                .allSatisfy(code -> assertThat(text())
                        .doesNotContainPattern("(?<![0-9A-Za-z.])" + Pattern.quote(code) + "(?![0-9A-Za-z])"));
    }

    @Override
    public void close() {
        ours.setLevel(before);
        root.detachAppender(events);
    }
}
