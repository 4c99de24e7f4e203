package suimon.connector.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountersTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir
    Path folder = Path.of("");

    @Test
    void noNumberComesTwiceAfterAStartOrAKillAtAnyMomentOrWithTheClockPutBack() throws Exception {
        long last = 0;
        for (int start = 0; start < 5; start++) {
            // A kill is the same as a close: nothing is written by it.
            try (Counters counters = open(NOON.minusSeconds(start * 86_400L))) {
                for (int count : new int[] {1, 5000, 1}) {
                    long first = counters.take(count);
                    assertThat(first).isGreaterThan(last);
                    last = first + count - 1;
                }
            }
        }
    }

    @Test
    void aFileThatIsGoneOrOfBeforeRepeatsNothing() throws Exception {
        Path kept = folder.resolve("counters");
        Path old = folder.resolve("old");
        long last;
        try (Counters counters = open(NOON)) {
            counters.take(1);
            Files.copy(kept, old);
            last = counters.take(20_000) + 20_000;
        }
        Files.copy(old, kept, StandardCopyOption.REPLACE_EXISTING);
        try (Counters restored = open(NOON.plusSeconds(100))) {
            assertThat(restored.take(1)).isGreaterThan(last);
        }
        Files.delete(kept);
        try (Counters fresh = open(NOON.plusSeconds(100))) {
            assertThat(fresh.take(1)).isGreaterThan(last);
        }
        Files.delete(kept);
        assertThatThrownBy(() -> open(Instant.EPOCH)).isInstanceOf(IOException.class)
                .hasMessageContaining("set the clock");
    }

    @Test
    void eachNumberIsTakenOnceInAnyOrderAndNoneOfBeforeAStart() throws Exception {
        try (Counters counters = open(NOON)) {
            assertThat(counters.accept(5000)).isTrue();
            assertThat(counters.accept(5000)).isFalse();
            assertThat(counters.accept(4000)).isTrue();
            assertThat(counters.accept(4000)).isFalse();
            assertThat(counters.accept(5000 - Counters.WINDOW)).isFalse();
            assertThat(counters.accept(5700)).isTrue();
            assertThat(counters.accept(5000)).isFalse();
            assertThat(counters.accept(5001)).isTrue();
        }
        try (Counters counters = open(NOON)) {
            assertThat(counters.accept(5699)).isFalse();
            assertThat(counters.accept(5701)).isTrue();
        }
    }

    private Counters open(Instant now) throws IOException {
        return Counters.open(folder.resolve("counters"), Clock.fixed(now, ZoneOffset.UTC));
    }
}
