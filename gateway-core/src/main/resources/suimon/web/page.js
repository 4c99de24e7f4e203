// The operator page: holds what the gateway last said and draws it. Nothing here decides anything
// about the plant; the only thing the page judges by itself is age, since only it knows whether the
// stream still speaks.
import { change, follow } from './live.js';
import { calibrate } from './calibrate.js';
import { observe } from './observe.js';
import { record } from './record.js';
import { drawChart, drawLegend } from './chart.js';
import { drawWhy, loadWhy, why } from './why.js';
import {
  ago, bytes, clock, count, currentLanguage, figure, figureOf, pick, say, switchLanguage, unitOf, useTimeZone,
} from './words.js';

const AHEAD_MAX = 60; // A sensor clock further ahead than this many seconds is told to the operator.
const CHART_EVERY = 60_000;

const state = { site: null, series: new Map(), alarms: [], status: null, clock: null };
let serverAhead = 0; // Milliseconds the gateway's clock is ahead of this phone's.
let stream = 'waiting';
let lastHeard = 0;
let selected = localStorage.getItem('series');
let chartAnswer = null;
let chart = null;
let bad = []; // Spells of suspect and failed values of the chosen series.
let captures = [];
let devices = [];
const opened = new Set(); // Alarms that are over and were unfolded, by occurrence.

const byId = (id) => document.getElementById(id);
const now = () => Date.now() + serverAhead;
const secondsSince = (instant) => (now() - Date.parse(instant)) / 1000;

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

// ---- what arrives

function take(name, message) {
  serverAhead = Date.parse(message.time) - Date.now();
  lastHeard = Date.now();
  if (message.clock) {
    state.clock = message.clock;
    drawClock();
  }
  if (name === 'overview') {
    takeSite(message.site);
    state.series = new Map();
  }
  if (message.series) {
    const forecastsBefore = newestForecast();
    message.series.forEach((each) => state.series.set(each.name, each));
    drawValues();
    if (newestForecast() !== forecastsBefore) {
      loadChart();
    }
  }
  if (message.alarms) {
    state.alarms = message.alarms;
    drawAlarms();
  }
  if (message.status) {
    state.status = message.status;
    drawStatus();
  }
}

/** When the newest forecast of any series was issued: the chart shows a new one as soon as its card does. */
function newestForecast() {
  const issued = [...state.series.values()].flatMap((each) => (each.forecast ? [Date.parse(each.forecast.issuedAt)] : []));
  return Math.max(0, ...issued);
}

function takeSite(site) {
  state.site = site;
  useTimeZone(site.timeZone);
  setText(byId('site'), pick(site.title));
  document.title = `${pick(site.title)} 水門`;
}

// ---- values

function drawValues() {
  const all = [...state.series.values()];
  drawCards(byId('values'), all.filter((series) => series.kind === 'MEASURED'));
  const forecasts = all.filter((series) => series.kind === 'FORECAST');
  drawCards(byId('forecasts'), forecasts);
  byId('forecasts-title').hidden = forecasts.length === 0;
  if (all.length === 0) {
    byId('values').replaceChildren(make('p', 'empty', say('noValues')));
  }
  byId('chart-section').hidden = all.length === 0;
  if (all.length && !state.series.has(selected)) {
    select((all.find((series) => series.chartFirst) ?? all[0]).name);
  }
  tick();
}

function drawCards(box, list) {
  const existing = new Map([...box.querySelectorAll('.card')].map((card) => [card.dataset.series, card]));
  const cards = list.map((series) => fillCard(existing.get(series.name) ?? newCard(series.name), series));
  if (cards.length !== box.children.length || cards.some((card, i) => box.children[i] !== card)) {
    box.replaceChildren(...cards);
  }
}

function newCard(name) {
  const card = make('button', 'card',
    make('span', 'title'),
    make('span', 'value', make('span', 'number'), make('span', 'unit')),
    make('span', 'age'), make('span', 'note'), make('span', 'grade'), make('span', 'reasons'));
  card.type = 'button';
  card.dataset.series = name;
  card.addEventListener('click', () => {
    select(name);
    byId('chart-section').scrollIntoView({ behavior: 'smooth', block: 'nearest' });
  });
  return card;
}

function fillCard(card, series) {
  const asPercent = series.kind === 'FORECAST' && series.unit === '1';
  const number = series.number === null ? null : series.number * (asPercent ? 100 : 1);
  const isText = series.number === null && series.value !== null && series.value !== '';
  card.dataset.grade = series.value === null ? '' : series.grade;
  card.classList.toggle('forecast', series.kind === 'FORECAST');
  setText(card.querySelector('.title'), pick(series.title));
  setText(card.querySelector('.number'), isText ? series.value : shown(series, number, asPercent));
  card.querySelector('.value').classList.toggle('text', isText);
  setText(card.querySelector('.unit'), asPercent ? '%' : unitOf(series.unit));
  const showGrade = series.value !== null && series.kind === 'MEASURED';
  setText(card.querySelector('.grade'), showGrade ? say(`grade${series.grade}`) : '');
  card.querySelector('.grade').hidden = !showGrade;
  setText(card.querySelector('.reasons'), showGrade ? why(series.reasons) : '');
  card.setAttribute('aria-pressed', String(series.name === selected));
  return card;
}

function shown(series, number, asPercent) {
  if (asPercent) {
    return figure(number === null ? null : Math.round(number));
  }
  return series.kind === 'MEASURED' && number !== null ? figureOf(series.value, number) : figure(number);
}

/** What a card says about time: {stale, age, note}. */
function ageOf(series) {
  if (series.value === null) {
    return { stale: true, age: say('neverArrived'), note: '' };
  }
  if (series.forecast) {
    const { issuedAt, validAt } = series.forecast;
    const stale = secondsSince(validAt) > 0 || secondsSince(issuedAt) > series.staleAfterSeconds;
    const note = say('issuedAt', { time: clock(issuedAt, now()) });
    const time = say('validAt', { time: clock(validAt, now()) });
    return { stale, age: stale ? `${say('oldForecast')}: ${time}` : time, note };
  }
  const ahead = -secondsSince(series.measuredAt) > AHEAD_MAX;
  const seconds = secondsSince(ahead ? series.receivedAt : series.measuredAt);
  const stale = seconds > series.staleAfterSeconds;
  return {
    stale,
    age: stale ? say('staleValue', { age: ago(seconds) }) : ago(seconds),
    note: ahead ? say('sensorAhead') : '',
  };
}

/** Once a second: ages grow whether or not anything arrives. */
function tick() {
  for (const card of document.querySelectorAll('.card')) {
    const series = state.series.get(card.dataset.series);
    if (series) {
      const { stale, age, note } = ageOf(series);
      card.classList.toggle('stale', stale);
      setText(card.querySelector('.age'), age);
      setText(card.querySelector('.note'), note);
    }
  }
  for (const element of document.querySelectorAll('[data-since]')) {
    setText(element, say(element.dataset.words, {
      time: clock(element.dataset.since, now()),
      age: ago(secondsSince(element.dataset.since)),
    }));
  }
  if (stream === 'dead') {
    setText(byId('lost'), lastHeard
      ? say('lost', { age: ago((Date.now() - lastHeard) / 1000) })
      : say('lostNever'));
  }
}

function ticking(tag, className, words, instant) {
  const element = make(tag, className);
  element.dataset.words = words;
  element.dataset.since = instant;
  return element;
}

// ---- alarms

function drawAlarms() {
  const box = byId('alarms');
  if (state.alarms.length === 0) {
    box.replaceChildren(make('p', 'empty calm', `✓ ${say('noAlarms')}`));
    return;
  }
  box.replaceChildren(...state.alarms.map((alarm) => (alarm.state.retained ? alarmCard(alarm) : overCard(alarm))));
  tick();
}

function alarmCard(alarm) {
  const { active, acknowledged } = alarm.state;
  const card = make('article', 'alarm',
    make('div', 'head',
      make('span', 'severity', say(`severity${alarm.severity}`)),
      make('span', 'state', stateWords(alarm.state)),
      ticking('span', 'when', 'since', alarm.since)),
    alarm.clearedAt && !active ? make('p', 'seen', say('cleared', { time: clock(alarm.clearedAt, now()) })) : null,
    make('p', 'message', pick(alarm.message)),
    make('p', 'action', make('b', '', say('action')), pick(alarm.action)));
  card.dataset.severity = alarm.severity;
  card.dataset.occurrence = alarm.occurrence;
  card.classList.toggle('calling', active && !acknowledged);
  card.classList.toggle('over', !active);
  if (!acknowledged) {
    card.append(acknowledgeButton(alarm));
  } else if (alarm.acknowledgedAt) {
    card.append(make('p', 'seen', say('acknowledgedBy', {
      time: clock(alarm.acknowledgedAt, now()), by: person(alarm.acknowledgedBy),
    })));
  }
  card.append(verdict(alarm));
  return card;
}

/** What is over and acknowledged takes one line, and opens for a late verdict. */
function overCard(alarm) {
  const card = make('details', 'alarm over',
    make('summary', '',
      make('span', 'severity', say(`severity${alarm.severity}`)),
      make('span', 'state', stateWords(alarm.state)),
      make('span', 'line', pick(alarm.message))),
    ticking('p', 'when', 'since', alarm.since),
    alarm.clearedAt ? make('p', 'seen', say('cleared', { time: clock(alarm.clearedAt, now()) })) : null,
    make('p', 'action', make('b', '', say('action')), pick(alarm.action)),
    verdict(alarm));
  card.dataset.severity = alarm.severity;
  card.dataset.occurrence = alarm.occurrence;
  card.open = opened.has(alarm.occurrence);
  card.addEventListener('toggle', () => opened[card.open ? 'add' : 'delete'](alarm.occurrence));
  return card;
}

function person(name) {
  return name === 'local' ? say('localUser') : name === 'gateway' ? say('gatewayUser') : name;
}

/** The state in the names of OPC UA Part 9. */
function stateWords(alarmState) {
  const words = [
    alarmState.active ? 'active' : 'inactive',
    alarmState.acknowledged ? 'acknowledged' : 'unacknowledged',
    ...['latched', 'shelved', 'suppressed', 'outOfService'].filter((name) => alarmState[name]),
  ];
  return words.map((word) => say(word)).join(currentLanguage() === 'ja' ? '・' : ', ');
}

function acknowledgeButton(alarm) {
  const button = make('button', 'acknowledge', say('acknowledge'));
  button.type = 'button';
  button.addEventListener('click', () => send(button, '/api/v1/alarms/acknowledge', { occurrence: alarm.occurrence }));
  return button;
}

function verdict(alarm) {
  const choices = make('div', 'choices');
  for (const name of ['TRUE', 'FALSE', 'UNSURE']) {
    const button = make('button', '', say(`verdict${name}`));
    button.type = 'button';
    button.dataset.verdict = name;
    button.setAttribute('aria-pressed', String(alarm.label?.verdict === name));
    button.addEventListener('click', async () => {
      const sent = await send(button, '/api/v1/labels', { alarm: alarm.occurrence, verdict: name });
      if (sent) {
        toast(say('labelled'), false);
      }
    });
    choices.append(button);
  }
  return make('div', 'verdict', make('p', '', say('wasItRight')), choices);
}

async function send(button, path, body) {
  button.disabled = true;
  const problem = await change(path, body);
  button.disabled = false;
  if (problem === null) {
    return true;
  }
  if (problem.status === 401) {
    location.assign('/login');
  }
  const why = problem.status === 403 ? say('notAllowed') : problem.status === 0 ? say('noAnswer') : problem.why;
  toast(say('failed', { why: why ?? problem.status }), true);
  return false;
}

let toastTimer = 0;
function toast(words, bad) {
  const element = byId('toast');
  element.hidden = false;
  element.classList.toggle('bad', bad);
  setText(element, words);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { element.hidden = true; }, bad ? 8000 : 2500);
}

// ---- link, models, sources, gateway

function drawStatus() {
  const { links, models, sources, gateway } = state.status;
  fill(byId('links'), links.map(linkPanel), 'noLinks');
  fill(byId('models'), models.map(modelPanel), 'noModels');
  fill(byId('sources'), sources.map(sourcePanel), 'noSources');
  byId('notices').replaceChildren(...gateway.notices.map((notice) => make('p', 'notice', pick(notice))));
  drawBox(gateway);
  drawClock();
  tick();
}

function fill(box, panels, emptyWord) {
  box.replaceChildren(...(panels.length ? panels : [make('p', 'empty', say(emptyWord))]));
}

function badge(words, kind) {
  return make('span', `badge ${kind}`, words);
}

function linkPanel(link) {
  const panel = make('div', 'panel',
    make('h3', '', link.destination, badge(say(link.up ? 'linkUp' : 'linkDown'), link.up ? '' : 'bad')));
  const waiting = link.lanes.reduce((sum, lane) => sum + lane.pending, 0);
  panel.append(make('p', 'big', waiting ? say('pendingSome', { count: count(waiting) }) : say('pendingNone')));
  panel.append(link.lastConfirmedAt
    ? ticking('p', 'small', 'lastConfirmed', link.lastConfirmedAt)
    : make('p', 'small', say('neverConfirmed')));
  if (!link.up && link.state) {
    panel.append(make('p', 'small', link.state));
  }
  panel.append(laneTable(link.lanes));
  return panel;
}

function laneTable(lanes) {
  const head = make('tr', '', ...['lane', 'pending', 'delivered', 'lastConfirmedShort'].map((word) =>
    make('th', '', word === 'lastConfirmedShort' ? say('oldest') : say(word))));
  const rows = lanes.map((lane) => make('tr', '',
    make('td', '', say(`lane${lane.lane}`)),
    make('td', lane.pending ? 'some' : '', count(lane.pending)),
    make('td', '', count(lane.delivered)),
    make('td', '', lane.oldestPendingAt ? clock(lane.oldestPendingAt, now()) : '–')));
  return make('table', '', make('thead', '', head), make('tbody', '', ...rows));
}

function modelPanel(model) {
  const kind = { ACTIVE: '', WAITING: 'idle', REFUSED: 'bad', OFF: 'bad' }[model.state];
  const facts = make('dl', 'facts',
    make('dt', '', say('version')), make('dd', '', `${model.packageName} ${model.version}`),
    make('dt', '', say('lastRun')),
    model.lastRunAt ? ticking('dd', '', 'at', model.lastRunAt) : make('dd', '', say('never')),
    make('dt', '', say('selfTest')),
    make('dd', '', model.selfTest === null ? '–' : say(model.selfTest.passed ? 'passed' : 'notPassed')),
    make('dt', '', say('evaluation')), make('dd', '', model.evaluation ? pick(model.evaluation) : '–'));
  return make('div', 'panel',
    make('h3', '', pick(model.title), badge(say(`model${model.state}`), kind)),
    model.reason ? make('p', 'small', pick(model.reason)) : null, facts);
}

function sourcePanel(source) {
  return make('div', 'panel',
    make('h3', '', source.name, badge(say(source.healthy ? 'healthy' : 'unhealthy'), source.healthy ? '' : 'bad')),
    make('p', 'small', source.state),
    make('p', 'small', say('messages', { received: count(source.received), rejected: count(source.rejected) })),
    source.lastProgressAt
      ? make('p', 'small', `${say('lastProgress')}: `, ticking('span', '', 'at', source.lastProgressAt))
      : make('p', 'small', `${say('lastProgress')}: ${say('never')}`));
}

// ---- the devices behind the sources

async function loadDevices() {
  try {
    const answer = await fetch('/api/v1/devices');
    devices = answer.ok ? await answer.json() : devices;
    drawDevices();
  } catch {
    // The next round asks again.
  }
}

function drawDevices() {
  const rows = devices.flatMap(({ devices: all }) => all.map(deviceRow));
  byId('devices-section').hidden = rows.length === 0;
  const head = make('tr', '', ...['device', 'deviceState', 'lastHeard', 'expectedEvery'].map((word) =>
    make('th', '', say(word))));
  byId('devices').replaceChildren(make('table', '', make('thead', '', head), make('tbody', '', ...rows)));
  tick();
}

function deviceRow(device) {
  const state = device.silent ? 'deviceSilent'
    : device.held ? 'deviceHeld'
      : device.denied ? 'deviceDenied'
        : device.connections > 0 ? 'deviceConnected'
          : device.goodbye ? 'deviceGoodbye' : 'deviceGone';
  const isBad = device.silent || device.held || device.denied;
  return make('tr', '',
    make('td', '', device.title ? pick(device.title) : device.name),
    make('td', isBad ? 'some' : '', say(state)),
    device.lastHeardAt ? ticking('td', '', 'at', device.lastHeardAt) : make('td', '', '–'),
    make('td', '', device.expectedEverySeconds === null ? '–' : say('seconds', { count: count(device.expectedEverySeconds) })));
}

// ---- recordings and pictures

async function loadCaptures() {
  try {
    const answer = await fetch('/api/v1/captures?limit=12');
    captures = answer.ok ? (await answer.json()).captures : captures;
    drawCaptures();
  } catch {
    // The next round asks again.
  }
}

function drawCaptures() {
  byId('captures-section').hidden = captures.length === 0;
  byId('captures').replaceChildren(...captures.map(capturePanel));
}

function capturePanel(capture) {
  const link = make('a', '', say('open'));
  link.href = capture.href;
  const isPicture = capture.width !== null;
  if (isPicture) {
    const picture = make('img', 'thumbnail');
    picture.src = capture.href;
    picture.loading = 'lazy';
    picture.alt = `${say('picture')} ${capture.sensor}`;
    link.replaceChildren(picture);
  }
  const what = isPicture
    ? `${say('picture')} ${capture.width}×${capture.height}`
    : say('recording', {
      seconds: figure(capture.samples * 1000 / capture.milliHertz), hertz: figure(capture.milliHertz / 1000),
    });
  return make('div', 'panel',
    make('h3', '', capture.sensor),
    make('p', 'small', `${clock(capture.startAt ?? capture.receivedAt, now())} · ${what} · ${bytes(capture.bytes)}`),
    make('p', '', link));
}

/** What became of the readings that were stored; what never happened is left out. */
function readingsOf(readings) {
  const gone = [
    ['readingsRemoved', readings.removed], ['readingsThinned', readings.thinned], ['readingsLost', readings.lost],
  ].filter(([, many]) => many > 0);
  return [['readingsKept', readings.inLog], ...gone]
    .map(([word, many]) => say(word, { count: count(many) })).join(' · ');
}

/** Where nobody vouches for the gateway's clock every time is uncertain: said once, not on each card. */
function drawClock() {
  const notice = byId('clock-notice');
  const isDated = !state.status || state.status.gateway.clock.dated;
  notice.hidden = !state.clock || state.clock.trust !== 'UNKNOWN';
  setText(notice, say(isDated ? 'timeUncertain' : 'clockUndated'));
}

/** How far the gateway's own clock can be trusted, in words. */
function clockWords(own) {
  const { errorMillis, reference } = own;
  const error = errorMillis === null ? null : errorMillis < 10000 ? `${errorMillis} ms` : `${Math.round(errorMillis / 1000)} s`;
  return [
    own.dated ? say(`clock${own.trust}`) : say('clockUndated'),
    error === null ? '' : say('clockError', { error, reference }),
    own.doubted ? say('clockDoubted') : '',
  ].filter(Boolean).join(' · ');
}

function drawBox(gateway) {
  const { usedBytes, quotaBytes, freeBytes } = gateway.disk;
  const bar = make('div', 'bar', make('i'));
  bar.firstChild.style.width = `${Math.min(100, (100 * usedBytes) / Math.max(1, quotaBytes))}%`;
  const facts = [
    ['disk', make('dd', '', say('diskOf', { used: bytes(usedBytes), quota: bytes(quotaBytes), free: bytes(freeBytes) }), bar)],
    ['clock', make('dd', '', clockWords(gateway.clock))],
    ['started', ticking('dd', '', 'at', gateway.startedAt)],
    ['records', make('dd', '', count(gateway.newestSequence))],
    ['readings', make('dd', '', readingsOf(gateway.readings))],
    ['version', make('dd', '', gateway.version)],
  ];
  byId('box').replaceChildren(...facts.flatMap(([word, value]) => [make('dt', '', say(word)), value]));
}

// ---- chart

function select(name) {
  selected = name;
  localStorage.setItem('series', name);
  for (const card of document.querySelectorAll('.card')) {
    card.setAttribute('aria-pressed', String(card.dataset.series === name));
  }
  loadChart();
}

async function loadChart() {
  const wanted = selected;
  if (!wanted) {
    return;
  }
  try {
    const answer = await fetch(`/api/v1/chart?hours=48&series=${encodeURIComponent(wanted)}`);
    if (answer.ok && wanted === selected) {
      chartAnswer = await answer.json();
      const isBad = chartAnswer.grade.some((grade) => grade === 'SUSPECT' || grade === 'FAIL');
      bad = isBad ? await loadWhy(wanted, now() - 48 * 3600_000) : [];
      redrawChart();
    }
  } catch {
    // The stream's state tells the operator that the gateway is away; the chart keeps its picture.
  }
}

function redrawChart() {
  if (!chartAnswer) {
    return;
  }
  chart?.destroy();
  const series = state.series.get(chartAnswer.series);
  setText(byId('chart-title'), series ? pick(series.title) : chartAnswer.series);
  const seconds = Math.floor(now() / 1000);
  chart = drawChart(byId('chart'), chartAnswer, seconds, byId('readout'));
  drawLegend(byId('legend'), chartAnswer, seconds);
  drawWhy(byId('why'), bad, now());
}

// ---- the frame

function drawStream(next) {
  stream = next;
  const sign = byId('stream');
  sign.dataset.state = next;
  setText(sign.querySelector('.words'), say({ live: 'streamLive', dead: 'streamDead', waiting: 'streamWaiting' }[next]));
  byId('lost').hidden = next !== 'dead';
  document.body.classList.toggle('dead', next === 'dead');
  tick();
}

function drawLanguage() {
  document.documentElement.lang = currentLanguage();
  document.querySelectorAll('[data-word]').forEach((element) => setText(element, say(element.dataset.word)));
  const button = byId('language');
  setText(button, say('language'));
  button.lang = currentLanguage() === 'ja' ? 'en' : 'ja';
  drawStream(stream);
  drawClock();
  if (state.site) {
    takeSite(state.site);
    drawValues();
    drawAlarms();
    redrawChart();
    drawDevices();
    drawCaptures();
    observations.draw();
    calibrations.draw();
    recordings.draw();
  }
  if (state.status) {
    drawStatus();
  }
}

async function showSession() {
  try {
    const answer = await fetch('/api/v1/session');
    const session = await answer.json();
    byId('logout').hidden = !(session.loginRequired && session.user);
  } catch {
    // The button stays hidden until the gateway answers.
  }
}

byId('language').addEventListener('click', () => {
  switchLanguage();
  drawLanguage();
});
byId('logout').addEventListener('click', async () => {
  await change('/api/v1/logout', {});
  location.assign('/login');
});
addEventListener('resize', redrawChart);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawChart);
const seriesNames = () => [...state.series.keys()];
const calibrations = calibrate({
  send, make, toast, now, places: seriesNames,
  titles: (name) => (state.series.has(name) ? pick(state.series.get(name).title) : name),
});
const observations = observe({
  send, make, toast, now, places: seriesNames, useBottle: (...what) => calibrations.useBottle(...what),
});
const recordings = record({ send, make, toast, now });
drawLanguage();
showSession();
setInterval(tick, 1000);
setInterval(loadChart, CHART_EVERY);
loadDevices();
setInterval(loadDevices, 10_000);
loadCaptures();
setInterval(loadCaptures, CHART_EVERY);
setInterval(observations.load, CHART_EVERY);
setInterval(calibrations.load, CHART_EVERY);
setInterval(recordings.load, 10_000);
follow({ onEvent: take, onState: drawStream, onUnauthorised: () => location.assign('/login') });
