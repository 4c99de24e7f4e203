package suimon.derive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import suimon.config.Formula;

/** The check values are those that the publications give. */
class EquationsTest {
    /** Garcia and Gordon 1992, below table 1: 6.315 cm3/dm3 at 10 Cel and 35. */
    @Test
    void oxygenSolubilityOfGarciaAndGordon() {
        assertThat(SeaWater.oxygenSolubility(10, 35)).isCloseTo(6.315, within(0.0005));
    }

    /** Benson and Krause 1984, as tabled by the U.S. Geological Survey (TM 9-A6.2, table 6.2-6) at 760 mm. */
    @ParameterizedTest
    @CsvSource({"0, 14.62", "5, 12.77", "10, 11.29", "15, 10.08", "20, 9.09", "25, 8.26", "30, 7.56"})
    void waterInBalanceWithAirIsSaturated(double temperature, double milligrams) {
        assertThat(Equations.compute(Formula.OXYGEN_SATURATION, new double[] {milligrams, temperature, 0}))
                .isCloseTo(100, within(0.1));
    }

    /** Fofonoff and Millard 1983, algorithm 1. */
    @ParameterizedTest
    @CsvSource({"1, 15, 0, 35.000000", "1.2, 20, 2000, 37.245628", "0.65, 5, 1500, 27.995347"})
    void practicalSalinityOfUnesco(double ratio, double temperature, double pressure, double salinity) {
        assertThat(SeaWater.salinityOfRatio(ratio, temperature, pressure)).isCloseTo(salinity, within(5e-7));
    }

    @Test
    void standardSeaWaterHasSalinity35() {
        assertThat(Equations.compute(Formula.PRACTICAL_SALINITY, new double[] {42.914, 15 / 1.00024, 0}))
                .isCloseTo(35, within(1e-6));
    }

    /** UNESCO technical papers in marine science 36 (1981) and 38, table of check values. */
    @ParameterizedTest
    @CsvSource({
        "0, 5, 0, 999.96675", "0, 5, 1000, 1044.12802", "0, 25, 0, 997.04796", "0, 25, 1000, 1037.90204",
        "35, 5, 0, 1027.67547", "35, 5, 1000, 1069.48914", "35, 25, 0, 1023.34306", "35, 25, 1000, 1062.53817"})
    void densityOfUnesco(double salinity, double temperature, double bar, double density) {
        assertThat(SeaWater.densityOfOld(temperature, salinity, bar)).isCloseTo(density, within(5e-6));
        assertThat(Equations.compute(Formula.SEA_WATER_DENSITY,
                new double[] {temperature / 1.00024, salinity, bar * 10})).isCloseTo(density, within(5e-6));
    }

    /** Marczak 1997: the greatest speed of sound is near 74 Cel; at 20 Cel 1482.4 m/s. */
    @Test
    void soundInPureWater() {
        assertThat(Pipe.soundInWater(20)).isCloseTo(1482.38, within(0.01));
        assertThat(Pipe.soundInWater(74.17)).isGreaterThan(Pipe.soundInWater(73)).isGreaterThan(Pipe.soundInWater(75.5))
                .isCloseTo(1555.15, within(0.05));
    }

    /** A rigid wall gives the speed of sound; a soft one what Korteweg's equation has with K = 2.19 GPa. */
    @Test
    void wavesInPipesAreSlowerTheSofterTheWall() {
        assertThat(Equations.compute(Formula.PIPE_WAVE_SPEED, new double[] {20, 100, 7.5, 1e12, 1}))
                .isCloseTo(Pipe.soundInWater(20), within(1e-6));
        double bulk = SeaWater.density(20, 0, 0) * Math.pow(Pipe.soundInWater(20), 2);
        assertThat(bulk).isCloseTo(2.19e9, within(0.01e9));
        assertThat(Equations.compute(Formula.PIPE_WAVE_SPEED, new double[] {20, 100, 7.1, 3, 1}))
                .isCloseTo(Math.sqrt(bulk / SeaWater.density(20, 0, 0) / (1 + bulk / 3e9 * 100 / 7.1)), within(1e-6))
                .isBetween(400.0, 470.0);
    }

    /** Joukowsky's rule of thumb: one metre a second stopped at 1,000 m/s is ten bar. */
    @Test
    void aStoppedFlowRaisesThePressure() {
        assertThat(Equations.compute(Formula.JOUKOWSKY_SURGE, new double[] {-1, 1000, 1000})).isEqualTo(1000);
    }
}
