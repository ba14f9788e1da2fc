package dev.cordon.agent.files;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The real calls with something in front of each of them. */
public final class InterposedCalls {

    private InterposedCalls() {}

    /** Stands in front of a call; whatever it throws is what the caller sees instead. */
    public interface Before {
        void call(String name, @Nullable Object[] arguments) throws FileCallException;
    }

    /** Stands behind a call that went well. */
    public interface After {
        void called(String name, @Nullable Object[] arguments) throws FileCallException;
    }

    public static FileCalls of(FileCalls real, Before before, After after) {
        return (FileCalls) Proxy.newProxyInstance(
                FileCalls.class.getClassLoader(), new Class<?>[] {FileCalls.class}, (proxy, method, given) -> {
                    @Nullable Object[] arguments = given == null ? new Object[0] : given;
                    before.call(method.getName(), arguments);
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    after.called(method.getName(), arguments);
                    return result;
                });
    }

    /** As on a file system that knows no O_TMPFILE. */
    public static FileCalls withoutUnnamed(FileCalls real) {
        return (FileCalls) Proxy.newProxyInstance(
                FileCalls.class.getClassLoader(), new Class<?>[] {FileCalls.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createUnnamed")) {
                        return Optional.empty();
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** As on NFS, CIFS and SSHFS: no O_TMPFILE, no RENAME_NOREPLACE. */
    public static FileCalls ofNetwork(FileCalls real) {
        return of(
                withoutUnnamed(real),
                (name, arguments) -> {
                    if (name.equals("renameToFree")) {
                        throw new FileCallException("rename", FileCallException.EINVAL);
                    }
                },
                (name, arguments) -> {});
    }

    /** The process ends here; nothing after it is carried out but the closing of descriptors. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Ends the process at its n-th call, counted from 0: before it is made, or when it was made. */
    public static final class Death implements Before, After {
        private final int at;
        private final boolean behind;
        private int calls;
        private boolean dead;

        public Death(int at, boolean behind) {
            this.at = at;
            this.behind = behind;
        }

        /** Whether it came to it. */
        public boolean happened() {
            return dead;
        }

        @Override
        public void call(String name, @Nullable Object[] arguments) {
            if (name.equals("close")) {
                return;
            }
            if (dead || (!behind && calls == at)) {
                dead = true;
                throw new Killed();
            }
            calls++;
        }

        @Override
        public void called(String name, @Nullable Object[] arguments) {
            if (behind && !name.equals("close") && calls > at) {
                dead = true;
                throw new Killed();
            }
        }
    }

    /** The n-th call fails with this error number; everything before and after it is well. */
    public static final class Failure implements Before {
        private final int at;
        private final int number;
        private int calls;
        private boolean happened;

        public Failure(int at, int number) {
            this.at = at;
            this.number = number;
        }

        public boolean happened() {
            return happened;
        }

        @Override
        public void call(String name, @Nullable Object[] arguments) throws FileCallException {
            if (!name.equals("close") && calls++ == at) {
                happened = true;
                throw new FileCallException(name, number);
            }
        }
    }
}
