// Calibrations: the form, those in force with their drift, and which sensors are due.
import { clock, say, unitOf } from './words.js';

const byId = (id) => document.getElementById(id);
let list = [];
let due = [];
let corrects = null;

// A Japanese keyboard writes full-width digits.
const plain = (text) => text.normalize('NFKC').trim();
const digits = (number) => String(Number(number.toPrecision(6)));
const signed = (number) => (number > 0 ? '+' : '') + String(Number(number.toPrecision(3)));

/** Begins; titles gives what people call the series of that name. */
export function calibrate({ send, make, toast, now, titles, places }) {
  const form = byId('calibrate');

  function show() {
    byId('calibrate-cancel').hidden = corrects === null;
    byId('calibrate-correcting').hidden = corrects === null;
    byId('calibrate-correcting').textContent = corrects === null ? ''
      : say('correcting', { what: `${titles(corrects.series)} ${clock(corrects.from, now())}` });
    byId('calibrate-series').replaceChildren(...places().map((name) => {
      const option = make('option', '');
      option.value = name;
      return option;
    }));
  }

  function button(words, act) {
    const element = make('button', 'plain', words);
    element.type = 'button';
    element.addEventListener('click', () => act(element));
    return element;
  }

  function pairs(one) {
    return one.references.map((pair) => say('calibrationPair', {
      raw: digits(pair.raw), reference: `${digits(pair.reference)} ${unitOf(one.unit)}` })).join(' / ');
  }

  function curve(one) {
    const [offset, gain, square, cube] = one.coefficients;
    return `${digits(offset)} + ${digits(gain)}·x`
      + (square === 0 ? '' : ` + ${digits(square)}·x²`) + (cube === 0 ? '' : ` + ${digits(cube)}·x³`);
  }

  function panel(one) {
    const drift = one.drift === null ? null : make('p', '', say('calibrationDrift', {
      residual: `${signed(one.drift.residual)} ${unitOf(one.unit)}`,
      perDay: `${signed(one.drift.perDay)} ${unitOf(one.unit)}`, days: String(Math.round(one.drift.days)) }));
    const correct = button(say('correct'), () => {
      corrects = one;
      form.elements.series.value = one.series;
      one.references.slice(0, 2).forEach((pair, index) => {
        form.elements[`raw${index + 1}`].value = String(pair.raw);
        form.elements[`reference${index + 1}`].value = String(pair.reference);
      });
      form.elements.note.value = one.note;
      byId('calibrate-box').open = true;
      show();
      form.elements.series.focus();
    });
    const withdraw = button(say('withdraw'), async (pressed) => {
      if (await send(pressed, '/api/v1/calibrations', { corrects: String(one.sequence) })) {
        await load();
      }
    });
    return make('div', 'panel', make('h3', '', titles(one.series)),
      make('p', '', `${say(`calibration${one.method}`)}: ${curve(one)}`),
      one.references.length === 0 ? null : make('p', 'small', pairs(one)), drift,
      make('p', 'small', `${say('calibrationFrom', { at: clock(one.from, now()) })} · ${one.by}`),
      one.note ? make('p', '', one.note) : null, correct, withdraw);
  }

  function duePanel(one) {
    const words = say(`calibrationDue${one.state}`, { at: one.dueAt === null ? '' : clock(one.dueAt, now()) });
    const badge = make('span', one.state === 'FINE' ? 'badge' : one.state === 'OVERDUE' ? 'badge bad' : 'badge idle', words);
    return make('p', '', `${titles(one.series)} `, badge);
  }

  function draw() {
    show();
    byId('calibrations-due').replaceChildren(...due.map(duePanel));
    byId('calibrations-due').hidden = due.length === 0;
    byId('calibrations').replaceChildren(...list.map(panel));
  }

  async function load() {
    try {
      const answer = await fetch('/api/v1/calibrations?limit=10');
      if (answer.ok) {
        ({ calibrations: list, due } = await answer.json());
      }
      draw();
    } catch {
      // The next round asks again.
    }
  }

  function clear() {
    corrects = null;
    form.reset();
    show();
  }

  byId('calibrate-cancel').addEventListener('click', clear);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = form.elements;
    const references = [1, 2].filter((index) => plain(fields[`reference${index}`].value) !== '')
      .map((index) => `${plain(fields[`raw${index}`].value)}:${plain(fields[`reference${index}`].value)}`);
    const body = {
      series: fields.series.value, references: references.join(' '), note: fields.note.value,
      from: fields.from.value === '' ? '' : new Date(fields.from.value).toISOString(),
      corrects: corrects === null ? '' : String(corrects.sequence),
    };
    if (await send(form.querySelector('[type=submit]'), '/api/v1/calibrations', body)) {
      toast(say('calibrated'), false);
      clear();
      await load();
    }
  });
  load();
  return {
    draw,
    load,
    /** One step from a bottle to a calibration. */
    async useBottle(pressed, sequence) {
      if (await send(pressed, '/api/v1/calibrations', { bottles: String(sequence) })) {
        toast(say('calibrated'), false);
        await load();
      }
    },
  };
}
