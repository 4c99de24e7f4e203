package suimon.derive;

import suimon.config.Formula;

/** Computes what a formula names. */
public final class Equations {
    private Equations() {}

    /**
     * The result in {@link Formula#output}; NaN or infinite where the equation has none.
     *
     * @param in one number for each of {@link Formula#roles}, in its unit and that order
     */
    public static double compute(Formula formula, double[] in) {
        return switch (formula) {
            case OXYGEN_SATURATION -> SeaWater.oxygenSaturation(in[0], in[1], in[2]);
            case PRACTICAL_SALINITY -> SeaWater.practicalSalinity(in[0], in[1], in[2]);
            case SEA_WATER_DENSITY -> SeaWater.density(in[0], in[1], in[2]);
            case PIPE_WAVE_SPEED -> Pipe.waveSpeed(in[0], in[1], in[2], in[3], in[4]);
            case JOUKOWSKY_SURGE -> Pipe.surge(in[0], in[1], in[2]);
        };
    }
}
