#!/usr/bin/env python3
"""Trains the hypoxia package: train.py TRAIN.bin PACKAGE_FOLDER (see README.md).

TRAIN.bin comes from suimon.model.ExportWindows and holds training rows only; nothing here can see
a test row. Every choice is made on the summer of 2012 (May to October), each month forecast by a
model that has not seen it or three days on either side of it. Writes model.onnx, selftest/vectors.csv and
training/validation.json, and puts the model's SHA-256 into package.yaml.
"""
import datetime
import hashlib
import json
import math
import pathlib
import re
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import average_precision_score, roc_auc_score

STEPS, CHANNELS, LIMIT, CLIP = 48, 3, 3.0, 6.0
ABSENT = 1000.0
SEED = 20130430


def load(path):
    width = STEPS * CHANNELS
    row = np.dtype([('seconds', '<i8'), ('values', '<f4', width), ('mask', '<f4', width), ('time', '<f4', 2),
                    ('last', '<f4'), ('mean24', '<f4'), ('min24', '<f4'), ('after6', '<f4'), ('min12', '<f4')])
    return np.fromfile(path, row)


# ---- Features: the same steps in numpy here and as ONNX nodes below. ----

def block(first, last):
    """A column that averages over lags first..last, counted from the newest hour."""
    column = np.zeros(STEPS)
    column[STEPS - 1 - last:STEPS - first] = 1
    return column


# The first column of each matrix is the mean of the last 24 h, to which the others are relative.
OXYGEN = {'mean24': block(0, 23), 'last': block(0, 0), 'mean3': block(0, 2), 'mean6': block(0, 5),
          'mean12': block(0, 11), 'mean48': block(0, 47), 'lag6': block(6, 6), 'lag12': block(12, 12),
          'lag18': block(18, 18), 'lag19': block(19, 19), 'lag42': block(42, 42), 'mean18to23': block(18, 23)}
WATER = {'mean24': block(0, 23), 'lag0': block(0, 0), 'lag3': block(3, 3), 'lag6': block(6, 6),
         'lag12': block(12, 12), 'lag18': block(18, 18), 'mean48': block(0, 47)}
LINEAR = [np.stack(list(OXYGEN.values()), 1), np.stack(list(WATER.values()), 1), np.stack(list(WATER.values()), 1)]
NAMES = ([f'oxygen.{n}' for n in list(OXYGEN)[1:]] + [f'temperature.{n}' for n in list(WATER)[1:]]
         + [f'salinity.{n}' for n in list(WATER)[1:]]
         + ['oxygen.min24', 'oxygen.max24', 'oxygen.min12to23', 'oxygen.sd24']
         + ['sin1', 'cos1', 'sin2', 'cos2', 'sin1*sd', 'cos1*sd', 'sin2*sd', 'cos2*sd'])


def features(values, mask, time):
    """Returns features [n, f], the mean of the last 24 h [n, 1] and its standard deviation [n, 1]."""
    parts, mean24 = [], None
    for channel in range(CHANNELS):
        v, m = values[:, :, channel], mask[:, :, channel]
        count = m @ LINEAR[channel]
        mean = (v * m) @ LINEAR[channel] / np.maximum(count, 1)
        reference = mean[:, :1]
        if channel == 0:
            mean24 = reference
        seen = np.minimum(count, 1)
        parts.append(((mean - reference) * seen * seen[:, :1])[:, 1:])
    v, m = values[:, :, 0], mask[:, :, 0]
    low, high = v * m + (1 - m) * ABSENT, v * m - (1 - m) * ABSENT
    some = np.minimum(m[:, STEPS - 24:STEPS - 12] @ np.ones((12, 1)), 1)
    day = m[:, STEPS - 24:]
    departure = (v[:, STEPS - 24:] - mean24) * day
    sd = np.sqrt((departure * departure) @ np.ones((24, 1)) / np.maximum(day @ np.ones((24, 1)), 1))
    parts += [low[:, STEPS - 24:].min(1, keepdims=True) - mean24, high[:, STEPS - 24:].max(1, keepdims=True) - mean24,
              (low[:, STEPS - 24:STEPS - 12].min(1, keepdims=True) - mean24) * some, sd]
    angle = time[:, :1] * (2 * math.pi / 24)
    clock = np.concatenate([np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)], 1)
    parts += [clock, clock * sd]
    return np.concatenate(parts, 1), mean24, sd


# ---- Choosing, on the summer of 2012. ----

EST = datetime.timezone(datetime.timedelta(hours=-5))


def folds(seconds):
    for month in range(5, 11):
        start = datetime.datetime(2012, month, 1, tzinfo=EST).timestamp()
        end = datetime.datetime(2012, month + 1, 1, tzinfo=EST).timestamp()
        held = (seconds > start) & (seconds <= end)
        yield (seconds < start - 3 * 86400) | (seconds > end + 3 * 86400), held


def standardised(x, mean, sd):
    return np.clip((x - mean) / sd, -CLIP, CLIP)


def held_out(x, mean24, target, seconds, make, kill=None):
    """Forecasts of the summer's rows by models that have not seen them; NaN elsewhere."""
    out = np.full(len(target), np.nan)
    for train, held in folds(seconds):
        ok = train & np.isfinite(target)
        mean, sd = x[ok].mean(0), x[ok].std(0) + 1e-9
        model = make()
        model.fit(standardised(x[ok], mean, sd), (target - mean24)[ok])
        shown = x if kill is None else kill
        out[held] = model.predict(standardised(shown[held], mean, sd)) + mean24[held]
    return out


def error(forecast, target):
    ok = np.isfinite(forecast) & np.isfinite(target)
    return float(np.abs(forecast - target)[ok].mean())


def event_scores(probability, target):
    ok = np.isfinite(probability) & np.isfinite(target)
    event = target[ok] < LIMIT
    return {'auc': float(roc_auc_score(event, probability[ok])),
            'averagePrecision': float(average_precision_score(event, probability[ok])),
            'brier': float(np.mean((probability[ok] - event) ** 2)), 'baseRate': float(event.mean()), 'rows': int(ok.sum())}


def normal(z):
    return 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))


def logistic(z):
    return 1 / (1 + np.exp(-z))


def spread(forecast, sd, target, density):
    """Width of the error as a + b * sd24, by likelihood over a grid."""
    ok = np.isfinite(forecast) & np.isfinite(target)
    best = None
    for a in np.arange(0.1, 1.01, 0.05):
        for b in np.arange(0, 1.01, 0.05):
            width = a + b * sd[ok]
            nll = float(np.mean(np.log(width) + density((target - forecast)[ok] / width)))
            if best is None or nll < best[0]:
                best = (nll, float(a), float(b))
    return best


def choose(rows, x, mean24, sd):
    seconds, notes = rows['seconds'], {}
    keep = {'all': np.ones(len(NAMES), bool),
            'oxygen only': np.array([not n.startswith(('temperature', 'salinity')) for n in NAMES]),
            'no minimum, maximum': np.array(['min' not in n and 'max' not in n for n in NAMES]),
            'no hour of day': np.array([not n.startswith(('sin', 'cos')) for n in NAMES])}
    table = []
    for name, columns in keep.items():
        for strength in (100, 1000, 3000, 10000):
            make = lambda: Ridge(strength)
            table.append({'features': name, 'model': f'ridge {strength}',
                          'after6': error(held_out(x[:, columns], mean24, rows['after6'], seconds, make), rows['after6']),
                          'min12': error(held_out(x[:, columns], mean24, rows['min12'], seconds, make), rows['min12'])})
    trees = lambda: HistGradientBoostingRegressor(max_iter=100, learning_rate=0.05, max_leaf_nodes=8,
                                                  min_samples_leaf=100, l2_regularization=10, random_state=SEED)
    table.append({'features': 'all', 'model': 'boosted trees',
                  'after6': error(held_out(x, mean24, rows['after6'], seconds, trees), rows['after6']),
                  'min12': error(held_out(x, mean24, rows['min12'], seconds, trees), rows['min12'])})
    ridges = [t for t in table if t['model'].startswith('ridge') and t['features'] == 'all']
    chosen = {k: int(min(ridges, key=lambda t: t[k])['model'].split()[1]) for k in ('after6', 'min12')}
    notes['candidates'] = table
    notes['chosen'] = {'features': 'all', **chosen}
    return chosen, notes


def validate(rows, x, mean24, sd, chosen, notes):
    seconds = rows['seconds']
    low = held_out(x, mean24, rows['min12'], seconds, lambda: Ridge(chosen['min12']))
    tails = {'normal': (normal, spread(low, sd, rows['min12'], lambda z: 0.5 * z * z + 0.5 * math.log(2 * math.pi))),
             'logistic': (logistic, spread(low, sd, rows['min12'], lambda z: np.abs(z) + 2 * np.log1p(np.exp(-np.abs(z)))))}
    tail = min(tails, key=lambda t: tails[t][1][0])
    chance, (_, a, b) = tails[tail]
    summer = np.isfinite(low)
    notes['risk'] = {'tail': tail, 'width': [a, b], 'negativeLogLikelihood': {t: v[1][0] for t, v in tails.items()},
                     'heldOut': event_scores(chance((LIMIT - low) / (a + b * sd)), rows['min12']),
                     'minimumOfLast24h': {k: v for k, v in event_scores(
                         np.where(summer, -rows['min24'].astype(float), np.nan), rows['min12']).items() if k != 'brier'}}
    forecast = held_out(x, mean24, rows['after6'], seconds, lambda: Ridge(chosen['after6']))
    notes['after6'] = {'heldOut': error(forecast, rows['after6']),
                       'persistence': error(np.where(summer, rows['last'], np.nan), rows['after6']),
                       'meanOfLast24h': error(np.where(summer, rows['mean24'], np.nan), rows['after6'])}
    for gone, prefixes in (('salinity', ('salinity',)), ('temperature and salinity', ('temperature', 'salinity'))):
        shown = x.copy()
        shown[:, [n.startswith(prefixes) for n in NAMES]] = 0
        notes['after6'][f'heldOut, without {gone}'] = error(
            held_out(x, mean24, rows['after6'], seconds, lambda: Ridge(chosen['after6']), shown), rows['after6'])
    return tail, a, b


# ---- The ONNX graph. ----

class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, array, kind=np.float32):
        name = f'c{len(self.constants)}'
        self.constants.append(numpy_helper.from_array(np.asarray(array, kind), name))
        return name

    def op(self, kind, *inputs, **attributes):
        name = attributes.pop('output', f'n{len(self.nodes)}')
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def part(self, tensor, first, last, axis):
        ints = [self.constant([i], np.int64) for i in (first, last, axis)]
        return self.op('Slice', tensor, *ints)


def build(mean, scale, weights, intercepts, tail, a, b):
    g = Graph()
    one, gone = g.constant(1), g.constant(ABSENT)
    squeeze = g.constant([2], np.int64)
    parts, channel0, mean24 = [], None, None
    for channel in range(CHANNELS):
        v = g.op('Squeeze', g.part('window', channel, channel + 1, 2), squeeze)
        m = g.op('Squeeze', g.part('mask', channel, channel + 1, 2), squeeze)
        masked, matrix = g.op('Mul', v, m), g.constant(LINEAR[channel])
        count = g.op('MatMul', m, matrix)
        average = g.op('Div', g.op('MatMul', masked, matrix), g.op('Max', count, one))
        reference = g.part(average, 0, 1, 1)
        if channel == 0:
            channel0, mean24 = (v, m, masked), reference
        seen = g.op('Min', count, one)
        relative = g.op('Mul', g.op('Mul', g.op('Sub', average, reference), seen), g.part(seen, 0, 1, 1))
        parts.append(g.part(relative, 1, LINEAR[channel].shape[1], 1))
    v, m, masked = channel0
    absent = g.op('Mul', g.op('Sub', one, m), gone)
    low, high = g.op('Add', masked, absent), g.op('Sub', masked, absent)
    some = g.op('Min', g.op('MatMul', g.part(m, STEPS - 24, STEPS - 12, 1), g.constant(np.ones((12, 1)))), one)
    day, ones24 = g.part(m, STEPS - 24, STEPS, 1), g.constant(np.ones((24, 1)))
    departure = g.op('Mul', g.op('Sub', g.part(v, STEPS - 24, STEPS, 1), mean24), day)
    variance = g.op('Div', g.op('MatMul', g.op('Mul', departure, departure), ones24),
                    g.op('Max', g.op('MatMul', day, ones24), one))
    sd = g.op('Sqrt', variance)
    least = lambda first, last: g.op('ReduceMin', g.part(low, first, last, 1), axes=[1], keepdims=1)
    greatest = g.op('ReduceMax', g.part(high, STEPS - 24, STEPS, 1), axes=[1], keepdims=1)
    parts += [g.op('Sub', least(STEPS - 24, STEPS), mean24), g.op('Sub', greatest, mean24),
              g.op('Mul', g.op('Sub', least(STEPS - 24, STEPS - 12), mean24), some), sd]
    angle = g.op('Mul', g.part('time', 0, 1, 1), g.constant(2 * math.pi / 24))
    twice = g.op('Add', angle, angle)
    clock = g.op('Concat', *[g.op(k, t) for t in (angle, twice) for k in ('Sin', 'Cos')], axis=1)
    parts += [clock, g.op('Mul', clock, sd)]
    x = g.op('Concat', *parts, axis=1)
    z = g.op('Clip', g.op('Div', g.op('Sub', x, g.constant(mean)), g.constant(scale)), g.constant(-CLIP), g.constant(CLIP))
    raw = g.op('Add', g.op('Add', g.op('MatMul', z, g.constant(weights)), g.constant(intercepts)), mean24)
    oxygen = g.op('Max', g.part(raw, 0, 1, 1), g.constant(0))
    width = g.op('Add', g.op('Mul', sd, g.constant(b)), g.constant(a))
    score = g.op('Div', g.op('Sub', g.constant(LIMIT), g.part(raw, 1, 2, 1)), width)
    if tail == 'logistic':
        risk = g.op('Sigmoid', score)
    else:
        risk = g.op('Mul', g.op('Add', g.op('Erf', g.op('Mul', score, g.constant(1 / math.sqrt(2)))), one), g.constant(0.5))
    g.op('Concat', oxygen, risk, axis=1, output='outputs')
    tensor = lambda name, *shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, ['batch', *shape])
    graph = helper.make_graph(g.nodes, 'hypoxia', [tensor('window', STEPS, CHANNELS), tensor('mask', STEPS, CHANNELS),
                                                   tensor('time', 2)], [tensor('outputs', 2)], g.constants)
    model = helper.make_model(graph, producer_name='suimon', opset_imports=[helper.make_opsetid('', 13)])
    model.ir_version = 7
    onnx.checker.check_model(model)
    return model.SerializeToString()


def selftest(rows, forecast):
    """Whole windows, gaps, channels that are missing altogether, and a still one."""
    random = np.random.default_rng(SEED)
    picked = rows[np.sort(random.choice(len(rows), 12, replace=False))].copy()
    values, mask = picked['values'].reshape(-1, STEPS, CHANNELS), picked['mask'].reshape(-1, STEPS, CHANNELS)
    mask[8, :, 2] = 0
    mask[9, :, 1:] = 0
    mask[10, STEPS - 24:STEPS - 12, 0] = 0
    values[11, :, 0], mask[11, :, 0] = 2.5, 1
    values *= mask
    outputs = forecast(values, mask, picked['time'])
    lines = []
    for i in range(len(picked)):
        for name, numbers in (('values', values[i]), ('mask', mask[i]), ('time', picked['time'][i]), ('outputs', outputs[i])):
            lines.append(','.join([name] + [f'{n:.7g}' for n in np.ravel(numbers)]))
    return '\n'.join(lines) + '\n'


def main():
    rows, package = load(sys.argv[1]), pathlib.Path(sys.argv[2])
    shape = (-1, STEPS, CHANNELS)
    values, mask = (rows[k].astype(float).reshape(shape) for k in ('values', 'mask'))
    x, mean24, sd = features(values, mask, rows['time'].astype(float))
    mean24, sd = mean24[:, 0], sd[:, 0]
    chosen, notes = choose(rows, x, mean24, sd)
    tail, a, b = validate(rows, x, mean24, sd, chosen, notes)
    mean, scale = x.mean(0), x.std(0) + 1e-9
    weights, intercepts = [], []
    for target in ('after6', 'min12'):
        ok = np.isfinite(rows[target])
        fitted = Ridge(chosen[target]).fit(standardised(x[ok], mean, scale), rows[target][ok] - mean24[ok])
        weights.append(fitted.coef_)
        intercepts.append(fitted.intercept_)
    weights, intercepts = np.stack(weights, 1), np.array(intercepts)

    def forecast(values, mask, time):
        x, mean24, sd = features(values.astype(float), mask.astype(float), time.astype(float))
        raw = standardised(x, mean, scale) @ weights + intercepts + mean24
        chance = (normal if tail == 'normal' else logistic)((LIMIT - raw[:, 1:]) / (a + b * sd))
        return np.concatenate([np.maximum(raw[:, :1], 0), chance], 1)

    model = build(mean, scale, weights, intercepts, tail, a, b)
    (package / 'model.onnx').write_bytes(model)
    (package / 'selftest' / 'vectors.csv').write_text(selftest(rows, forecast))
    rounded = json.loads(json.dumps(notes), parse_float=lambda f: round(float(f), 4))
    rounded['rows'] = len(rows)
    (package / 'training' / 'validation.json').write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + '\n')
    text = (package / 'package.yaml').read_text()
    digest = hashlib.sha256(model).hexdigest()
    (package / 'package.yaml').write_text(re.sub(r'modelSha256: "[0-9a-f]*"', f'modelSha256: "{digest}"', text))
    print(json.dumps({k: v for k, v in rounded.items() if k != 'candidates'}, indent=1), len(model), 'bytes', digest)


main()
