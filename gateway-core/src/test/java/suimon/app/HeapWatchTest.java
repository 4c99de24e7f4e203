package suimon.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapWatchTest {
    private static final long MEGABYTE = 1L << 20;

    @ParameterizedTest
    @CsvSource({
        "20, 0, false, a small heap is left alone",
        "30, 15, true, garbage beside what lives",
        "30, 25, false, nearly all of it lives",
        "150, 140, false, a large site uses its heap",
        "155, 140, true, and its garbage goes too"})
    void garbageIsCollectedAndWhatLivesIsLeftAlone(long used, long lived, boolean isDue, String why) {
        assertThat(HeapWatch.isDue(used * MEGABYTE, lived * MEGABYTE)).as(why).isEqualTo(isDue);
    }
}
