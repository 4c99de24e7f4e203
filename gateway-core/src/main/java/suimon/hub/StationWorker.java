package suimon.hub;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import suimon.backhaul.Epoch;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.backhaul.Receipt.Reason;
import suimon.backhaul.Receipt.Refusal;

/** The thread of a station, which nobody interrupts, and those who wait for it. Safe for many threads. */
final class StationWorker implements AutoCloseable {
    private final ExecutorService thread;
    private final BooleanSupplier isFull;

    /** @param isFull whether what is stored waits for room on the disk */
    StationWorker(String gateway, BooleanSupplier isFull) {
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("suimon-station-" + gateway).factory());
        this.isFull = isFull;
    }

    /** The answer; that there is no room when the work waits for some, which then goes on alone. */
    byte[] run(String gateway, Callable<byte[]> work, boolean isStuck) throws InterruptedException {
        if (isStuck) {
            // Nothing may pile up behind a commit that waits.
            return refuse(HubAudit.NO_ROOM);
        }
        try {
            Future<byte[]> answer = thread.submit(work);
            while (true) {
                try {
                    return answer.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException slow) {
                    if (isFull.getAsBoolean()) {
                        return refuse(HubAudit.NO_ROOM);
                    }
                }
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException("hub " + gateway + " failed", failed.getCause());
        } catch (RejectedExecutionException closing) {
            return refuse("the hub is closing");
        }
    }

    private static byte[] refuse(String why) {
        return Messages.write(new Receipt(new Epoch(-1), List.of(), new Refusal(Reason.UNAVAILABLE, null, 0, why), 0));
    }

    @Override
    public void close() {
        thread.close();
    }
}
