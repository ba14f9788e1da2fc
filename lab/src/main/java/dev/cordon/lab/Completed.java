package dev.cordon.lab;

/**
 * How a program ended.
 *
 * @param status its exit status
 * @param output what it printed, standard output and standard error together
 */
public record Completed(int status, String output) {

    /** The output of a program that had to succeed. */
    public String orThrow() {
        if (status != 0) {
            throw new LabException("a program ended with status " + status + ": " + output.strip(), null);
        }
        return output;
    }
}
