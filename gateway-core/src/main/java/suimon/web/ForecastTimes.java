package suimon.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import suimon.web.Present.ForecastPoint;

/**
 * The newest forecast for each moment, in the order of the moments; at so many the oldest go. Flat
 * columns, since every series of results has some. Times in nanoseconds since the epoch. Not safe
 * for several threads.
 */
final class ForecastTimes {
    private long[] valid = new long[1];
    private long[] issued = new long[1];
    private double[] values = new double[1];
    private int count;

    /** Takes a forecast instead of the one there was for that moment, and keeps at most so many. */
    void put(long validAt, long issuedAt, double value, int most) {
        trim(most);
        int at = Arrays.binarySearch(valid, 0, count, validAt);
        if (at < 0) {
            at = insert(-at - 1, most);
        }
        if (at >= 0) {
            valid[at] = validAt;
            issued[at] = issuedAt;
            values[at] = value;
        }
    }

    /** Those for the moment and later, oldest first. */
    List<ForecastPoint> from(long moment) {
        int first = Arrays.binarySearch(valid, 0, count, moment);
        List<ForecastPoint> points = new ArrayList<>();
        for (int at = first < 0 ? -first - 1 : first; at < count; at++) {
            points.add(new ForecastPoint(
                    SeriesBoard.instant(valid[at]), SeriesBoard.instant(issued[at]), values[at]));
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
        } else if (count == valid.length) {
            int room = Math.min(most, count + Math.max(1, count / 2));
            valid = Arrays.copyOf(valid, room);
            issued = Arrays.copyOf(issued, room);
            values = Arrays.copyOf(values, room);
        }
        move(at, at + 1, count - at);
        count++;
        return at;
    }

    /** The newest stay, in no more room than they need, when fewer may be kept than before. */
    private void trim(int most) {
        if (count > most) {
            valid = Arrays.copyOfRange(valid, count - most, count);
            issued = Arrays.copyOfRange(issued, count - most, count);
            values = Arrays.copyOfRange(values, count - most, count);
            count = most;
        }
    }

    private void move(int from, int to, int length) {
        System.arraycopy(valid, from, valid, to, length);
        System.arraycopy(issued, from, issued, to, length);
        System.arraycopy(values, from, values, to, length);
    }
}
