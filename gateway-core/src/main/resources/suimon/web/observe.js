// What people saw: the form and the list. A correction counts in place of what it corrects; the gateway keeps both.
import { clock, say, unitOf } from './words.js';

const byId = (id) => document.getElementById(id);
let list = [];
let corrects = null;

/** Begins; send(button, path, body) changes something, make builds an element, now tells the time. */
export function observe({ send, make, toast, now, places, useBottle }) {
  const form = byId('observe');

  function show() {
    const kind = form.elements.kind.value;
    form.querySelectorAll('[data-for]').forEach((label) => {
      label.hidden = !label.dataset.for.split(' ').includes(kind);
    });
    byId('value-label').textContent = kind === 'note' ? '' : say(`value${kind}`);
    byId('observe-cancel').hidden = corrects === null;
    byId('correcting').hidden = corrects === null;
    byId('correcting').textContent = corrects === null ? '' : say('correcting', { what: words(corrects) });
    byId('places').replaceChildren(...places().map((name) => {
      const option = make('option', '');
      option.value = name;
      return option;
    }));
  }

  function words(seen) {
    const value = seen.value === null ? '' : ` ${seen.value} ${unitOf(seen.unit)}`;
    return `${say(`kind${seen.kind}`)} ${seen.species ?? ''} ${seen.place}${value}`.replace(/ +/g, ' ');
  }

  function panel(seen) {
    const correct = make('button', 'plain', say('correct'));
    correct.type = 'button';
    correct.addEventListener('click', () => {
      corrects = seen;
      for (const name of ['kind', 'place', 'species', 'value', 'note']) {
        form.elements[name].value = seen[name] ?? '';
      }
      byId('observe-box').open = true;
      show();
      form.elements.kind.focus();
    });
    const withdraw = make('button', 'plain', say('withdraw'));
    withdraw.type = 'button';
    withdraw.addEventListener('click', async () => {
      if (await send(withdraw, '/api/v1/observations', { kind: seen.kind, corrects: String(seen.sequence) })) {
        await load();
      }
    });
    return make('div', 'panel', make('h3', '', words(seen)),
      make('p', 'small', `${clock(seen.at, now())} · ${seen.by}`),
      seen.note ? make('p', '', seen.note) : null, seen.kind === 'bottle' ? calibrateBy(seen) : null, correct, withdraw);
  }

  function calibrateBy(seen) {
    const use = make('button', 'plain', say('calibrateBottle'));
    use.type = 'button';
    use.addEventListener('click', () => useBottle(use, seen.sequence));
    return use;
  }

  function draw() {
    show();
    byId('observations').replaceChildren(...list.map(panel));
  }

  async function load() {
    try {
      const answer = await fetch('/api/v1/observations?limit=10');
      list = answer.ok ? (await answer.json()).observations : list;
      draw();
    } catch {
      // The next round asks again.
    }
  }

  function clear() {
    corrects = null;
    form.elements.value.value = '';
    form.elements.note.value = '';
    show();
  }

  form.elements.kind.addEventListener('change', show);
  byId('observe-cancel').addEventListener('click', clear);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const body = { corrects: corrects === null ? '' : String(corrects.sequence) };
    for (const name of ['kind', 'place', 'species', 'value', 'note']) {
      body[name] = form.elements[name].value;
    }
    // A Japanese keyboard writes full-width digits.
    body.value = body.value.normalize('NFKC').trim();
    if (await send(form.querySelector('[type=submit]'), '/api/v1/observations', body)) {
      toast(say('observed'), false);
      clear();
      await load();
    }
  });
  load();
  return { draw, load };
}
