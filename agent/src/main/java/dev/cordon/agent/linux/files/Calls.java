package dev.cordon.agent.linux.files;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.protocol.foreign.CLibrary;

/** How a function of the C library is called so that its error number is not lost. Stateless. */
final class Calls {

    private Calls() {}

    static long checked(String name, CLibrary.Call call) throws FileCallException {
        long result = CLibrary.attempt(call);
        if (result < 0) {
            throw new FileCallException(name, (int) -result);
        }
        return result;
    }
}
