// What the page says, Japanese first. Own alarms are 注意 and 警戒; the official words for public
// warnings are never used.

const WORDS = {
  alarms: ['注意・警戒', 'Alarms'],
  values: ['いまの値', 'Now'],
  forecasts: ['これからの予測', 'Forecast'],
  chart: ['48時間のグラフ', 'Last 48 hours'],
  links: ['送り先への通信', 'Link and pending data'],
  models: ['予測モデル', 'Models'],
  sources: ['センサーの入口', 'Sources'],
  devices: ['機器', 'Devices'],
  device: ['機器', 'Device'],
  deviceState: ['状態', 'State'],
  lastHeard: ['最後の受信', 'Last heard'],
  expectedEvery: ['ふだんの間隔', 'Usual interval'],
  deviceSilent: ['データなし', 'silent'],
  deviceHeld: ['送りすぎ', 'sends too much'],
  deviceDenied: ['許可のない送信', 'publishes where it may not'],
  deviceConnected: ['接続中', 'connected'],
  deviceGoodbye: ['正常に切断', 'said goodbye'],
  deviceGone: ['通信なし', 'link broken'],
  seconds: ['{count} 秒', '{count} s'],
  observations: ['見たことの記録', 'Observations'],
  observe: ['記録をつける', 'Write one down'],
  observeKind: ['何を', 'What'],
  kindcells: ['細胞数(顕微鏡)', 'Cell count (microscope)'],
  kindleak: ['掘って漏水を確認', 'Dug here: leak found'],
  kindbottle: ['採水による校正値', 'Bottle sample for calibration'],
  kindnote: ['メモ', 'Note'],
  observePlace: ['場所(校正値はセンサー名)', 'Where (for a bottle the sensor’s name)'],
  observeSpecies: ['種名', 'Species'],
  observeNote: ['メモ', 'Note'],
  observeSave: ['記録する', 'Save'],
  observeCancel: ['訂正をやめる', 'Stop correcting'],
  observed: ['記録しました', 'Saved'],
  correct: ['訂正', 'Correct'],
  withdraw: ['取り消す', 'Withdraw'],
  correcting: ['訂正中: {what}', 'Correcting: {what}'],
  valuecells: ['細胞/mL', 'cells per mL'],
  valueleak: ['推定位置とのずれ(m)', 'Metres off the estimate'],
  valuebottle: ['基準値(センサーと同じ単位)', 'Reference value (in the sensor’s unit)'],
  calibrations: ['校正', 'Calibration'],
  calibrate: ['校正を記録する', 'Enter a calibration'],
  calibrateSeries: ['センサー名', 'Sensor'],
  calibrateRaw: ['センサーの生の値(空欄ならその時刻の値)', 'Raw value sent (empty: the one at that time)'],
  calibrateReference: ['基準値(センサーと同じ単位)', 'Reference value (in the sensor’s unit)'],
  calibrateSecond: ['2点校正のときの2点目', 'Second point of a two-point calibration'],
  calibrateFrom: ['いつから(空欄なら今)', 'From (empty: now)'],
  calibrateSave: ['校正する', 'Calibrate'],
  calibrateBottle: ['この値で校正する', 'Calibrate by this'],
  calibrated: ['校正しました', 'Calibrated'],
  calibrationFrom: ['{at} から有効', 'holds from {at}'],
  calibrationPair: ['生の値 {raw} → 基準 {reference}', 'raw {raw} → reference {reference}'],
  calibrationDrift: ['前回からのずれ {residual}({days} 日、1日あたり {perDay})',
    'Drift since the last: {residual} in {days} days, {perDay} a day'],
  calibrationCONFIGURED: ['設定ファイル', 'Configured'],
  calibrationCOEFFICIENTS: ['係数', 'Coefficients'],
  calibrationONE_POINT: ['1点校正', 'One point'],
  calibrationTWO_POINT: ['2点校正', 'Two points'],
  calibrationFIT: ['多点校正', 'Several points'],
  calibrationDueFINE: ['次の校正 {at}', 'next {at}'],
  calibrationDueDUE: ['校正時期です({at})', 'due since {at}'],
  calibrationDueOVERDUE: ['校正期限を過ぎています({at})', 'overdue since {at}'],
  calibrationDueNEVER: ['まだ校正されていません', 'never calibrated'],
  captures: ['録音・写真', 'Recordings and pictures'],
  record: ['同時録音', 'Recordings together'],
  recordPlan: ['録音を予約する', 'Plan a recording'],
  recordSensors: ['センサー(コンマで区切る)', 'Sensors (separated by commas)'],
  recordStart: ['開始時刻', 'Start'],
  recordSeconds: ['長さ(秒)', 'Length (seconds)'],
  recordSave: ['予約する', 'Plan it'],
  jobPlanned: ['予約しました', 'Planned'],
  jobTitle: ['{start} から {seconds} 秒', '{seconds} s from {start}'],
  jobPLANNED: ['予約済み。まだ機器に届いていません', 'planned; no logger listens yet'],
  jobASKED: ['機器に指示済み', 'asked'],
  jobRECEIVING: ['{of} 台中 {received} 台受信', 'received {received} of {of}'],
  jobCOMPLETE: ['全 {of} 台受信', 'received all {of}'],
  jobLATE: ['遅れ: {of} 台中 {received} 台受信', 'late: received {received} of {of}'],
  jobFAILED: ['失敗: {of} 台中 {received} 台受信', 'failed: received {received} of {of}'],
  jobCANCELLED: ['取り消し', 'cancelled'],
  pairError: ['時刻のずれは最大 {milliseconds} ms、そろった録音 {seconds} 秒',
    'at most {milliseconds} ms apart; {seconds} s heard by all'],
  picture: ['写真', 'Picture'],
  recording: ['録音 {seconds} 秒、{hertz} Hz', 'Recording, {seconds} s at {hertz} Hz'],
  open: ['開く', 'Open'],
  box: ['この装置', 'This gateway'],
  logout: ['ログアウト', 'Log out'],
  language: ['English', '日本語'],
  noAlarms: ['いま注意・警戒はありません', 'No alarms now'],
  noValues: ['まだ値が届いていません。センサーの電源と配線、下の「センサーの入口」を見てください。',
    'No values have arrived yet. Check the sensors’ power and wiring, and “Sources” below.'],
  noChart: ['この48時間に値がありません', 'No values in these 48 hours'],
  noLinks: ['送り先は設定されていません。データはこの装置に残ります。',
    'No destination is configured. Data stays on this gateway.'],
  noModels: ['予測モデルはありません', 'No model is installed'],
  noSources: ['センサーの入口は設定されていません', 'No source is configured'],
  streamWaiting: ['つないでいます', 'Connecting'],
  streamLive: ['通信中', 'Live'],
  streamDead: ['通信が切れています', 'Connection lost'],
  lost: ['通信が切れています。下の値は {age} に届いたものです。つながるまで自動でやり直します。',
    'Connection lost. The values below arrived {age}. Trying again by itself.'],
  lostNever: ['装置につながりません。自動でやり直します。', 'The gateway does not answer. Trying again by itself.'],
  severityCAUTION: ['注意', 'Caution'],
  severityALERT: ['警戒', 'Alert'],
  active: ['発生中', 'Active'],
  inactive: ['おさまった', 'Inactive'],
  acknowledged: ['確認済み', 'Acknowledged'],
  unacknowledged: ['未確認', 'Unacknowledged'],
  latched: ['保持中', 'Latched'],
  shelved: ['一時保留', 'Shelved'],
  suppressed: ['抑制中', 'Suppressed'],
  outOfService: ['休止中', 'Out of service'],
  since: ['{time} から({age})', 'since {time} ({age})'],
  at: ['{time}({age})', '{time} ({age})'],
  cleared: ['{time} におさまった', 'cleared at {time}'],
  action: ['すること', 'What to do'],
  acknowledge: ['確認', 'Acknowledge'],
  acknowledgedBy: ['{time} に {by} が確認', 'acknowledged at {time} by {by}'],
  wasItRight: ['この知らせは当たりましたか', 'Was this alarm right?'],
  verdictTRUE: ['当たり', 'True'],
  verdictFALSE: ['はずれ', 'False'],
  verdictUNSURE: ['わからない', 'Unsure'],
  labelled: ['記録しました', 'Recorded'],
  failed: ['できませんでした: {why}', 'That did not work: {why}'],
  notAllowed: ['この利用者にはできません', 'this user may not do that'],
  noAnswer: ['装置につながりません', 'the gateway does not answer'],
  gradeGOOD: ['正常', 'Good'],
  gradeNOT_EVALUATED: ['未判定', 'Not evaluated'],
  gradeSUSPECT: ['疑わしい', 'Suspect'],
  gradeFAIL: ['異常な値', 'Failed check'],
  gradeMISSING: ['欠測', 'Missing'],
  and: ['・', '; '],
  spell: ['{time} {grade}: {why} ({count}件)', '{time} {grade}: {why} ({count})'],
  whyUnknown: ['理由の記録なし', 'reason not recorded'],
  staleValue: ['{age}の値', 'value from {age}'],
  sensorAhead: ['センサーの時計が進んでいます', 'sensor clock is ahead'],
  onArrival: ['届いた時刻', 'time of arrival'],
  neverArrived: ['まだ値なし', 'no value yet'],
  validAt: ['{time} の予測', 'for {time}'],
  issuedAt: ['{time} 時点で計算', 'issued {time}'],
  oldForecast: ['古い予測', 'old forecast'],
  legendMean: ['実測', 'measured'],
  legendRange: ['最小と最大', 'minimum and maximum'],
  legendForecast: ['予測({time} 時点で計算)', 'forecast (issued {time})'],
  legendLimit: ['{severity}の線', '{severity} limit'],
  legendBad: ['疑わしい・異常な値があった', 'suspect or failed values'],
  now: ['いま', 'now'],
  linkUp: ['届いています', 'Delivering'],
  linkDown: ['届いていません', 'Not delivering'],
  lastConfirmed: ['最後に届いたのは {time}({age})', 'last confirmed {time} ({age})'],
  neverConfirmed: ['まだ一度も届いていません', 'never confirmed yet'],
  pendingNone: ['待ちはありません', 'Nothing is waiting'],
  pendingSome: ['{count} 件が送信待ち。データはこの装置に保存されています。',
    '{count} waiting to be sent. The data is kept on this gateway.'],
  lane: ['種類', 'Lane'],
  pending: ['待ち', 'Pending'],
  delivered: ['届いた', 'Delivered'],
  expired: ['期限切れ', 'Expired'],
  oldest: ['一番古い待ち', 'Oldest pending'],
  laneP0: ['注意・警戒', 'Alarms'],
  laneP1: ['状態', 'States'],
  laneP2: ['予測と10分集計', 'Results, 10-minute figures'],
  laneP3: ['測った値', 'Readings'],
  laneP4: ['波形・画像', 'Captures'],
  laneP5: ['更新', 'Updates'],
  modelACTIVE: ['動いています', 'Running'],
  modelWAITING: ['値がそろうのを待っています', 'Waiting for enough values'],
  modelREFUSED: ['使えません', 'Refused'],
  modelOFF: ['安全起動で停止中', 'Switched off by safe start'],
  lastRun: ['最後の計算', 'Last run'],
  never: ['まだ', 'never'],
  selfTest: ['自己検査', 'Self-test'],
  passed: ['合格', 'passed'],
  notPassed: ['不合格', 'failed'],
  evaluation: ['成績', 'Evaluation'],
  version: ['版', 'Version'],
  lastProgress: ['最後に進んだ', 'Last progress'],
  messages: ['受信 {received} 件、読めないもの {rejected} 件', '{received} received, {rejected} unreadable'],
  disk: ['記録の容量', 'Log on disk'],
  diskOf: ['{used} / {quota}(空き {free})', '{used} of {quota} ({free} free on disk)'],
  clock: ['時計', 'Clock'],
  clockSYNCHRONISED: ['合っています', 'Synchronised'],
  clockHOLDOVER: ['時刻合わせから離れています', 'Holdover: not synchronised lately'],
  clockUNKNOWN: ['合っているか分かりません。時刻は目安です。', 'Unknown: times are not certain'],
  clockUndated: ['日付が分かりません。時刻が分かりしだい付け直します。', 'The date is not known yet; records are dated when it is'],
  clockError: ['誤差 ±{error}（{reference}）', 'error ±{error} ({reference})'],
  clockDoubted: ['システムの時計がずれたため使っていません', "the system's clock jumped and is not followed"],
  timeUncertain: ['この画面の時刻は目安です（ゲートウェイの時計が合っているか分かりません）。',
    'Times on this page are approximate: nobody vouches for the gateway\'s clock.'],
  started: ['起動', 'Started'],
  records: ['記録の番号', 'Log sequence'],
  readings: ['測定値', 'Readings'],
  readingsKept: ['保存中 {count} 件', '{count} in the log'],
  readingsRemoved: ['古くなり削除 {count} 件', '{count} old ones removed'],
  readingsThinned: ['間引き {count} 件', '{count} thinned out'],
  readingsLost: ['破損で失われた {count} 件', '{count} lost by damage'],
  healthy: ['順調', 'fine'],
  unhealthy: ['見てください', 'needs a look'],
  localUser: ['この装置の画面', 'local'],
  gatewayUser: ['装置', 'gateway'],
  risk: ['危険度', 'risk'],
};

const AGO = {
  ja: [['秒', 1], ['分', 60], ['時間', 3600], ['日', 86400]],
  en: [['s', 1], ['min', 60], ['h', 3600], ['d', 86400]],
};

const UNITS = {
  Cel: ['℃', '°C'], 'ug/L': ['µg/L', 'µg/L'], 1: ['', ''], '{cells}/mL': ['細胞/mL', 'cells/mL'],
  '[pH]': ['', ''], '[ppth]': ['‰', '‰'], 'uS/cm': ['µS/cm', 'µS/cm'], '{NTU}': ['NTU', 'NTU'], 'm3/h': ['m³/h', 'm³/h'],
};

let language = localStorage.getItem('language') === 'en' ? 'en' : 'ja';
let timeZone = 'Asia/Tokyo';

export function currentLanguage() {
  return language;
}

export function switchLanguage() {
  language = language === 'ja' ? 'en' : 'ja';
  localStorage.setItem('language', language);
}

export function useTimeZone(zone) {
  timeZone = zone;
}

/** The words for a key, with {name} places filled in. */
export function say(key, places = {}) {
  const both = WORDS[key];
  if (!both) {
    return key;
  }
  return both[language === 'ja' ? 0 : 1]
    .replace(/\{(\w+)\}/g, (whole, name) => (name in places ? places[name] : whole));
}

/** Words from the gateway: {ja, en}. */
export function pick(words) {
  return words ? words[language] : '';
}

export function unitOf(code) {
  const both = UNITS[code];
  return both ? both[language === 'ja' ? 0 : 1] : code;
}

/** "3時間前" or "3 h ago"; never negative. */
export function ago(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const steps = AGO[language];
  const fit = steps.filter(([, size]) => whole >= size).pop() || steps[0];
  const count = Math.floor(whole / fit[1]);
  return language === 'ja' ? `${count}${fit[0]}前` : `${count} ${fit[0]} ago`;
}

/** The time of day at the site, with the date when it is not today's. */
export function clock(instant, now) {
  const date = new Date(instant);
  const options = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const day = { timeZone, month: 'numeric', day: 'numeric' };
  const sameDay = date.toLocaleDateString('en', day) === new Date(now).toLocaleDateString('en', day);
  return date.toLocaleString(language, sameDay ? options : { ...day, ...options });
}

export function axisTime(seconds, atMidnight) {
  const date = new Date(seconds * 1000);
  return atMidnight(date)
    ? date.toLocaleDateString(language, { timeZone, month: 'numeric', day: 'numeric' })
    : date.toLocaleTimeString(language, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

export function hourAtSite(date) {
  return Number(date.toLocaleString('en', { timeZone, hour: '2-digit', hourCycle: 'h23' }));
}

/** A number as the sensor wrote it, as long as that is at most two decimals: 5.0 stays 5.0. */
export function figureOf(text, number) {
  const decimals = /^-?\d+\.(\d+)$/.exec(text ?? '');
  if (!decimals || Math.abs(number) < 0.1) {
    return figure(number);
  }
  const digits = Math.min(decimals[1].length, 2);
  return number.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A number as short as it may be without hiding what matters at its size. */
export function figure(number) {
  if (number === null || number === undefined || !Number.isFinite(number)) {
    return '–';
  }
  const size = Math.abs(number);
  const options = size > 0 && size < 0.1
    ? { maximumSignificantDigits: 2 }
    : { maximumFractionDigits: size < 100 ? 2 : size < 1000 ? 1 : 0 };
  return number.toLocaleString(language, options);
}

export function count(number) {
  return number.toLocaleString(language);
}

export function bytes(number) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let rest = number;
  let unit = 0;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${rest.toLocaleString(language, { maximumFractionDigits: rest < 10 ? 1 : 0 })} ${units[unit]}`;
}
