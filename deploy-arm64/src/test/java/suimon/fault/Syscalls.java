package suimon.fault;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The few calls of Linux that the tests on emulated links need and Java does not offer. */
@SuppressWarnings("restricted")
final class Syscalls {
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int CLONE_NEWNET = 0x40000000;
    private static final short POLLIN = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
    private static final MethodHandle IOCTL =
            handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
    private static final MethodHandle READ =
            handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), 0);
    private static final MethodHandle WRITE =
            handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), 0);
    private static final MethodHandle POLL =
            handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT), 0);
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 0);
    private static final MethodHandle SETNS =
            handle("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), 0);

    private Syscalls() {}

    static int open(String path, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return checked("open " + path, state,
                    (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags));
        } catch (Throwable failed) {
            throw rethrown(failed);
        }
    }

    /** Gives the call a copy of the bytes. */
    static void ioctl(int fd, long request, byte[] argument) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment copy = arena.allocate(argument.length);
            copy.copyFrom(MemorySegment.ofArray(argument));
            checked("ioctl", state, (int) IOCTL.invokeExact(state, fd, request, copy));
        } catch (Throwable failed) {
            throw rethrown(failed);
        }
    }

    /** Waits for something to read and reads it; 0 when nothing came in time. */
    static int read(int fd, MemorySegment into, int millis) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment wanted = arena.allocate(8, 4);
            wanted.set(JAVA_INT, 0, fd);
            wanted.set(java.lang.foreign.ValueLayout.JAVA_SHORT, 4, POLLIN);
            int ready = checked("poll", state, (int) POLL.invokeExact(state, wanted, 1L, millis));
            return ready == 0 ? 0 : (int) checkedLong("read", state,
                    (long) READ.invokeExact(state, fd, into, into.byteSize()));
        } catch (Throwable failed) {
            throw rethrown(failed);
        }
    }

    static void write(int fd, byte[] bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment copy = arena.allocate(bytes.length);
            copy.copyFrom(MemorySegment.ofArray(bytes));
            checkedLong("write", state, (long) WRITE.invokeExact(state, fd, copy, (long) bytes.length));
        } catch (Throwable failed) {
            throw rethrown(failed);
        }
    }

    static void close(int fd) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            checked("close", state, (int) CLOSE.invokeExact(state, fd));
        } catch (Throwable failed) {
            throw rethrown(failed);
        }
    }

    /** Moves the calling thread, which must be a platform thread, into a namespace. */
    static void setns(int fd, int kind) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            checked("setns", state, (int) SETNS.invokeExact(state, fd, kind));
        } catch (Throwable failed) {
            throw rethrown(failed);
        }
    }

    private static int checked(String what, MemorySegment state, int result) throws IOException {
        return (int) checkedLong(what, state, result);
    }

    private static long checkedLong(String what, MemorySegment state, long result) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed, errno " + (int) ERRNO.get(state, 0L));
        }
        return result;
    }

    /** @param variadic where the variable arguments begin; 0 for none */
    private static MethodHandle handle(String name, FunctionDescriptor shape, int variadic) {
        MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
        Linker.Option state = Linker.Option.captureCallState("errno");
        return variadic == 0
                ? LINKER.downcallHandle(address, shape, state)
                : LINKER.downcallHandle(address, shape, state, Linker.Option.firstVariadicArg(variadic));
    }

    private static IOException rethrown(Throwable failed) {
        return switch (failed) {
            case IOException known -> known;
            case Error error -> throw error;
            default -> new IOException("a native call failed", failed);
        };
    }
}
