package dev.cordon.server.identity;

/** An application that has proved who it is. */
public record AuthenticatedClient(Tenant tenant, Application application, Proof proof) {

    /** What it proved itself with; tokens carry it as {@code appidacr}. */
    public enum Proof {
        /** Nothing: a client that can keep no secret only names itself. */
        NONE("0"),
        SECRET("1"),
        /** An assertion signed with its certificate's key, or by an outside issuer that it trusts. */
        ASSERTION("2");

        private final String acr;

        Proof(String acr) {
            this.acr = acr;
        }

        /** The value of {@code appidacr}. */
        public String acr() {
            return acr;
        }
    }
}
