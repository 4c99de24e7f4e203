package suimon.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A recording that several loggers are asked for together, and what came of it. Immutable.
 *
 * @param id names it in the header of the blocks that answer, at most {@value #ID_BYTES_MAX} bytes
 * @param startNanos the first moment wanted, nanoseconds since the epoch
 * @param seconds how much is wanted
 * @param by who asked
 * @param plannedNanos when
 * @param answers one of each sensor
 */
public record CaptureJob(
        String id, long startNanos, int seconds, String by, long plannedNanos, State state, List<Answer> answers) {
    public static final int ID_BYTES_MAX = 64;

    private static final int VERSION = 1;
    private static final long SECOND = 1_000_000_000L;
    /** So much of what is wanted must be there: loggers record whole blocks. */
    private static final double ENOUGH = 0.99;

    public CaptureJob {
        answers = List.copyOf(answers);
    }

    /** How far it is. */
    public enum State {
        /** Nobody who takes commands was there yet. */
        PLANNED,
        /** The command was handed out. */
        ASKED,
        /** Something came. */
        RECEIVING,
        /** All that was wanted is there. */
        COMPLETE,
        /** The time for answers is over and something is missing; it is taken when it comes. */
        LATE,
        /** Given up. */
        FAILED,
        /** Somebody took it back. */
        CANCELLED;

        /** Whether nothing more is expected. */
        public boolean isOver() {
            return this == COMPLETE || this == FAILED || this == CANCELLED;
        }
    }

    /**
     * What one sensor recorded.
     *
     * @param blocks how many came
     * @param coveredNanos how much of what is wanted they hold
     * @param firstNanos the first of it, nanoseconds since the epoch; 0 where nothing came
     * @param lastNanos the end of it
     * @param syncErrorNanos greatest error of a block's start; negative: not known, or nothing came
     */
    public record Answer(
            String sensor, int blocks, long coveredNanos, long firstNanos, long lastNanos, long syncErrorNanos) {
        /** Nothing yet. */
        public static Answer none(String sensor) {
            return new Answer(sensor, 0, 0, 0, 0, -1);
        }
    }

    public long endNanos() {
        return startNanos + seconds * SECOND;
    }

    /** Whether one sensor sent all that is wanted. */
    public boolean isWhole(Answer answer) {
        return answer.coveredNanos() >= ENOUGH * seconds * SECOND;
    }

    /** How many sensors sent all that is wanted. */
    public int whole() {
        return (int) answers.stream().filter(this::isWhole).count();
    }

    /**
     * How far two of the recordings can be apart at most, nanoseconds: the two greatest errors together.
     * Negative while fewer than two came, and where one doesn't say how far its clock is right.
     */
    public long worstPairNanos() {
        long[] errors = answers.stream().filter(one -> one.blocks() > 0).mapToLong(Answer::syncErrorNanos).sorted()
                .toArray();
        return errors.length < 2 || errors[0] < 0 ? -1 : Math.addExact(errors[errors.length - 1], errors[errors.length - 2]);
    }

    /** How much all sensors heard together, nanoseconds, between the first and last block of each. */
    public long togetherNanos() {
        long from = answers.stream().mapToLong(Answer::firstNanos).max().orElse(0);
        long to = answers.stream().mapToLong(Answer::lastNanos).min().orElse(0);
        return answers.stream().anyMatch(one -> one.blocks() == 0) ? 0 : Math.max(0, to - from);
    }

    public CaptureJob with(State next) {
        return new CaptureJob(id, startNanos, seconds, by, plannedNanos, next, answers);
    }

    public CaptureJob with(List<Answer> found) {
        return new CaptureJob(id, startNanos, seconds, by, plannedNanos, state, found);
    }

    /** What a sensor's blocks hold of what is wanted; each is {start, end, error}, in nanoseconds. */
    public Answer answer(String sensor, List<long[]> blocks) {
        List<long[]> sorted = new ArrayList<>(blocks);
        sorted.sort((one, other) -> Long.compare(one[0], other[0]));
        long covered = 0;
        long until = startNanos;
        long error = 0;
        boolean isKnown = true;
        for (long[] block : sorted) {
            covered += Math.max(0, Math.min(block[1], endNanos()) - Math.max(block[0], until));
            until = Math.max(until, block[1]);
            error = Math.max(error, block[2]);
            isKnown &= block[2] >= 0;
        }
        return sorted.isEmpty() ? Answer.none(sensor) : new Answer(sensor, sorted.size(), covered,
                sorted.getFirst()[0], Math.max(until, sorted.getFirst()[0]), isKnown ? error : -1);
    }

    public byte[] toBytes() {
        ByteWriter to = new ByteWriter(256);
        to.putByte(VERSION).putString(id).putSigned(startNanos).putSigned(seconds).putString(by)
                .putSigned(plannedNanos).putByte(state.ordinal()).putVarint(answers.size());
        for (Answer one : answers) {
            to.putString(one.sensor()).putSigned(one.blocks()).putSigned(one.coveredNanos())
                    .putSigned(one.firstNanos()).putSigned(one.lastNanos()).putSigned(one.syncErrorNanos());
        }
        return to.toBytes();
    }

    /** IllegalArgumentException when the bytes are of a format that this version doesn't know. */
    public static CaptureJob of(byte[] bytes) {
        ByteReader from = new ByteReader(bytes);
        int version = from.getByte();
        if (version != VERSION) {
            throw new IllegalArgumentException("a capture job of format " + version + ", expected " + VERSION);
        }
        String id = from.getString();
        long start = from.getSigned();
        int seconds = (int) from.getSigned();
        String by = from.getString();
        long planned = from.getSigned();
        int state = from.getByte();
        if (state >= State.values().length) {
            throw new IllegalArgumentException("a capture job in a state " + state);
        }
        Answer[] answers = new Answer[from.getCount(6)];
        for (int index = 0; index < answers.length; index++) {
            answers[index] = new Answer(from.getString(), (int) from.getSigned(), from.getSigned(), from.getSigned(),
                    from.getSigned(), from.getSigned());
        }
        return new CaptureJob(id, start, seconds, by, planned, State.values()[state], Arrays.asList(answers));
    }
}
