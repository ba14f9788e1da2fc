package dev.cordon.server.objects;

/** An upload is not taken; the message says why. */
final class UploadRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UploadRefusedException(String message) {
        super(message, null, false, false);
    }
}
