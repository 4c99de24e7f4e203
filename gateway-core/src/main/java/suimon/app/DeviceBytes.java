package suimon.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes this process has had written to the device, from {@code write_bytes} of /proc/self/io; where
 * the kernel does not tell, the store's own estimate.
 */
final class DeviceBytes implements LongSupplier {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceBytes.class);
    private static final Path FILE = Path.of("/proc/self/io");
    private static final String NAME = "\nwrite_bytes: ";

    private final LongSupplier estimate;
    private boolean isTold = true;

    DeviceBytes(LongSupplier estimate) {
        this.estimate = estimate;
    }

    @Override
    public long getAsLong() {
        if (isTold) {
            try {
                String text = Files.readString(FILE);
                int from = text.indexOf(NAME) + NAME.length();
                return Long.parseLong(text.substring(from, text.indexOf('\n', from)));
            } catch (IOException | NumberFormatException | IndexOutOfBoundsException unknown) {
                isTold = false;
                LOG.info("{} does not tell what is written; the flash budget goes by an estimate", FILE);
            }
        }
        return estimate.getAsLong();
    }
}
