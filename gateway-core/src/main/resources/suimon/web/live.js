// The stream of events and what it says about itself: live, or dead and since when.

const BEAT_MISSING_AFTER = 12_000; // The gateway beats every 5 s; two missing beats are a dead line.
const RETRY_AFTER = 3_000;

/**
 * Follows /api/v1/events. EventSource reconnects by itself with Last-Event-ID after most failures;
 * a closed one, and one that is open but silent, is opened again here.
 */
export function follow({ onEvent, onState, onUnauthorised }) {
  let source = null;
  let lastHeard = 0;
  let lastId = '';
  let retry = 0;

  function heard() {
    lastHeard = Date.now();
    onState('live');
  }

  function open() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource('/api/v1/events' + (lastId ? `?after=${encodeURIComponent(lastId)}` : ''));
    for (const name of ['overview', 'series', 'alarms', 'status', 'beat']) {
      source.addEventListener(name, (event) => {
        lastId = event.lastEventId || lastId;
        heard();
        onEvent(name, JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      onState('dead');
      if (source.readyState === EventSource.CLOSED) {
        retryLater();
      }
    };
  }

  async function retryLater() {
    clearTimeout(retry);
    retry = setTimeout(open, RETRY_AFTER);
    try {
      const answer = await fetch('/api/v1/session');
      const session = answer.ok ? await answer.json() : null;
      if (answer.status === 401 || (session && session.loginRequired && !session.user)) {
        clearTimeout(retry);
        onUnauthorised();
      }
    } catch {
      // No answer at all: the timer tries again.
    }
  }

  setInterval(() => {
    if (lastHeard && Date.now() - lastHeard > BEAT_MISSING_AFTER) {
      onState('dead');
      lastHeard = Date.now(); // One attempt per silence, not one per second.
      open();
    }
  }, 1000);
  addEventListener('online', open);
  document.addEventListener('visibilitychange', () => {
    // A phone that slept has an old stream that may look open.
    if (!document.hidden && Date.now() - lastHeard > BEAT_MISSING_AFTER) {
      open();
    }
  });
  open();
}

/** Sends a change; resolves to null, or to {status, why} when the gateway refused or is not there. */
export async function change(path, body) {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      return null;
    }
    const problem = await answer.json().catch(() => ({}));
    return { status: answer.status, why: problem.message };
  } catch {
    return { status: 0, why: null };
  }
}
