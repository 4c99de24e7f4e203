"""Writes the flags that ioos_qc gives to its own example data, one file per example.

    python3 ioos_flags.py CHECKOUT_OF_IOOS_QC FOLDER_FOR_FLAGS

suimon.quality.ExampleDataTest compares them: SUIMON_IOOS_FLAGS=FOLDER_FOR_FLAGS. Needs numpy, pandas,
xarray, shapely and geographiclib; what else ioos_qc imports is for its configuration files.
"""
import sys
import types
import warnings

checkout, folder = sys.argv[1:3]
for name, member in (("geojson", "GeoJSONEncoder"), ("ruamel", "yaml"), ("ruamel.yaml", "YAML")):
    try:
        __import__(name)
    except ImportError:
        module = types.ModuleType(name)
        setattr(module, member, object)
        sys.modules[name] = module
sys.path.insert(0, checkout)
warnings.simplefilter("ignore")

import numpy as np
import pandas as pd
from ioos_qc import qartod


def climatology():
    config = qartod.ClimatologyConfig()
    config.add(tspan=(1, 3), vspan=(0, 1), fspan=(-2, 3), period="month")
    config.add(tspan=(9, 12), vspan=(0.2, 1.1), fspan=(-2, 3), period="month")
    config.add(tspan=(40, 45), vspan=(0.3, 0.9), period="weekofyear")
    config.add(tspan=(300, 320), vspan=(0.25, 1), period="dayofyear")
    config.add(tspan=(2, 2), vspan=(0, 2), period="quarter")
    return config


def flags(times, values, scale):
    """Thresholds are in parts of the data's spread, so that each test finds something."""
    t, v = times.to_numpy(), values.to_numpy(dtype=float)
    return {
        "gross_range": qartod.gross_range_test(v, (-2 * scale, 3 * scale), (-scale, 2 * scale)),
        "climatology": qartod.climatology_test(climatology(), v / scale, t, np.zeros(len(v))),
        "spike_average": qartod.spike_test(v, 0.1 * scale, 0.5 * scale),
        "spike_differential": qartod.spike_test(v, 0.1 * scale, 0.5 * scale, method="differential"),
        "rate_of_change": qartod.rate_of_change_test(v, t, 1e-5 * scale, 1e-4 * scale),
        "flat_line": qartod.flat_line_test(v, t, 3 * 3600, 8 * 3600, 0.01 * scale),
        "attenuated_deviation": qartod.attenuated_signal_test(
            v, t, 0.2 * scale, 0.05 * scale, test_period=12 * 3600, min_obs=5),
        "attenuated_range": qartod.attenuated_signal_test(
            v, t, 0.2 * scale, 0.05 * scale, test_period=12 * 3600, min_obs=5, check_type="range"),
        "time_gap": qartod.time_gap_test(t, 1.5),
    }


def write(name, times, values, scale):
    found = flags(times, values, scale)
    seconds = times.to_numpy().astype("datetime64[s]").astype(np.int64)
    table = pd.DataFrame({"seconds": seconds, "value": values.to_numpy(), **found})
    with open(f"{folder}/{name}.csv", "w") as out:
        out.write(f"{scale}\n")
        table.to_csv(out, index=False, na_rep="nan", float_format=repr)
    print(name, len(table), {test: dict(zip(*np.unique(got, return_counts=True))) for test, got in found.items()})


examples = checkout + "/docs/source/examples/"
level = pd.read_csv(examples + "water_level_example.csv", parse_dates=["time"])
write("water_level", level.time.dt.tz_localize(None), level.sea_surface_height_above_sea_level, 1.0)
salt = pd.read_csv(examples + "attenuated_salinity_example.csv", comment="#", quotechar="'", skipinitialspace=True)
write("salinity", pd.to_datetime(salt.iloc[:, 0]), salt.iloc[:, 1], 10.0)
long = pd.read_csv(checkout + "/tests/data/20363_1000427.csv.gz")
write("long", pd.to_datetime(long.time_epoch, unit="s"), long.value, 500.0)
