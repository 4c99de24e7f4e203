package suimon.derive;

/** Equations of pressure waves in pipes full of fresh water. */
public final class Pipe {
    private static final double[] SOUND = {
        1402.385, 5.038813, -5.799136e-2, 3.287156e-4, -1.398845e-6, 2.787860e-9};

    private Pipe() {}

    /**
     * Speed of sound in pure water at 1 atm in m/s; 0 to 95 Cel (W. Marczak, Water as a standard in the
     * measurements of speed of sound in liquids, J. Acoust. Soc. Am. 102, 1997).
     */
    public static double soundInWater(double temperature) {
        return SeaWater.polynomial(SOUND, temperature);
    }

    /**
     * Speed of a pressure wave in m/s (D. J. Korteweg, Annalen der Physik 241, 1878):
     * {@code sqrt(K / rho) / sqrt(1 + c * K / E * D / e)}, where the water's K is rho times the square of
     * {@link #soundInWater}.
     *
     * @param diameter inner diameter, in the same unit as the wall's thickness
     * @param modulus Young's modulus of the wall, GPa
     * @param restraint c: 1 for joints that give way, less for a pipe that is held
     */
    public static double waveSpeed(
            double temperature, double diameter, double wall, double modulus, double restraint) {
        double sound = soundInWater(temperature);
        double bulk = SeaWater.density(temperature, 0, 0) * sound * sound;
        return sound / Math.sqrt(1 + restraint * bulk / (modulus * 1e9) * diameter / wall);
    }

    /** Rise of pressure in kPa where a flow in m/s stops at once: {@code rho * a * v} (N. Joukowsky, 1898). */
    public static double surge(double velocity, double waveSpeed, double density) {
        return density * waveSpeed * Math.abs(velocity) / 1000;
    }
}
