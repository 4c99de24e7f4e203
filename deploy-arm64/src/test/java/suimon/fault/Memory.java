package suimon.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process takes of the machine. */
final class Memory {
    private Memory() {}

    /** Resident bytes of a running process: VmRSS of {@code /proc/PID/status}. */
    static long resident(Child child) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(child.pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS for " + child.pid());
    }
}
