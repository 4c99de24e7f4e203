package suimon.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.config.GradeConfig.AttenuatedSignal;
import suimon.config.GradeConfig.DataReception;
import suimon.config.GradeConfig.FlatLine;
import suimon.config.GradeConfig.GrossRange;
import suimon.config.GradeConfig.ImpossibleDate;
import suimon.config.GradeConfig.Movement;
import suimon.config.GradeConfig.RateOfChange;
import suimon.config.GradeConfig.Spike;
import suimon.config.GradeConfig.SpikeMethod;
import suimon.config.GradeConfig.TimeGap;
import suimon.reading.Grade;

/** Values, thresholds and flags are those of ioos_qc's own tests. */
class QartodTest {
    private static final double[] STEPS =
            {2, 10, 2.1, 3, 4, 5, 7, 10, 0, 2, 2.2, 2, 1, 2, 3, 90, 91, 92, 93, 1, 2, 3, 4, 5};
    private static final double[] MIXED =
            {3, 4.99, 5, 6, 8, 6, 6, 6.75, 6, 6, 5.3, 6, 6, 9, 5, Flags.NONE, 4, 4};

    @Test
    void theGravestWinsAndMissingYields() {
        Grade[] all = Qartod.rollUp(List.of(
                grades(1, 1, 1, 9, 1, 1, 9, 9), grades(2, 1, 1, 1, 1, 1, 9, 9), grades(1, 3, 3, 4, 3, 1, 2, 9)));

        assertThat(Flags.of(all)).containsExactly(1, 3, 3, 4, 3, 1, 2, 9);
    }

    @Test
    void grossRangeSpansAreInclusive() {
        GrossRange range = new GrossRange(10, 50, 20.0, 40.0);

        assertThat(Flags.of(Qartod.grossRange(Flags.values(5, 10, 15, 20, 25, 30, 35, 40, 45, 51), range)))
                .containsExactly(4, 3, 3, 1, 1, 1, 1, 1, 3, 4);
        assertThat(Flags.of(Qartod.grossRange(
                Flags.values(Flags.NONE, 10, 15, 20, 25, 30, 35, 40, Flags.NONE, 51, Double.POSITIVE_INFINITY), range)))
                .containsExactly(9, 3, 3, 1, 1, 1, 1, 1, 9, 4, 9);
        assertThat(Flags.of(Qartod.grossRange(Flags.values(0, 1, 2, 5, 6), new GrossRange(1, 5, null, null))))
                .as("without a suspect span").containsExactly(4, 1, 1, 1, 4);
    }

    @Test
    void aSuspectSpanThatLeavesTheFailSpanIsRefused() {
        assertThatThrownBy(() -> new GrossRange(1, 1, 2.0, 2.0)).hasMessageContaining("failLow <= suspectLow");
    }

    @Test
    void spikesAreFoundBesideBothNeighbours() {
        Spike spike = new Spike(25.0, 50.0, SpikeMethod.AVERAGE);

        assertThat(spikes(spike, 10, 12, 999.99, 13, 15, 40, 9, 9)).containsExactly(2, 4, 4, 4, 1, 3, 1, 2);
        assertThat(spikes(spike, -10, -12, -999.99, -13, -15, -40, -9, -9)).containsExactly(2, 4, 4, 4, 1, 3, 1, 2);
        assertThat(spikes(spike, -100, -99, -99, -98)).containsExactly(2, 1, 1, 2);
        assertThat(spikes(spike, 10, 12, 999.99, 13, 15, 40, 9, 9, Flags.NONE, 10, 10, 999.99, 10, Flags.NONE))
                .containsExactly(2, 4, 4, 4, 1, 3, 1, 2, 9, 2, 4, 4, 2, 9);
    }

    @Test
    void aSpikeOfRealWaterLevelIsFound() {
        int[] flags = spikes(new Spike(0.5, 1.0, SpikeMethod.AVERAGE), -0.189, -0.0792, -0.0122, 0.0457, 0.0671, 0.0213,
                -0.0488, -0.1463, -0.2438, -0.3261, -0.3871, -0.4054, -0.3932, -0.3383, -0.2804, -0.2347, -0.2134,
                -0.2347, -0.2926, -0.3597, -0.442, -0.509, 0, -0.5944, -0.57, -0.4267, -0.2926, -0.1585, -0.0945,
                -0.0762);

        assertThat(flags).containsExactly(2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 1,
                1, 1, 1, 2);
    }

    @Test
    void theDifferentialMethodSparesTheNeighboursOfASpike() {
        double[] whole = MIXED.clone();
        whole[15] = 5;

        assertThat(spikes(new Spike(0.5, 1.0, SpikeMethod.AVERAGE), MIXED))
                .containsExactly(2, 3, 1, 1, 4, 3, 1, 3, 1, 1, 3, 1, 4, 4, 2, 9, 2, 2);
        assertThat(spikes(new Spike(0.5, 1.0, SpikeMethod.DIFFERENTIAL), MIXED))
                .containsExactly(2, 1, 1, 1, 4, 1, 1, 3, 1, 1, 3, 1, 1, 4, 2, 9, 2, 2);
        assertThat(spikes(new Spike(0.5, 1.0, SpikeMethod.DIFFERENTIAL), whole))
                .containsExactly(2, 1, 1, 1, 4, 1, 1, 3, 1, 1, 3, 1, 1, 4, 1, 1, 1, 2);
    }

    @Test
    void eitherThresholdOfASpikeMayBeLeftOut() {
        assertThat(spikes(new Spike(0.5, null, SpikeMethod.AVERAGE), MIXED))
                .containsExactly(2, 3, 1, 1, 3, 3, 1, 3, 1, 1, 3, 1, 3, 3, 2, 9, 2, 2);
        assertThat(spikes(new Spike(null, 1.0, SpikeMethod.AVERAGE), MIXED))
                .containsExactly(2, 1, 1, 1, 4, 1, 1, 1, 1, 1, 1, 1, 4, 4, 2, 9, 2, 2);
    }

    @Test
    void rateOfChangeIsPerSecondAndTheFirstIsGood() {
        double perSecond = 5.0 / 15 / 60;

        assertThat(rates(perSecond, null, STEPS))
                .containsExactly(1, 3, 3, 1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 3, 1, 1, 1, 3, 1, 1, 1, 1);
        assertThat(rates(perSecond, 10.0 / 15 / 60, STEPS))
                .containsExactly(1, 3, 3, 1, 1, 1, 1, 1, 4, 1, 1, 1, 1, 1, 1, 4, 1, 1, 1, 4, 1, 1, 1, 1);
        assertThat(rates(perSecond, null, 2, 10, 2, 3, Flags.NONE, Flags.NONE, 7, 10))
                .containsExactly(1, 3, 3, 1, 9, 9, 1, 1);
        assertThat(rates(perSecond, null, -2, -10, -2, -3)).containsExactly(1, 3, 3, 1);
    }

    @Test
    void aFlatLineIsSuspectThenFails() {
        double[] values = {1, 2, 2.0001, 2, 2.0001, 2, 2.0001, 2, 4, 5, 3, 3.0001, 3.0005, 3.00001};

        assertThat(flat(0.01, 3000, 4800, 900, values)).containsExactly(1, 1, 1, 1, 3, 3, 4, 4, 1, 1, 1, 1, 1, 3);
        assertThat(flat(0.01, 3000, 4800, 900, Arrays.stream(values).map(value -> -value).toArray()))
                .containsExactly(1, 1, 1, 1, 3, 3, 4, 4, 1, 1, 1, 1, 1, 3);
        assertThat(flat(0.01, 3000, 4800, 900, 2, 2.0001, 2, 2.0001, 2, 2.0001, 2, 4, 5, 3, 3.0001, 3.0005, 3.00001))
                .containsExactly(1, 1, 1, 3, 3, 4, 4, 1, 1, 1, 1, 1, 3);
        assertThat(flat(0.01, 3000, 4800, 900, 1, Flags.NONE, Flags.NONE, 2, 2.0001, 2, 2.0001, 2, 4, Flags.NONE, 3,
                Flags.NONE, Flags.NONE, 3.00001))
                .containsExactly(1, 9, 9, 1, 3, 3, 4, 4, 1, 9, 1, 9, 9, 3);
        assertThat(flat(4, 3, 6, 1, 1, 1, 1, 1, 1, 6, 5, 4, 3, 2)).containsExactly(1, 1, 1, 3, 3, 1, 1, 1, 3, 3);
    }

    @Test
    void aShortStretchIsNotFlat() {
        int[] whole = {1, 1, 1, 3, 3, 4};

        for (int size = 0; size <= whole.length; size++) {
            double[] values = new double[size];
            Arrays.fill(values, 5);
            assertThat(flat(0.1, 3, 5, 1, values)).containsExactly(Arrays.copyOf(whole, size));
        }
    }

    @Test
    void theMedianDistanceIsCutToSeconds() {
        long[] times = {0, 900 * Flags.SECOND, 1800 * Flags.SECOND + 700, 9000 * Flags.SECOND};

        assertThat(Qartod.medianInterval(times)).isEqualTo(900 * Flags.SECOND);
    }

    @ParameterizedTest
    @CsvSource({"DEVIATION,0.75,0.5,1", "DEVIATION,5,0,3", "RANGE,31,10,1", "RANGE,3.1,2,3"})
    void movementOfAWholeStretch(Movement movement, double suspect, double fail, int flag) {
        double[] values = movement == Movement.RANGE && suspect > 10 ? new double[] {10, 20, 30, 41} : new double[] {1, 2, 3, 4};

        int[] flags = Flags.of(Qartod.attenuatedSignal(values, whole(suspect, fail, movement)));

        assertThat(flags).containsOnly(flag);
    }

    @Test
    void aStretchThatDoesNotMoveFails() {
        assertThat(Flags.of(Qartod.attenuatedSignal(
                Flags.values(1, 1, 1, 1), whole(10, 8, Movement.DEVIATION)))).containsExactly(4, 4, 4, 4);
        assertThat(Flags.of(Qartod.attenuatedSignal(
                Flags.values(10, 20, 30, 40), whole(100_000, 1000, Movement.DEVIATION)))).containsExactly(4, 4, 4, 4);
        assertThat(Flags.of(Qartod.attenuatedSignal(
                Flags.values(10, 20, 30, 40), whole(50, 31, Movement.RANGE)))).containsExactly(4, 4, 4, 4);
        assertThat(Flags.of(Qartod.attenuatedSignal(
                Flags.values(10, 20, 30, 40), whole(31, 10, Movement.RANGE)))).containsExactly(3, 3, 3, 3);
        assertThat(Flags.of(Qartod.attenuatedSignal(
                Flags.values(3, 4, 5, 8.1, 9, 8.5, 8.7, 8.4, 8.2, 8.35, 2, 1), whole(0.15, 0.1, Movement.RANGE))))
                .containsOnly(1);
    }

    @Test
    void missingValuesDoNotMove() {
        assertThat(Flags.of(Qartod.attenuatedSignal(
                Flags.values(Flags.NONE, 2, 3, 4), whole(0.75, 0.5, Movement.DEVIATION)))).containsExactly(9, 1, 1, 1);
        assertThat(Flags.of(Qartod.attenuatedSignal(
                Flags.values(Flags.NONE, Flags.NONE), whole(0.75, 0.5, Movement.DEVIATION)))).containsExactly(9, 9);
        assertThat(Flags.of(Qartod.attenuatedSignal(
                Flags.values(10, Flags.NONE, Flags.NONE, 40), whole(50, 31, Movement.RANGE)))).containsExactly(4, 9, 9, 4);
    }

    @Test
    void movementWithinATime() {
        assertThat(moving(100, 10, 0, Movement.RANGE, 1, 2, 3, 100, 1000)).containsExactly(4, 4, 4, 3, 1);
        assertThat(moving(100, 10, 2, Movement.RANGE, 1, 2, 3, 100, 1000)).containsExactly(2, 4, 4, 3, 1);
        assertThat(moving(100, 50, 2, Movement.RANGE, 1, Flags.NONE, 10, 100, 1000)).containsExactly(2, 9, 2, 3, 1);
        assertThat(moving(150, 40, 2, Movement.DEVIATION, 1, Flags.NONE, 10, 100, 1000)).containsExactly(2, 9, 2, 3, 1);
    }

    @Test
    void aGapIsFoundBehindIt() {
        long[] times = {at(14), at(15), at(16), at(17), Flags.at("2026-02-12T23:05:17Z")};
        long[] shifted = times.clone();
        for (int index = 1; index < 4; index++) {
            shifted[index] += Duration.ofHours(3).toNanos();
        }
        long[] broken = shifted.clone();
        broken[1] = Qartod.NO_TIME;

        assertThat(gaps(2, Arrays.copyOf(times, 4))).containsExactly(1, 1, 1, 1);
        assertThat(gaps(0.5, Arrays.copyOf(times, 4))).containsExactly(1, 1, 1, 1);
        assertThat(gaps(2, times)).containsExactly(1, 1, 1, 1, 4);
        assertThat(gaps(2.5, shifted)).containsExactly(4, 4, 1, 1, 4);
        assertThat(gaps(2.5, broken)).containsExactly(2, 9, 2, 1, 4);
        assertThat(gaps(2, Qartod.NO_TIME, Qartod.NO_TIME)).containsExactly(9, 9);
    }

    @Test
    void aValueThatTookTooLongFails() {
        DataReception limits = new DataReception(null, Duration.ofHours(6));
        long[] times = {at(14), at(15), Qartod.NO_TIME, Flags.at("2026-02-12T23:05:17Z")};
        long[] soon = filled(times.length, Flags.at("2026-01-12T23:10:00Z"));
        long[] late = filled(times.length, Flags.at("2026-02-12T23:10:00Z"));

        assertThat(Flags.of(Qartod.dataReception(times, soon, limits))).containsExactly(1, 1, 9, 1);
        assertThat(Flags.of(Qartod.dataReception(times, late, limits))).containsExactly(4, 4, 9, 1);
    }

    @Test
    void aTimeThatCantBeFails() {
        ImpossibleDate limits = new ImpossibleDate(LocalDate.parse("2012-01-01"), Duration.ZERO);
        long[] times = {at(14), Flags.at("2088-01-12T23:05:16Z"), 0, Qartod.NO_TIME};

        assertThat(Flags.of(Qartod.impossibleDate(times, filled(4, at(59)), limits))).containsExactly(1, 4, 4, 9);
    }

    @Test
    void densityThatFallsWithDepthIsAnInversion() {
        double[] density = {1024, 1024, 1023.98, 1024, 1025, 1026, 1025.9, 1026, 1026, Flags.NONE, 1026, 1027};
        double[] depths = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

        assertThat(inversions(density, depths)).containsExactly(1, 3, 3, 1, 1, 4, 4, 1, 1, 9, 9, 1);
        assertThat(inversions(
                Flags.values(1026, Flags.NONE, 1026, 1026, 1025.9, 1026, 1025, 1024, 1023.98, 1024, 1024),
                Flags.values(11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1))).containsExactly(1, 9, 9, 1, 4, 4, 1, 1, 3, 3, 1);
        assertThat(inversions(
                Flags.values(1024, 1024, 1023.98, 1024, 1025, 1026, 1025.9, 1026, 1026, 1026, 1026, 1025.9, 1026, 1025,
                        1024, 1023.98, 1024, 1024),
                Flags.values(1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1)))
                .containsExactly(1, 3, 3, 1, 1, 4, 4, 1, 1, 1, 1, 4, 4, 1, 1, 3, 3, 1);
        assertThat(inversions(
                Flags.values(1026, Flags.NONE, 1026, 1026, 1025.9, 1026, 1025, 1024, 1023.98, 1024, 1024),
                filled(11, 1.0))).containsExactly(1, 9, 9, 1, 1, 1, 1, 1, 1, 1, 1);
        assertThat(inversions(Flags.values(1026), Flags.values(1))).containsExactly(2);
        assertThat(inversions(Flags.values(1025, 1025, 1025, 1026, 1026), Flags.values(1, Flags.NONE, 3, 4, 5)))
                .containsExactly(1, 9, 9, 1, 1);
    }

    @Test
    void aStepWithoutCompanyIsSuspect() {
        double[] temperature = {10, 10.1, 14, 14, 18, Flags.NONE, 18};
        double[] salinity = {30, 30, 30, 30, 33, 33, 33};

        Grade[] grades = QartodPairs.multivariate(temperature, salinity, Flags.every(60, 7), 1.0 / 60, 0.5 / 60);

        assertThat(Flags.of(grades)).containsExactly(2, 1, 3, 1, 1, 9, 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            5  | 95 | 0   | 1,3,1,1,1,3,1,1,1,1
            5  | 95 | 0.1 | 1,1,1,1,1,1,1,1,1,1
            20 | 95 | 0.1 | 3,3,1,1,1,1,1,1,1,1
            20 | 95 | 0.5 | 1,1,1,1,1,1,1,1,1,1
            5  | 80 | 0   | 1,3,1,1,3,3,1,1,1,1
            5  | 80 | 0.1 | 1,1,1,1,3,3,1,1,1,1
            """)
    void valuesBeyondPercentilesAreSuspect(double low, double high, double margin, String flags) {
        double[] values = {4.1, 4.0, 4.3, 4.5, 6.1, 6.2, 4.3, 4.6, 4.5, 4.4};

        assertThat(Flags.of(Qartod.percentileRange(values, low, high, margin)))
                .containsExactly(Arrays.stream(flags.split(",")).mapToInt(Integer::parseInt).toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0AEE61154B95811CEF0B8FB3140016FE8107A45F44FFFB6DFF595A386319612EE2C05B7371"})
    void rawTextIsCounted(String hex) {
        String parted = "1,2,3,4,5,6,7,8,9,10,11,12";

        assertThat(Flags.of(Syntax.characters(hex, 74), Syntax.characters(hex, 73), Syntax.hexBytes(hex, 37),
                Syntax.hexBytes(hex, 36), Syntax.hexBytes(hex.substring(1), 37), Syntax.parts(parted, ",", 12),
                Syntax.parts(parted, ",", 11))).containsExactly(1, 4, 1, 4, 4, 1, 4);
    }

    private static int[] spikes(Spike spike, double... values) {
        return Flags.of(Qartod.spike(values, spike));
    }

    private static int[] rates(double suspect, @Nullable Double fail, double... values) {
        return Flags.of(Qartod.rateOfChange(
                values, Flags.every(900, values.length), new RateOfChange(suspect, fail)));
    }

    private static int[] flat(double tolerance, int suspect, int fail, int every, double... values) {
        FlatLine flat = new FlatLine(tolerance, Duration.ofSeconds(suspect), Duration.ofSeconds(fail));
        return Flags.of(Qartod.flatLine(values, FlatCounts.of(flat, every * Flags.SECOND)));
    }

    private static int[] moving(double suspect, double fail, int least, Movement movement, double... values) {
        AttenuatedSignal signal = new AttenuatedSignal(suspect, fail, Duration.ofDays(2), least, movement);
        return Flags.of(Qartod.attenuatedSignal(values, Flags.every(86_400, values.length), signal));
    }

    private static AttenuatedSignal whole(double suspect, double fail, Movement movement) {
        return new AttenuatedSignal(suspect, fail, Duration.ofDays(9), 1, movement);
    }

    private static int[] gaps(double hours, long... times) {
        return Flags.of(Qartod.timeGap(times, new TimeGap(null, Duration.ofMinutes((long) (hours * 60)))));
    }

    private static int[] inversions(double[] density, double[] depths) {
        int[] flags = Flags.of(QartodPairs.densityInversion(density, depths, -0.01, -0.03));
        DensityPair pairs = new DensityPair(-0.01, -0.03);
        int[] asTheyCome = new int[density.length];
        for (int row = 0; row < density.length; row++) {
            asTheyCome[row] = pairs.next(density[row], depths[row]).flag();
            if (row > 0) {
                asTheyCome[row - 1] = pairs.ofPrevious().flag();
            }
        }
        assertThat(asTheyCome).as("as they come").containsExactly(flags);
        return flags;
    }

    private static long at(int second) {
        return Flags.at("2026-01-12T23:05:%02dZ".formatted(second));
    }

    private static long[] filled(int count, long value) {
        long[] all = new long[count];
        Arrays.fill(all, value);
        return all;
    }

    private static double[] filled(int count, double value) {
        double[] all = new double[count];
        Arrays.fill(all, value);
        return all;
    }

    private static Grade[] grades(int... flags) {
        return Arrays.stream(flags).mapToObj(Grade::ofFlag).toArray(Grade[]::new);
    }
}
