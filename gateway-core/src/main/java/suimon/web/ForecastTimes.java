package suimon.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import suimon.reading.Nanos;
import suimon.web.Present.ForecastPoint;

/**
 * The newest forecast for each moment, in the order of the moments; at so many the oldest go. Flat
 * columns, since every series of results has some. Times in nanoseconds since the epoch. Not safe
 * for several threads.
 */
final class ForecastTimes {
    /** The moments there is room for, then when each was forecast, then the bits of the values. */
    private long[] columns = new long[3];
    private int count;

    /** Takes a forecast instead of the one there was for that moment, and keeps at most so many. */
    void put(long validAt, long issuedAt, double value, int most) {
        if (count > most) {
            // The newest stay, in no more room than they need.
            resize(count - most, most, most);
        }
        int at = Arrays.binarySearch(columns, 0, count, validAt);
        if (at < 0) {
            at = insert(-at - 1, most);
        }
        if (at >= 0) {
            columns[at] = validAt;
            columns[room() + at] = issuedAt;
            columns[2 * room() + at] = Double.doubleToRawLongBits(value);
        }
    }

    /** Those for the moment and later, oldest first. */
    List<ForecastPoint> from(long moment) {
        int first = Arrays.binarySearch(columns, 0, count, moment);
        List<ForecastPoint> points = new ArrayList<>();
        for (int at = first < 0 ? -first - 1 : first; at < count; at++) {
            points.add(new ForecastPoint(Nanos.toInstant(columns[at]), Nanos.toInstant(columns[room() + at]),
                    Double.longBitsToDouble(columns[2 * room() + at])));
        }
        return List.copyOf(points);
    }

    /** Makes room at the place and says where that is then; -1 when it would be the oldest of too many. */
    private int insert(int place, int most) {
        int at = place;
        if (count == most) {
            if (at == 0) {
                return -1;
            }
            move(1, 0, count - 1);
            count--;
            at--;
        } else if (count == room()) {
            resize(0, count, Math.min(most, count + Math.max(1, count / 2)));
        }
        move(at, at + 1, count - at);
        count++;
        return at;
    }

    private int room() {
        return columns.length / 3;
    }

    /** Keeps so many from a place on, in new room. */
    private void resize(int from, int kept, int room) {
        long[] resized = new long[3 * room];
        for (int column = 0; column < 3; column++) {
            System.arraycopy(columns, column * room() + from, resized, column * room, kept);
        }
        columns = resized;
        count = kept;
    }

    private void move(int from, int to, int length) {
        for (int column = 0; column < 3; column++) {
            System.arraycopy(columns, column * room() + from, columns, column * room() + to, length);
        }
    }
}
