package dev.cordon.server.signin;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;

/**
 * QR codes (ISO/IEC 18004) as SVG, drawn here so that a key never leaves the server on its way to the page. Black on
 * white in every theme, because readers need it so. Stateless.
 */
final class QrCode {

    /** The quiet zone that readers need around it. */
    private static final int MARGIN = 4;

    private QrCode() {}

    /** @param label what it is, for who does not see it */
    static Html svg(String text, String label) {
        try {
            return svg(Encoder.encode(text, ErrorCorrectionLevel.M).getMatrix(), label);
        } catch (WriterException e) {
            throw new IllegalArgumentException("The text does not fit into a QR code.", e);
        }
    }

    private static Html svg(ByteMatrix modules, String label) {
        int size = modules.getWidth() + 2 * MARGIN;
        var path = new StringBuilder();
        for (int y = 0; y < modules.getHeight(); y++) {
            for (int x = 0; x < modules.getWidth(); x++) {
                if (modules.get(x, y) == 1) {
                    path.append('M')
                            .append(x + MARGIN)
                            .append(' ')
                            .append(y + MARGIN)
                            .append("h1v1h-1z");
                }
            }
        }
        return Html.of("""
                <svg class="qr" role="img" aria-label="%s" viewBox="0 0 %s %s" shape-rendering="crispEdges">
                <path fill="#fff" d="M0 0h%sv%sH0z"/>
                <path fill="#000" d="%s"/>
                </svg>
                """, label, size, size, size, size, path);
    }
}
