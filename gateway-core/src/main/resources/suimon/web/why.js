// Why values of the chosen series are suspect or failed: what the newest one did not pass, and the spells of the last
// two days, the newest first.
import { clock, pick, say } from './words.js';

const SPELLS_MAX = 12;

/** The spells of a series; empty where there are none or the gateway does not answer. */
export async function loadWhy(series, since) {
  try {
    const query = `series=${encodeURIComponent(series)}&from=${new Date(since).toISOString()}`;
    const answer = await fetch(`/api/v1/spells?${query}`);
    return answer.ok ? (await answer.json()).spells.slice(0, SPELLS_MAX) : [];
  } catch {
    // The stream's state tells that the gateway is away.
    return [];
  }
}

/** In words: what a value did not pass. */
export function why(reasons) {
  return reasons.map((reason) => pick(reason.words)).join(say('and'));
}

export function drawWhy(element, found, now) {
  element.hidden = found.length === 0;
  element.replaceChildren(...found.map((spell) => {
    const line = document.createElement('li');
    line.dataset.grade = spell.grade;
    const time = spell.count === 1 ? clock(spell.from, now) : `${clock(spell.from, now)} – ${clock(spell.to, now)}`;
    line.textContent = say('spell', {
      time, grade: say(`grade${spell.grade}`), why: why(spell.reasons) || say('whyUnknown'), count: spell.count,
    });
    return line;
  }));
}
