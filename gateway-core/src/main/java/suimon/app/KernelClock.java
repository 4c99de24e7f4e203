package suimon.app;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Linux knows of its clock, whoever holds it (chrony, systemd-timesyncd, ntpd, ptp4l with
 * phc2sys, gpsd through chrony): {@code adjtimex(2)} with no change asked for. Where that is not
 * allowed, the file that systemd-timesyncd touches tells at least yes or no. For one thread.
 */
final class KernelClock {
    /** {@code struct timex} of 64-bit Linux: 208 bytes. */
    private static final long BYTES = 208;
    private static final long MAXERROR = 24;
    private static final long STATUS = 40;
    /** STA_UNSYNC and STA_CLOCKERR of {@code <sys/timex.h>}. */
    private static final int NOT_SYNCHRONISED = 0x0040 | 0x1000;
    private static final Path TIMESYNCD = Path.of("/run/systemd/timesync/synchronized");
    /** What timesyncd takes for good enough. */
    private static final long TIMESYNCD_ERROR_NANOS = 100_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(KernelClock.class);

    private final @Nullable MethodHandle adjtimex = find();

    /** @param errorNanos the kernel's maximum error; without meaning when not synchronised */
    record Discipline(boolean isSynchronised, long errorNanos) {
        static final Discipline NONE = new Discipline(false, 0);
    }

    /** Asks the kernel. */
    Discipline ask() {
        if (adjtimex != null) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment timex = arena.allocate(BYTES, Long.BYTES);
                if ((int) adjtimex.invokeExact(timex) >= 0) {
                    int status = timex.get(ValueLayout.JAVA_INT, STATUS);
                    return (status & NOT_SYNCHRONISED) != 0 ? Discipline.NONE
                            : new Discipline(true, 1000L * timex.get(ValueLayout.JAVA_LONG, MAXERROR));
                }
            } catch (Throwable impossible) {
                throw new IllegalStateException("adjtimex", impossible);
            }
        }
        return Files.exists(TIMESYNCD) ? new Discipline(true, TIMESYNCD_ERROR_NANOS) : Discipline.NONE;
    }

    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle find() {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle found = linker.defaultLookup().find("adjtimex").map(address -> linker.downcallHandle(
                address, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS))).orElse(null);
        if (found == null) {
            LOG.warn("no adjtimex in the C library: whether the clock is synchronised is not known");
        }
        return found;
    }
}
