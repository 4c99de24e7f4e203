// Recordings that several loggers are asked for together: the form, and what came of each.
import { clock, figure, say } from './words.js';

const SHOWN_MAX = 10;
const byId = (id) => document.getElementById(id);
let list = [];

/** Begins; send(button, path, body) changes something, make builds an element, now tells the time. */
export function record({ send, make, toast, now }) {
  const form = byId('record');

  function badge(job) {
    const look = { COMPLETE: 'badge', LATE: 'badge bad', FAILED: 'badge bad' }[job.state] ?? 'badge idle';
    return make('span', look, say(`job${job.state}`, { received: job.received, of: job.of }));
  }

  function panel(job) {
    const error = job.worstPairSyncErrorNanos === null
      ? null : make('p', '', say('pairError', {
        milliseconds: figure(job.worstPairSyncErrorNanos / 1e6), seconds: figure(job.togetherSeconds),
      }));
    const cancel = make('button', 'plain', say('withdraw'));
    cancel.type = 'button';
    cancel.hidden = ['COMPLETE', 'FAILED', 'CANCELLED'].includes(job.state);
    cancel.addEventListener('click', async () => {
      if (await send(cancel, '/api/v1/capture-jobs/cancel', { job: job.job })) {
        await load();
      }
    });
    return make('div', 'panel',
      make('h3', '', say('jobTitle', { start: clock(job.startAt, now()), seconds: job.seconds }), badge(job)),
      make('p', 'small', job.sensors.map((one) => `${one.whole ? '✓' : '…'} ${one.sensor}`).join(' · ')),
      error, make('p', 'small', `${job.job} · ${job.by}`), cancel);
  }

  function draw() {
    byId('record-jobs').replaceChildren(...list.slice(0, SHOWN_MAX).map(panel));
  }

  async function load() {
    try {
      const answer = await fetch('/api/v1/capture-jobs');
      list = answer.ok ? (await answer.json()).jobs : list;
      draw();
    } catch {
      // The next round asks again.
    }
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    // The field holds the time of the phone's own zone.
    const start = new Date(form.elements.start.value);
    const body = {
      sensors: form.elements.sensors.value.normalize('NFKC').replaceAll('、', ','),
      seconds: form.elements.seconds.value.normalize('NFKC').trim(),
      start: Number.isNaN(start.getTime()) ? '' : start.toISOString(),
    };
    if (await send(form.querySelector('[type=submit]'), '/api/v1/capture-jobs', body)) {
      toast(say('jobPlanned'), false);
      await load();
    }
  });
  load();
  return { draw, load };
}
