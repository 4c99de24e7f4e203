package suimon.quality;

import suimon.config.GradeConfig.Period;

/**
 * The parts of a year that a moment lies in, in UTC, without making objects. Remembers the last day
 * it was asked for, since neighbours are of one day. For one thread.
 */
final class YearParts {
    private static final long DAY_NANOS = 86_400_000_000_000L;
    /** Days before each month of a year that is no leap year. */
    private static final int[] DAYS_BEFORE = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

    private long day = Long.MIN_VALUE;
    private int month;
    private int dayOfYear;
    private int week;

    /** @param nanos since the epoch */
    int of(Period period, long nanos) {
        long asked = Math.floorDiv(nanos, DAY_NANOS);
        if (asked != day) {
            look(asked);
        }
        return switch (period) {
            case MONTH -> month;
            case WEEK -> week;
            case DAY_OF_YEAR -> dayOfYear;
            case QUARTER -> (month + 2) / 3;
        };
    }

    private void look(long asked) {
        day = asked;
        int year = yearOf(asked);
        int sinceNewYear = (int) (asked - newYear(year));
        dayOfYear = sinceNewYear + 1;
        month = monthOf(sinceNewYear, isLeap(year));
        week = weekOf(asked, year);
    }

    /** ISO 8601: the week belongs to the year that its Thursday lies in. */
    private static int weekOf(long asked, int year) {
        // 1970-01-01 was a Thursday; Monday is 0.
        long thursday = asked - Math.floorMod(asked + 3, 7) + 3;
        int weekYear = thursday < newYear(year) ? year - 1 : thursday >= newYear(year + 1) ? year + 1 : year;
        return (int) ((thursday - newYear(weekYear)) / 7) + 1;
    }

    private static int yearOf(long asked) {
        int year = (int) Math.floorDiv(asked * 400, 146_097) + 1970;
        while (newYear(year) > asked) {
            year--;
        }
        while (newYear(year + 1) <= asked) {
            year++;
        }
        return year;
    }

    /** The first of January as days since the epoch. */
    private static long newYear(int year) {
        long before = year - 1L;
        return before * 365 + Math.floorDiv(before, 4) - Math.floorDiv(before, 100)
                + Math.floorDiv(before, 400) - 719_162;
    }

    private static boolean isLeap(int year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    private static int monthOf(int sinceNewYear, boolean isLeap) {
        int found = 12;
        while (sinceNewYear < DAYS_BEFORE[found - 1] + (isLeap && found > 2 ? 1 : 0)) {
            found--;
        }
        return found;
    }
}
