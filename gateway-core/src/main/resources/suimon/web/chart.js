// The chart of one series: 48 h back, the forecast beyond now, alarm limits, badly graded spells.
/* global uPlot */
import { axisTime, clock, figure, hourAtSite, pick, say, unitOf } from './words.js';

const HEIGHT = 300;
const HOUR = 3600;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Merges the measured columns and forecast points onto one time axis, as uPlot wants it. */
export function columns(answer, now) {
  const rows = new Map();
  answer.time.forEach((time, i) => {
    rows.set(time, [answer.mean[i], answer.minimum[i], answer.maximum[i], null]);
  });
  breakGaps(rows, answer.time, answer.bucketSeconds);
  for (const forecast of answer.forecasts) {
    for (const point of forecast.points) {
      const time = Date.parse(point.validAt) / 1000;
      const row = rows.get(time) ?? [undefined, undefined, undefined, null];
      row[3] = point.value;
      rows.set(time, row);
    }
  }
  for (const edge of [now]) {
    if (!rows.has(edge)) {
      rows.set(edge, [undefined, undefined, undefined, undefined]);
    }
  }
  const times = [...rows.keys()].sort((a, b) => a - b);
  const lines = [0, 1, 2, 3].map((i) => times.map((time) => rows.get(time)[i]));
  lines[3] = lines[3].map((value) => value ?? undefined); // The dashed line spans what lies between.
  return [times, ...lines];
}

/** A line must not bridge hours without values: null breaks it, undefined would not. */
function breakGaps(rows, times, step) {
  for (let i = 1; i < times.length; i += 1) {
    if (times[i] - times[i - 1] > 2.5 * step) {
      rows.set(times[i - 1] + step, [null, null, null, undefined]);
    }
  }
}

export function drawChart(element, answer, now, readout) {
  element.replaceChildren();
  if (!answer.time.length && !answer.forecasts.some((forecast) => forecast.points.length)) {
    const empty = document.createElement('p');
    empty.className = 'empty';
    empty.textContent = say('noChart');
    element.append(empty);
    return null;
  }
  const data = columns(answer, now);
  const chart = new uPlot(options(element, answer, now, readout), data, element);
  followFinger(chart, element);
  return chart;
}

function options(element, answer, now, readout) {
  const water = colour('--water');
  return {
    width: element.clientWidth - 12,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 9 } },
    scales: { x: { range: () => [firstTime(answer, now), Math.max(lastTime(answer), now + HOUR / 4)] }, y: { range: span(answer) } },
    axes: [timeAxis(), valueAxis()],
    series: [
      {},
      { stroke: water, width: 3, points: { show: answer.time.length < 3 } },
      { stroke: 'transparent', width: 0, points: { show: false } },
      { stroke: 'transparent', width: 0, points: { show: false } },
      { stroke: colour('--forecast'), width: 3, dash: [8, 6], points: { show: true, size: 8, fill: colour('--paper') } },
    ],
    bands: [{ series: [3, 2], fill: `color-mix(in srgb, ${water} 22%, transparent)` }],
    hooks: {
      draw: [(u) => drawLimits(u, answer), (u) => drawNow(u, now), (u) => drawBad(u, answer)],
      setCursor: [(u) => tell(u, answer, now, readout)],
    },
  };
}

/** A young site's first hours fill the chart, instead of a sliver at its edge. */
function firstTime(answer, now) {
  const first = answer.time.length ? answer.time[0] : answer.fromSeconds;
  return Math.max(answer.fromSeconds, Math.min(first, now - 2 * HOUR));
}

function lastTime(answer) {
  const ends = answer.forecasts.flatMap((forecast) => forecast.points.map((point) => Date.parse(point.validAt) / 1000));
  return ends.length ? Math.max(...ends) + HOUR / 2 : 0;
}

/** The limits belong into view, or the distance to them cannot be seen. */
function span(answer) {
  const limits = answer.limits.map((limit) => limit.below ?? limit.above);
  return (u, low, high) => {
    const known = [low, high, ...limits].filter(Number.isFinite);
    const least = Math.min(...known);
    const most = Math.max(...known);
    const pad = (most - least || Math.abs(most) || 1) * 0.08;
    return known.length ? [least - pad, most + pad] : [0, 1];
  };
}

function timeAxis() {
  return {
    stroke: colour('--soft'),
    grid: { stroke: colour('--hatch'), width: 1 },
    ticks: { show: false },
    font: '14px system-ui, sans-serif',
    size: 34,
    splits: (u, index, from, to) => {
      const wide = u.bbox.width / devicePixelRatio >= 500;
      const hours = (to - from) / HOUR / (wide ? 8 : 4.5);
      const step = ([1, 2, 3, 6, 12].find((size) => size >= hours) ?? 24) * HOUR;
      const first = new Date(from * 1000);
      let time = from - (from % HOUR) - (hourAtSite(first) % (step / HOUR)) * HOUR + step;
      const splits = [];
      for (; time < to; time += step) {
        splits.push(time);
      }
      return splits;
    },
    values: (u, splits) => splits.map((time) => axisTime(time, (date) => hourAtSite(date) === 0)),
  };
}

function valueAxis() {
  return {
    stroke: colour('--soft'),
    grid: { stroke: colour('--hatch'), width: 1 },
    ticks: { show: false },
    font: '14px system-ui, sans-serif',
    size: 52,
    values: (u, splits) => splits.map((value) => (value === null ? '' : figure(value))),
  };
}

function line(u, from, to, style, dash) {
  u.ctx.save();
  u.ctx.strokeStyle = style;
  u.ctx.lineWidth = 2 * devicePixelRatio;
  u.ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  u.ctx.beginPath();
  u.ctx.moveTo(...from);
  u.ctx.lineTo(...to);
  u.ctx.stroke();
  u.ctx.restore();
}

function drawLimits(u, answer) {
  for (const limit of answer.limits) {
    const y = u.valToPos(limit.below ?? limit.above, 'y', true);
    if (y >= u.bbox.top && y <= u.bbox.top + u.bbox.height) {
      const style = colour(limit.severity === 'ALERT' ? '--alert' : '--caution');
      line(u, [u.bbox.left, y], [u.bbox.left + u.bbox.width, y], style, [3, 5]);
      label(u, say(`severity${limit.severity}`), u.bbox.left + 6 * devicePixelRatio, y - 5 * devicePixelRatio, 'left');
    }
  }
}

function drawNow(u, now) {
  const x = u.valToPos(now, 'x', true);
  line(u, [x, u.bbox.top], [x, u.bbox.top + u.bbox.height], colour('--ink'), []);
  label(u, say('now'), x - 5 * devicePixelRatio, u.bbox.top + 14 * devicePixelRatio, 'right');
}

function label(u, text, x, y, align) {
  u.ctx.save();
  u.ctx.font = `600 ${13 * devicePixelRatio}px system-ui, sans-serif`;
  u.ctx.textAlign = align;
  u.ctx.strokeStyle = colour('--paper');
  u.ctx.lineWidth = 4 * devicePixelRatio;
  u.ctx.lineJoin = 'round';
  u.ctx.strokeText(text, x, y);
  u.ctx.fillStyle = colour('--ink');
  u.ctx.fillText(text, x, y);
  u.ctx.restore();
}

/** A small triangle on the time axis where values were suspect or failed their check. */
function drawBad(u, answer) {
  const foot = u.bbox.top + u.bbox.height;
  const size = 5 * devicePixelRatio;
  u.ctx.save();
  u.ctx.fillStyle = colour('--alert');
  answer.grade.forEach((grade, i) => {
    if (grade === 'SUSPECT' || grade === 'FAIL') {
      const x = u.valToPos(answer.time[i], 'x', true);
      u.ctx.beginPath();
      u.ctx.moveTo(x, foot - 2 * size);
      u.ctx.lineTo(x + size, foot);
      u.ctx.lineTo(x - size, foot);
      u.ctx.fill();
    }
  });
  u.ctx.restore();
}

function tell(u, answer, now, readout) {
  const i = u.cursor.idx;
  if (i === null || i === undefined) {
    readout.textContent = '';
    return;
  }
  const value = u.data[1][i] ?? u.data[4][i];
  const forecast = u.data[1][i] === null || u.data[1][i] === undefined;
  const time = clock(u.data[0][i] * 1000, now * 1000);
  readout.textContent = Number.isFinite(value)
    ? `${time}  ${figure(value)} ${unitOf(answer.unit)}${forecast ? ` (${say('forecasts')})` : ''}`
    : time;
}

/** uPlot follows the mouse only; a wet finger needs the same without losing vertical scrolling. */
function followFinger(chart, element) {
  element.addEventListener('touchmove', (event) => {
    const box = chart.over.getBoundingClientRect();
    const touch = event.touches[0];
    chart.setCursor({ left: touch.clientX - box.left, top: touch.clientY - box.top });
  }, { passive: true });
}

export function drawLegend(element, answer, now) {
  const parts = [['', say('legendMean')], ['range', say('legendRange')]];
  for (const forecast of answer.forecasts) {
    if (forecast.points.length) {
      const time = clock(forecast.issuedAt, now * 1000);
      parts.push(['forecast', `${pick(forecast.title)} ${say('legendForecast', { time })}`]);
    }
  }
  for (const limit of answer.limits) {
    const edge = `${figure(limit.below ?? limit.above)} ${unitOf(answer.unit)}`;
    parts.push([limit.severity, `${say('legendLimit', { severity: say(`severity${limit.severity}`) })} ${edge}`]);
  }
  if (answer.grade.some((grade) => grade === 'SUSPECT' || grade === 'FAIL')) {
    parts.push(['bad', say('legendBad')]);
  }
  element.replaceChildren(...parts.map(([kind, words]) => {
    const part = document.createElement('span');
    const sign = document.createElement('i');
    sign.className = kind;
    part.append(sign, words);
    return part;
  }));
}
