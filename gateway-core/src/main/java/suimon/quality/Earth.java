package suimon.quality;

/** Distances on the Earth in metres; positions in degrees, east and north positive. */
public final class Earth {
    /** Of the sphere, as the Gibbs SeaWater toolbox has it. */
    private static final double RADIUS = 6_371_000;
    /** WGS 84. */
    private static final double EQUATOR = 6_378_137;
    private static final double FLATTENING = 1 / 298.257223563;
    private static final double POLE = EQUATOR * (1 - FLATTENING);
    /** Vincenty's iteration ends within a few steps but near antipodes, where the sphere is taken. */
    private static final int STEPS_MAX = 50;

    private Earth() {}

    /** Along a great circle of the sphere (haversine formula); within 0.6 % of the ellipsoid's. */
    public static double onSphere(double lon1, double lat1, double lon2, double lat2) {
        double latHalf = Math.sin(Math.toRadians(lat2 - lat1) / 2);
        double lonHalf = Math.sin(Math.toRadians(lon2 - lon1) / 2);
        double chord = latHalf * latHalf
                + Math.cos(Math.toRadians(lat1)) * Math.cos(Math.toRadians(lat2)) * lonHalf * lonHalf;
        return 2 * RADIUS * Math.atan2(Math.sqrt(chord), Math.sqrt(1 - chord));
    }

    /**
     * Along a geodesic of the WGS 84 ellipsoid, to a millimetre (T. Vincenty, Direct and inverse
     * solutions of geodesics on the ellipsoid, Survey Review 23, 1975); near antipodes
     * {@link #onSphere}.
     */
    public static double onEllipsoid(double lon1, double lat1, double lon2, double lat2) {
        double reduced1 = Math.atan((1 - FLATTENING) * Math.tan(Math.toRadians(lat1)));
        double reduced2 = Math.atan((1 - FLATTENING) * Math.tan(Math.toRadians(lat2)));
        double sin1 = Math.sin(reduced1);
        double cos1 = Math.cos(reduced1);
        double sin2 = Math.sin(reduced2);
        double cos2 = Math.cos(reduced2);
        double apart = Math.toRadians(lon2 - lon1);
        double lambda = apart;
        for (int step = 0; step < STEPS_MAX; step++) {
            double across = cos2 * Math.sin(lambda);
            double along = cos1 * sin2 - sin1 * cos2 * Math.cos(lambda);
            double sinSigma = Math.hypot(across, along);
            if (sinSigma == 0) {
                return 0;
            }
            double cosSigma = sin1 * sin2 + cos1 * cos2 * Math.cos(lambda);
            double sigma = Math.atan2(sinSigma, cosSigma);
            double sinAlpha = cos1 * cos2 * Math.sin(lambda) / sinSigma;
            double cosSquared = 1 - sinAlpha * sinAlpha;
            double cosMiddle = cosSquared == 0 ? 0 : cosSigma - 2 * sin1 * sin2 / cosSquared;
            double factor = FLATTENING / 16 * cosSquared * (4 + FLATTENING * (4 - 3 * cosSquared));
            double before = lambda;
            lambda = apart + (1 - factor) * FLATTENING * sinAlpha * (sigma + factor * sinSigma
                    * (cosMiddle + factor * cosSigma * (2 * cosMiddle * cosMiddle - 1)));
            if (Math.abs(lambda - before) < 1e-12) {
                return length(cosSquared, sigma, sinSigma, cosSigma, cosMiddle);
            }
        }
        return onSphere(lon1, lat1, lon2, lat2);
    }

    private static double length(
            double cosSquared, double sigma, double sinSigma, double cosSigma, double cosMiddle) {
        double second = cosSquared * (EQUATOR * EQUATOR - POLE * POLE) / (POLE * POLE);
        double large = 1 + second / 16384 * (4096 + second * (-768 + second * (320 - 175 * second)));
        double small = second / 1024 * (256 + second * (-128 + second * (74 - 47 * second)));
        double squared = cosMiddle * cosMiddle;
        double change = small * sinSigma * (cosMiddle + small / 4 * (cosSigma * (2 * squared - 1)
                - small / 6 * cosMiddle * (4 * sinSigma * sinSigma - 3) * (4 * squared - 3)));
        return POLE * large * (sigma - change);
    }
}
