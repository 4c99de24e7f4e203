package suimon.derive;

/**
 * Equations of sea water. Temperatures are degrees Celsius of ITS-90, salinities practical ones
 * (PSS-78), pressures in dbar above that of the air. Outside the ranges that are named the result is
 * an extrapolation.
 */
public final class SeaWater {
    /** Milligrams in a millilitre of oxygen at 0 Cel and 1 atm: 31.9988 g/mol over 22.3916 L/mol. */
    private static final double OXYGEN_MG_PER_ML = 31.9988 / 22.3916;
    /** IPTS-68, which the older equations are in, over ITS-90 (Saunders 1990). */
    private static final double IPTS_68 = 1.00024;
    /** Conductivity at 35, 15 Cel and 0 dbar in mS/cm (Culkin and Smith 1980). */
    private static final double CONDUCTIVITY_35_15_0 = 42.914;

    private static final double[] OXYGEN_A = {2.00907, 3.22014, 4.05010, 4.94457, -2.56847e-1, 3.88767};
    private static final double[] OXYGEN_B = {-6.24523e-3, -7.37614e-3, -1.03410e-2, -8.17083e-3};
    private static final double OXYGEN_C = -4.88682e-7;

    private static final double[] SALINITY_A = {0.0080, -0.1692, 25.3851, 14.0941, -7.0261, 2.7081};
    private static final double[] SALINITY_B = {0.0005, -0.0056, -0.0066, -0.0375, 0.0636, -0.0144};
    private static final double[] SALINITY_C = {0.6766097, 2.00564e-2, 1.104259e-4, -6.9698e-7, 1.0031e-9};

    private static final double[] WATER = {
        999.842594, 6.793952e-2, -9.095290e-3, 1.001685e-4, -1.120083e-6, 6.536332e-9};
    private static final double[] DENSITY_A = {8.24493e-1, -4.0899e-3, 7.6438e-5, -8.2467e-7, 5.3875e-9};
    private static final double[] DENSITY_B = {-5.72466e-3, 1.0227e-4, -1.6546e-6};
    private static final double DENSITY_C = 4.8314e-4;
    private static final double[] BULK_WATER = {19652.21, 148.4206, -2.327105, 1.360477e-2, -5.155288e-5};
    private static final double[] BULK_S = {54.6746, -0.603459, 1.09987e-2, -6.1670e-5};
    private static final double[] BULK_ROOT = {7.944e-2, 1.6483e-2, -5.3009e-4};
    private static final double[] BULK_P = {3.239908, 1.43713e-3, 1.16092e-4, -5.77905e-7};
    private static final double[] BULK_P_S = {2.2838e-3, -1.0981e-5, -1.6078e-6};
    private static final double BULK_P_ROOT = 1.91075e-4;
    private static final double[] BULK_PP = {8.50935e-5, -6.12293e-6, 5.2787e-8};
    private static final double[] BULK_PP_S = {-9.9348e-7, 2.0816e-8, 9.1697e-10};

    private SeaWater() {}

    /**
     * Oxygen that water holds in balance with moist air at 1 atm, in mL/L; -2 to 40 Cel, 0 to 42 (H. E.
     * Garcia and L. I. Gordon, Oxygen solubility in seawater: better fitting equations, Limnology and
     * Oceanography 37, 1992, equation 8, coefficients for cm3/dm3 from Benson and Krause).
     */
    public static double oxygenSolubility(double temperature, double salinity) {
        double scaled = Math.log((298.15 - temperature) / (273.15 + temperature));
        return Math.exp(polynomial(OXYGEN_A, scaled) + salinity * polynomial(OXYGEN_B, scaled)
                + OXYGEN_C * salinity * salinity);
    }

    /** Percent of saturation at 1 atm, by {@link #oxygenSolubility}. */
    public static double oxygenSaturation(double milligramsPerLitre, double temperature, double salinity) {
        return 100 * milligramsPerLitre / (OXYGEN_MG_PER_ML * oxygenSolubility(temperature, salinity));
    }

    /**
     * Practical salinity, from conductivity in mS/cm; -2 to 35 Cel, 2 to 42 (N. P. Fofonoff and R. C.
     * Millard, Algorithms for computation of fundamental properties of seawater, UNESCO technical
     * papers in marine science 44, 1983, algorithm 1).
     */
    public static double practicalSalinity(double conductivity, double temperature, double pressure) {
        return salinityOfRatio(conductivity / CONDUCTIVITY_35_15_0, temperature * IPTS_68, pressure);
    }

    /** The same from the conductivity over that at 35, 15 Cel and 0 dbar; temperature of IPTS-68. */
    static double salinityOfRatio(double ratio, double old, double pressure) {
        double compressed = pressure * (2.070e-5 + pressure * (-6.370e-10 + pressure * 3.989e-15));
        double withPressure = 1 + compressed
                / (1 + 3.426e-2 * old + 4.464e-4 * old * old + (4.215e-1 - 3.107e-3 * old) * ratio);
        double root = Math.sqrt(Math.max(0, ratio / (withPressure * polynomial(SALINITY_C, old))));
        double correction = (old - 15) / (1 + 0.0162 * (old - 15));
        return polynomial(SALINITY_A, root) + correction * polynomial(SALINITY_B, root);
    }

    /**
     * Density in kg/m3; -2 to 40 Cel, 0 to 42, 0 to 10 000 dbar (the one atmosphere and the high
     * pressure international equation of state of seawater, EOS-80, as in the paper named at
     * {@link #practicalSalinity}, algorithm 3).
     */
    public static double density(double temperature, double salinity, double pressure) {
        return densityOfOld(temperature * IPTS_68, salinity, pressure / 10);
    }

    /** The same with a temperature of IPTS-68 and bar. */
    static double densityOfOld(double old, double salinity, double bar) {
        double root = salinity * Math.sqrt(salinity);
        double surface = polynomial(WATER, old) + polynomial(DENSITY_A, old) * salinity
                + polynomial(DENSITY_B, old) * root + DENSITY_C * salinity * salinity;
        double bulk = polynomial(BULK_WATER, old) + polynomial(BULK_S, old) * salinity
                + polynomial(BULK_ROOT, old) * root;
        double first = polynomial(BULK_P, old) + polynomial(BULK_P_S, old) * salinity + BULK_P_ROOT * root;
        double second = polynomial(BULK_PP, old) + polynomial(BULK_PP_S, old) * salinity;
        return surface / (1 - bar / (bulk + first * bar + second * bar * bar));
    }

    /** The coefficients of rising powers. */
    static double polynomial(double[] coefficients, double at) {
        double sum = 0;
        for (int index = coefficients.length - 1; index >= 0; index--) {
            sum = sum * at + coefficients[index];
        }
        return sum;
    }
}
