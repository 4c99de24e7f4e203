package suimon.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import suimon.reading.Unit;

/**
 * The standard names of the CF conventions (CF Standard Name Table) for what is measured here, each
 * with its canonical unit as a UCUM code.
 */
final class StandardName {
    private static final Map<String, String> UNITS = new TreeMap<>(Map.ofEntries(
            Map.entry("sea_water_temperature", "K"), Map.entry("sea_surface_temperature", "K"),
            Map.entry("sea_water_practical_salinity", "1"), Map.entry("sea_water_salinity", "[ppth]"),
            Map.entry("sea_water_electrical_conductivity", "S/m"), Map.entry("sea_water_density", "kg/m3"),
            Map.entry("sea_water_pressure", "dbar"), Map.entry("depth", "m"),
            Map.entry("sea_water_ph_reported_on_total_scale", "[pH]"),
            Map.entry("sea_water_turbidity", "1"), Map.entry("sea_water_speed", "m/s"),
            Map.entry("sea_water_velocity_to_direction", "deg"),
            Map.entry("eastward_sea_water_velocity", "m/s"), Map.entry("northward_sea_water_velocity", "m/s"),
            Map.entry("speed_of_sound_in_sea_water", "m/s"),
            Map.entry("mass_concentration_of_oxygen_in_sea_water", "kg/m3"),
            Map.entry("mole_concentration_of_dissolved_molecular_oxygen_in_sea_water", "mol/m3"),
            Map.entry("fractional_saturation_of_oxygen_in_sea_water", "1"),
            Map.entry("mass_concentration_of_chlorophyll_a_in_sea_water", "kg/m3"),
            Map.entry("mole_concentration_of_nitrate_in_sea_water", "mol/m3"),
            Map.entry("sea_surface_height_above_mean_sea_level", "m"),
            Map.entry("sea_surface_wave_significant_height", "m"),
            Map.entry("downwelling_photosynthetic_photon_flux_in_sea_water", "mol/(m2.s)"),
            Map.entry("air_temperature", "K"), Map.entry("air_pressure", "Pa"),
            Map.entry("air_pressure_at_mean_sea_level", "Pa"), Map.entry("relative_humidity", "1"),
            Map.entry("dew_point_temperature", "K"), Map.entry("wind_speed", "m/s"),
            Map.entry("wind_speed_of_gust", "m/s"), Map.entry("wind_from_direction", "deg"),
            Map.entry("rainfall_amount", "kg/m2"), Map.entry("thickness_of_rainfall_amount", "m"),
            Map.entry("rainfall_rate", "m/s"), Map.entry("downwelling_shortwave_flux_in_air", "W/m2"),
            Map.entry("mole_fraction_of_carbon_dioxide_in_air", "1"),
            Map.entry("soil_temperature", "K"), Map.entry("volume_fraction_of_condensed_water_in_soil", "1"),
            Map.entry("water_surface_height_above_reference_datum", "m"),
            Map.entry("water_volume_transport_in_river_channel", "m3/s"),
            Map.entry("river_water_temperature", "K"), Map.entry("surface_snow_thickness", "m")));
    /** Numbers that CF has as 1 and that are written with what they count. */
    private static final Set<String> COUNTED = Set.of("{PSU}", "{psu}", "[ppth]", "g/kg", "{NTU}", "{FNU}", "%{RH}");

    private StandardName() {}

    static Set<String> all() {
        return UNITS.keySet();
    }

    /** The canonical unit; empty when the name is not known. */
    static Optional<Unit> unit(String name) {
        return Optional.ofNullable(UNITS.get(name)).map(Unit::new);
    }

    /** Whether values in the unit can be values of that name. */
    static boolean fits(Unit canonical, Unit unit) {
        return unit.to(canonical).isPresent()
                || canonical.code().equals("1") && COUNTED.contains(unit.code());
    }
}
