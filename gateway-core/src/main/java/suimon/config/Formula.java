package suimon.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.reading.Calibration;
import suimon.reading.Unit;

/** The equations that series can be derived by, with what each needs; computed in suimon.derive. */
public enum Formula {
    /** Dissolved oxygen as a part of what sea water of that temperature and salinity holds. */
    OXYGEN_SATURATION("%", 2, new Role("oxygen", "mg/L"), new Role("temperature", "Cel"),
            new Role("salinity", Salinity.CODE)),
    /** Practical salinity (PSS-78) from conductivity. */
    PRACTICAL_SALINITY(Salinity.CODE, 4, new Role("conductivity", "mS/cm"), new Role("temperature", "Cel"),
            new Role("pressure", "dbar", 0.0)),
    /** Density of sea water (EOS-80); pressure above that of the air. */
    SEA_WATER_DENSITY("kg/m3", 3, new Role("temperature", "Cel"), new Role("salinity", Salinity.CODE),
            new Role("pressure", "dbar", 0.0)),
    /** Speed of a pressure wave in a pipe full of fresh water (Korteweg). */
    PIPE_WAVE_SPEED("m/s", 1, new Role("temperature", "Cel"), new Role("diameter", "mm"), new Role("wall", "mm"),
            new Role("modulus", "GPa"), new Role("restraint", "1", 1.0)),
    /** Rise of pressure where the flow is stopped at once (Joukowsky). */
    JOUKOWSKY_SURGE("kPa", 2, new Role("velocity", "m/s"), new Role("waveSpeed", "m/s"),
            new Role("density", "kg/m3", 998.2));

    private final Unit output;
    private final int decimals;
    private final List<Role> roles;

    /**
     * What goes into a formula.
     *
     * @param name the key under from: or given:
     * @param code the unit it goes in with
     * @param otherwise what counts where nothing is configured; null when something must be
     */
    public record Role(String name, String code, @Nullable Double otherwise) {
        Role(String name, String code) {
            this(name, code, null);
        }

        /** The line from a series' unit; empty when that is something else. */
        public Optional<Calibration> from(Unit unit) {
            return Formula.convert(unit, new Unit(code));
        }
    }

    /** Practical salinity is written in many ways, all with the same number. */
    private static final class Salinity {
        static final String CODE = "{PSU}";
        private static final Set<String> CODES = Set.of(CODE, "{psu}", "1", "[ppth]", "g/kg", "1{PSU}");
    }

    Formula(String output, int decimals, Role... roles) {
        this.output = new Unit(output);
        this.decimals = decimals;
        this.roles = List.of(roles);
    }

    /** The unit of the result. */
    public Unit output() {
        return output;
    }

    /** So many decimals of the result mean something. */
    public int decimals() {
        return decimals;
    }

    /** What it needs; the first is the one whose readings make a result, and must be a series. */
    public List<Role> roles() {
        return roles;
    }

    /** As {@link Unit#to}, and between the ways to write practical salinity. */
    public static Optional<Calibration> convert(Unit from, Unit to) {
        boolean isSalinity = Salinity.CODES.contains(from.code()) && Salinity.CODES.contains(to.code());
        return isSalinity ? Optional.of(Calibration.NONE) : from.to(to);
    }
}
