package dev.cordon.server.identity;

/** The two dialects of the token service: {@code resource=} and answers of strings, or {@code scope=} and numbers. */
public enum Endpoint {
    V1,
    V2
}
