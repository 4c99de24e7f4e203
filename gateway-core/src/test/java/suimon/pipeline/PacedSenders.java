package suimon.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Senders with a window of messages in flight, an ingest that asks the pace, a disk; stepped by 1 ms. */
final class PacedSenders extends Clock {
    static final long COMMIT_BYTES = 12_000;
    static final long MESSAGE_BYTES = 3;

    private static final long STEP = 1_000_000;
    private static final long DISK_NANOS = 5_000_000;

    private final Instant begin;
    private final List<Sender> senders = new ArrayList<>();
    private final List<Sent> pending = new ArrayList<>();
    private final List<Sent> inCommit = new ArrayList<>();
    private final List<Long> took = new ArrayList<>();
    private long now;
    private long since;
    private long commitDone = Long.MAX_VALUE;
    private long commitBegan;
    long written;
    long commits;

    static final class Sender {
        final int inFlightMax;
        final long period;
        long next;
        int inFlight;
        int waiting;
        int waitingMost;

        Sender(int inFlightMax, Duration period, Duration phase) {
            this.inFlightMax = inFlightMax;
            this.period = period.toNanos();
            this.next = phase.toNanos();
        }
    }

    private record Sent(Sender sender, long at) {}

    PacedSenders(Instant begin) {
        this.begin = begin;
    }

    Sender add(int inFlightMax, Duration period, Duration phase) {
        Sender sender = new Sender(inFlightMax, period, phase);
        senders.add(sender);
        return sender;
    }

    void run(CommitPace pace, Duration span) {
        took.clear();
        for (long end = now + span.toNanos(); now < end; now += STEP) {
            if (now >= commitDone) {
                finish(pace);
            }
            pace.arrived(send(), now);
            boolean isDue = !pending.isEmpty() && pace.due(since, now) != CommitPace.Reason.NOT_YET;
            if (isDue && commitDone == Long.MAX_VALUE) {
                written += COMMIT_BYTES + MESSAGE_BYTES * pending.size();
                commits++;
                pace.submitted(now);
                commitBegan = now;
                commitDone = now + DISK_NANOS;
                inCommit.addAll(pending);
                pending.clear();
            }
        }
    }

    private int send() {
        int count = 0;
        for (Sender sender : senders) {
            for (; sender.next <= now; sender.next += sender.period) {
                sender.waiting++;
            }
            for (; sender.waiting > 0 && sender.inFlight < sender.inFlightMax; sender.waiting--) {
                if (pending.isEmpty()) {
                    since = now;
                }
                sender.inFlight++;
                pending.add(new Sent(sender, now));
                count++;
            }
            sender.waitingMost = Math.max(sender.waitingMost, sender.waiting);
        }
        return count;
    }

    private void finish(CommitPace pace) {
        for (Sent sent : inCommit) {
            sent.sender.inFlight--;
            took.add(now - sent.at);
        }
        inCommit.clear();
        pace.stored(commitBegan, now);
        commitDone = Long.MAX_VALUE;
    }

    Duration slowest() {
        return Duration.ofNanos(took.stream().mapToLong(Long::longValue).max().orElseThrow());
    }

    int acknowledged() {
        return took.size();
    }

    @Override
    public Instant instant() {
        return begin.plusNanos(now);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
