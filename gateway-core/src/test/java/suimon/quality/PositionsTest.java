package suimon.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import suimon.quality.Positions.Fix;
import suimon.quality.Positions.Limits;
import suimon.quality.Positions.Verdict;

/** Positions, limits and flags are those of ioos_qc's own tests. */
class PositionsTest {
    private static final double NONE = Double.NaN;

    @Test
    void positionsThatCantBeFail() {
        assertThat(places(null, false, fixes(new double[] {80, -78.5, 500.5}, new double[] {NONE, 50, -60})))
                .containsExactly(4, 1, 4);
        assertThat(places(null, false, fixes(new double[] {NONE}, new double[] {NONE}))).containsExactly(9);
    }

    @Test
    void aLongStepIsSuspect() {
        List<Fix> few = fixes(new double[] {-71.05, -71.06, -80.0}, new double[] {41.0, 41.02, 45.05});
        List<Fix> close = fixes(new double[] {16.35126686, 16.35320091, 16.3208847, 16.25503349, 16.0045681},
                new double[] {55.57051468, 55.57044983, 55.54106522, 55.49047089, 55.26551819});

        assertThat(places(null, false, few)).containsExactly(1, 1, 1);
        assertThat(places(3000.0, false, few)).containsExactly(1, 1, 3);
        assertThat(places(7000.0, false, close)).as("on the sphere").containsExactly(1, 1, 1, 1, 3);
        assertThat(places(7000.0, true, close)).as("on the ellipsoid").containsExactly(1, 1, 1, 3, 3);
    }

    @Test
    void distancesAreThoseOfTheEllipsoid() {
        // Flinders Peak to Buninyong, GDA94 technical manual: 54 972.271 m on GRS80, which is WGS 84 to 0.1 mm.
        double distance = Earth.onEllipsoid(144.42486788888, -37.95103341666, 143.92649552777, -37.65282113888);

        assertThat(distance).isCloseTo(54_972.271, within(0.001));
        assertThat(Earth.onEllipsoid(139, 35, 139, 35)).isZero();
        assertThat(Earth.onEllipsoid(0, 0, 179.9, 0.1)).as("near the antipode").isBetween(19_950_000.0, 20_030_000.0);
    }

    /** ioos_qc's test of Argo's speed test: metres and seconds. */
    @Test
    void aFastMoveIsSuspectOrFails() {
        List<Fix> fixes = List.of(new Fix(-71.05, 41.0, 0), new Fix(-71.06, 41.02, 3600 * Flags.SECOND),
                new Fix(-80.0, 45.05, 7200 * Flags.SECOND), new Fix(NONE, NONE, 9000 * Flags.SECOND),
                new Fix(-80.0, 45.05, 9900 * Flags.SECOND));
        List<Verdict> verdicts = Positions.grade(fixes, new Limits(null, false, 1.0, 3.0));

        assertThat(verdicts.stream().map(verdict -> verdict.speed().flag()))
                .containsExactly(2, 1, 4, 9, 2);
    }

    @Test
    void whatLeavesItsAreaFails() {
        List<Fix> area = fixes(new double[] {-78.696116, -77.844899, -77.506013},
                new double[] {24.562267, 23.543749, 24.707798});
        double[] lon = {-78.680106, -78.151764, -77.167128};
        double[] lat = {25.169938, 24.316908, 24.316908};
        List<Integer> outside = new ArrayList<>();
        List<Integer> inside = new ArrayList<>();

        for (int index = 0; index < 3; index++) {
            outside.add(Positions.inArea(lon[index], lat[index], area, false).flag());
            inside.add(Positions.inArea(lon[index], lat[index], area, true).flag());
        }

        assertThat(outside).containsExactly(4, 1, 4);
        assertThat(inside).containsExactly(1, 4, 1);
        assertThat(Positions.inArea(NONE, 24, area, false).flag()).isEqualTo(9);
        assertThatThrownBy(() -> Positions.inArea(0, 0, area.subList(0, 2), false))
                .hasMessageContaining("at least three corners");
    }

    private static int[] places(@Nullable Double stepMax, boolean isExact, List<Fix> fixes) {
        return Positions.grade(fixes, new Limits(stepMax, isExact, null, null)).stream()
                .mapToInt(verdict -> verdict.location().flag()).toArray();
    }

    private static List<Fix> fixes(double[] lon, double[] lat) {
        List<Fix> fixes = new ArrayList<>();
        for (int index = 0; index < lon.length; index++) {
            fixes.add(new Fix(lon[index], lat[index], index * Flags.SECOND));
        }
        return fixes;
    }
}
