// The hub's page: every gateway with its state and the alarms that somebody must still see.

import { change } from './live.js';

const EVERY = 5_000;
const SILENT_AFTER = 15 * 60_000; // A heartbeat comes at least every 5 minutes.
const WORDS = {
  ja: {
    title: '水門ハブ', alarms: '注意・警戒', gateways: 'ゲートウェイ', other: 'English', logout: 'ログアウト',
    none: '対応が必要な注意・警戒はありません', id: 'ゲートウェイ', state: '状態', heard: '最終受信', behind: '未送信',
    stored: '保存した値', open: '注意・警戒', data: 'データ', live: '受信中', silent: '応答なし', never: '未受信',
    revoked: '停止（登録解除）', twin: '同じIDの装置が2台あります', books: '帳簿が合いません', ago: (n) => `${n}前`,
    now: 'たった今', seconds: '秒', minutes: '分', hours: '時間', days: '日', download: 'CSV',
    connected: '最新', lost: 'ハブにつながりません。表示は古い内容です', CAUTION: '注意', ALERT: '警戒',
    acknowledged: '確認済み', over: '解消・未確認',
  },
  en: {
    title: 'Suimon hub', alarms: 'Alarms', gateways: 'Gateways', other: '日本語', logout: 'Log out',
    none: 'No alarm needs attention', id: 'Gateway', state: 'State', heard: 'Last heard', behind: 'Not yet sent',
    stored: 'Readings stored', open: 'Alarms', data: 'Data', live: 'delivering', silent: 'silent', never: 'never heard',
    revoked: 'revoked', twin: 'two gateways use this id', books: 'books do not balance', ago: (n) => `${n} ago`,
    now: 'just now', seconds: ' s', minutes: ' min', hours: ' h', days: ' d', download: 'CSV',
    connected: 'up to date', lost: 'The hub does not answer; what is shown is old', CAUTION: 'Caution', ALERT: 'Alert',
    acknowledged: 'acknowledged', over: 'over, not acknowledged',
  },
};

let language = localStorage.getItem('language') === 'en' ? 'en' : 'ja';
let latest = null;

const word = (key) => WORDS[language][key];
const said = (words) => words[language] || words.ja || words.en || '';

function element(name, text, kind) {
  const made = document.createElement(name);
  made.textContent = text ?? '';
  if (kind) {
    made.className = kind;
  }
  return made;
}

function age(then, now) {
  const seconds = Math.max(0, Math.round((now - Date.parse(then)) / 1000));
  if (seconds < 10) {
    return word('now');
  }
  const [count, unit] = seconds < 120 ? [seconds, 'seconds'] : seconds < 7200 ? [Math.round(seconds / 60), 'minutes']
    : seconds < 172_800 ? [Math.round(seconds / 3600), 'hours'] : [Math.round(seconds / 86_400), 'days'];
  return word('ago')(count + word(unit));
}

function stateOf(gateway, now) {
  if (gateway.revoked) {
    return ['revoked', 'caution'];
  }
  if (gateway.twin) {
    return ['twin', 'alert'];
  }
  if (!gateway.readings.balanced) {
    return ['books', 'alert'];
  }
  if (!gateway.lastHeardAt) {
    return ['never', 'caution'];
  }
  return now - Date.parse(gateway.lastHeardAt) > SILENT_AFTER ? ['silent', 'alert'] : ['live', 'good'];
}

function row(gateway, now) {
  const made = document.createElement('tr');
  const [state, kind] = stateOf(gateway, now);
  const name = element('th', gateway.gateway);
  name.scope = 'row';
  const link = element('a', word('download'));
  link.href = `/api/v1/gateways/${encodeURIComponent(gateway.gateway)}/dataset.csv.gz`;
  const data = document.createElement('td');
  data.append(link);
  const mark = document.createElement('td');
  mark.append(element('span', word(state), `hub-state ${kind}`));
  const behind = gateway.behind.reduce((sum, lane) => sum + lane, 0);
  made.append(name, mark,
    element('td', gateway.lastHeardAt ? age(gateway.lastHeardAt, now) : '–'),
    element('td', gateway.heartbeatAt ? behind.toLocaleString(language) : '–', 'number'),
    element('td', gateway.readings.stored.toLocaleString(language), 'number'),
    element('td', gateway.alarms.length ? String(gateway.alarms.length) : '–', 'number'), data);
  return made;
}

function alarm(gateway, event, now) {
  const made = element('li', '', event.severity === 'ALERT' ? 'alert' : 'caution');
  const state = event.acknowledged ? word('acknowledged') : event.active ? '' : word('over');
  made.append(element('strong', word(event.severity)), element('span', ` ${gateway}  ${said(event.message)} `),
    element('small', `${age(event.at, now)}${state ? ' · ' + state : ''}`), element('p', said(event.action)));
  return made;
}

function show() {
  document.documentElement.lang = language;
  for (const key of ['title', 'alarms', 'gateways']) {
    document.getElementById(key === 'title' ? key : `${key}-title`).textContent = word(key);
  }
  document.title = word('title');
  document.getElementById('language').textContent = word('other');
  document.getElementById('logout').textContent = word('logout');
  if (!latest) {
    return;
  }
  const now = Date.parse(latest.at);
  const head = document.createElement('tr');
  for (const key of ['id', 'state', 'heard', 'behind', 'stored', 'open', 'data']) {
    head.append(element('th', word(key)));
  }
  document.getElementById('gateways').replaceChildren(head, ...latest.gateways.map((each) => row(each, now)));
  const alarms = latest.gateways.flatMap((each) => each.alarms.map((event) => [each.gateway, event]));
  alarms.sort(([, one], [, other]) => (one.severity === other.severity
    ? Date.parse(other.at) - Date.parse(one.at) : one.severity === 'ALERT' ? -1 : 1));
  document.getElementById('alarms').replaceChildren(...alarms.map(([gateway, event]) => alarm(gateway, event, now)));
  if (!alarms.length) {
    document.getElementById('alarms').append(element('li', word('none'), 'none'));
  }
}

function tell(state) {
  const stream = document.getElementById('stream');
  stream.dataset.state = state;
  stream.querySelector('.words').textContent = word(state === 'live' ? 'connected' : 'lost');
}

async function look() {
  try {
    const answer = await fetch('/api/v1/gateways');
    if (answer.status === 401) {
      location.assign('/login');
      return;
    }
    latest = await answer.json();
    tell('live');
    show();
  } catch {
    tell('dead');
  }
  setTimeout(look, EVERY);
}

document.getElementById('language').addEventListener('click', () => {
  language = language === 'ja' ? 'en' : 'ja';
  localStorage.setItem('language', language);
  show();
});
document.getElementById('logout').addEventListener('click', async () => {
  await change('/api/v1/logout', {});
  location.assign('/login');
});
const session = await fetch('/api/v1/session').then((answer) => answer.json()).catch(() => null);
document.getElementById('logout').hidden = !session?.loginRequired;
show();
look();
