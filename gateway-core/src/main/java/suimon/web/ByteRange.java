package suimon.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A part of a body (RFC 9110, section 14), from its first to its last byte. */
record ByteRange(long from, long last) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    static ByteRange whole(long size) {
        return new ByteRange(0, size - 1);
    }

    /** The whole where nothing, several ranges or another unit is asked for; null when it lies outside. */
    static @Nullable ByteRange of(@Nullable String header, long size) {
        Matcher matcher = ONE.matcher(header == null ? "" : header.strip());
        if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
            return whole(size);
        }
        if (matcher.group(1).isEmpty()) {
            long suffix = Long.parseLong(matcher.group(2));
            return suffix == 0 ? null : new ByteRange(Math.max(0, size - suffix), size - 1);
        }
        long from = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(matcher.group(2)));
        if (!matcher.group(2).isEmpty() && Long.parseLong(matcher.group(2)) < from) {
            return whole(size);
        }
        return from >= size ? null : new ByteRange(from, last);
    }

    long length() {
        return last - from + 1;
    }

    boolean isWhole(long size) {
        return length() == size;
    }

    /** This part of a stream, which is closed with it. */
    InputStream of(InputStream all) throws IOException {
        all.skipNBytes(from);
        return new Part(all, length());
    }

    private static final class Part extends FilterInputStream {
        private long left;

        Part(InputStream all, long length) {
            super(all);
            left = length;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                return -1;
            }
            int next = super.read();
            left -= next < 0 ? left : 1;
            return next;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = super.read(into, offset, (int) Math.min(length, left));
            left -= read < 0 ? left : read;
            return read;
        }
    }
}
