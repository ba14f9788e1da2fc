package dev.cordon.server.objects;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;

/** What a link hands out: the same bytes every time, so that a download can go on where it broke off. */
interface Content {

    /** File name for whoever saves it. */
    String fileName();

    String mediaType();

    long size();

    /** Strong entity tag, with its quotes (RFC 9110, section 8.8.3). */
    String entityTag();

    Instant lastModified();

    /** Writes a part of it. */
    void copy(long from, long length, OutputStream to) throws IOException;
}
