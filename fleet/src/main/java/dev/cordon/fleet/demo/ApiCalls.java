package dev.cordon.fleet.demo;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.ClientCredentials;
import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.demo.DemoReport.Step;
import java.net.URI;
import java.time.InstantSource;

/** The calls of the walk: sent as an API client would, printed, noted in the report. */
final class ApiCalls {

    private final ApiClient client;
    private final Session session;
    private final Terminal terminal;

    ApiCalls(ApiClient client, ClientCredentials credentials, Terminal terminal) {
        this.client = client;
        this.session = new Session(client, credentials, InstantSource.system());
        this.terminal = terminal;
    }

    Exchange token(Step step) {
        Exchange exchange = session.credentials().requestToken(client);
        terminal.exchange(
                exchange,
                "curl --cacert \"$CORDON_CA_FILE\" -d grant_type=client_credentials -d \"client_id=$CORDON_CLIENT_ID\""
                        + " --data-urlencode \"client_secret=$CORDON_CLIENT_SECRET\" -d scope="
                        + ClientCredentials.RESOURCE + "/.default \"$CORDON_AUTHORITY/oauth2/v2.0/token\"");
        step.called(exchange);
        if (exchange.succeeded()) {
            session.adopt(exchange);
        }
        return exchange;
    }

    Exchange get(Step step, String path) {
        Exchange exchange = quietGet(path);
        terminal.exchange(exchange, curl("", path));
        step.called(exchange);
        return exchange;
    }

    Exchange post(Step step, String path, String json) {
        Exchange exchange = session.post(path, json);
        terminal.exchange(exchange, curl("--json '" + json.replace("'", "'\\''") + "' ", path));
        step.called(exchange);
        return exchange;
    }

    /** A call of a poll loop, of which only the last is shown. */
    Exchange quietGet(String path) {
        return session.get(path);
    }

    Exchange quietPost(String path, String json) {
        return session.post(path, json);
    }

    byte[] download(String link) {
        terminal.line("$ curl --cacert \"$CORDON_CA_FILE\" -O '" + link + "'");
        return client.download(URI.create(link));
    }

    void show(Step step, Exchange exchange) {
        terminal.exchange(exchange, curl("", exchange.uri().getRawPath()));
        step.called(exchange);
    }

    private static String curl(String options, String path) {
        return "curl --cacert \"$CORDON_CA_FILE\" -H \"Authorization: Bearer $TOKEN\" " + options + "\"$CORDON_URL"
                + path.replace("$", "\\$") + "\"";
    }
}
