// The status page. It reads the admin API below its own address and never asks another host.
// Text enters the page as text nodes only: a meeting id that looks like HTML stays text.

const SILENCE = 5000; // ms without a word of the balancer until the figures count as old
const FIRST_WORD = 3000; // ms in which a new stream must begin; a proxy that buffers it never does
const BACK_OFF = [1000, 1000, 2000, 5000]; // ms, by failures in a row
const POLL_EVERY = 3000;
const STREAM_AGAIN = 60000; // while polling, ms until the stream is tried again
const EVENTS_KEPT = 1000;
const EVENTS_SHOWN = 50;
const POINTS = 180; // of a sparkline: 15 minutes, a point every 5 seconds

const state = {
  login: null, // {token}: a new object for each login, so that loops of an old one end
  access: null, // {name, scope} of the token
  status: null,
  servers: [],
  history: null,
  events: new Map(), // by time and id: a restart gives ids again
  frozenEvents: null, // the events at the moment the reader pressed Pause
  lastWord: 0, // when the balancer was last heard, by our clock
  stream: null, // AbortController of the open stream
  watch: 0, // timer that ends it
  skew: 0, // the balancer's clock minus ours, in ms
  sort: {column: 'verdict', descending: true},
  panel: null, // name of the server in the open panel
};

// ---- Small helpers

/** The elements that have an id: server-filter is ui.serverFilter. */
const ui = Object.fromEntries([...document.querySelectorAll('[id]')].map((node) => [node.id.replace(/-./g, (dash) => dash[1].toUpperCase()), node]));
const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);
const plural = (n, one, many) => `${number(n)} ${n === 1 ? one : many}`;
const joined = (parts, separator) => parts.filter(Boolean).join(separator);
const serverNamed = (wanted) => state.servers.find(({name}) => name === wanted);
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Changes a text only if it differs, so that selections and screen readers are left in peace. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets the texts of a node's slots. */
function fill(node, texts) {
  for (const [name, text] of Object.entries(texts)) setText(slot(node, name), text);
}

/** Makes the children of a list show the items. A child lives as long as the key of its item. */
function updateList(list, items, keyOf, template, fillNode) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const key = String(keyOf(item));
    const node = old.get(key) ?? template.content.firstElementChild.cloneNode(true);
    old.delete(key);
    node.dataset.key = key;
    fillNode(node, item);
    return node;
  });
  for (const node of old.values()) removeKeepingFocus(node);
  arrange(list, nodes);
}

/** A focus that vanishes with its node would fall to the top of the page. */
function removeKeepingFocus(node) {
  const heading = node.contains(document.activeElement) && node.closest('section')?.querySelector('h2');
  node.remove();
  if (heading) heading.focus({preventScroll: true});
}

/** Puts nodes in order. Moving a node takes its focus away, so the others move around the focused one. */
function arrange(list, nodes) {
  if (nodes.every((node, i) => list.children[i] === node)) return;
  const fixed = nodes.findIndex((node) => node.contains(document.activeElement));
  nodes.slice(0, Math.max(fixed, 0)).forEach((node) => list.insertBefore(node, nodes[fixed]));
  nodes.slice(fixed + 1).forEach((node) => list.append(node));
}

// ---- Words for numbers and times

const numbers = new Intl.NumberFormat();
const names = new Intl.Collator(undefined, {numeric: true});
const clock = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'});
const clockWithSeconds = new Intl.DateTimeFormat(undefined, {timeStyle: 'medium'});
const dayAndClock = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'});

const number = (n) => (isKnown(n) ? numbers.format(n) : '–');
const millis = (ms) => (!isKnown(ms) ? '–' : ms < 1000 ? `${number(Math.round(ms))} ms` : `${number(Math.round(ms / 100) / 10)} s`);
const serverNow = () => Date.now() + state.skew;
const age = (time) => Math.max(0, serverNow() - Date.parse(time));

function timeOfDay(time) {
  if (!time) return 'an unknown time';
  const date = new Date(time);
  return (date.toDateString() === new Date().toDateString() ? clock : dayAndClock).format(date);
}

function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 120) return `${seconds} s`;
  if (minutes < 120) return `${minutes} min`;
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const isKnown = (value) => value !== null && value !== undefined;
const meetingsOf = (n) => plural(n, 'meeting', 'meetings');
const serversOf = (n) => plural(n, 'server', 'servers');
const peopleOf = (n) => (isKnown(n) ? plural(n, 'person', 'people') : 'people unknown');
const meetingsAndPeople = (meetings, users) => `${meetingsOf(meetings)}, ${peopleOf(users)}`;

// ---- The API

/** An answer that is not 2xx, as an error: problem is its problem+json, type the end of its type. */
async function errorOf(answer) {
  const problem = await answer.json().catch(() => ({}));
  const {detail, title, type = ''} = problem;
  const error = new Error(detail ?? title ?? `The balancer answered ${answer.status}.`);
  return Object.assign(error, {status: answer.status, type: type.split(':').pop(), problem});
}

function ask(path, options) {
  const headers = {Authorization: `Bearer ${state.login?.token}`};
  if (options.body) headers['Content-Type'] = 'application/json';
  return fetch(`api/v1/${path}`, {...options, headers, cache: 'no-store', credentials: 'omit'});
}

async function call(method, path, body, timeout = 15000) {
  const answer = await ask(path, {method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(timeout)});
  if (!answer.ok) throw await errorOf(answer);
  return answer.status === 204 ? {} : answer.json();
}

const get = (path) => call('GET', path, undefined, SILENCE);
const serverPath = (name, rest) => `servers/${encodeURIComponent(name)}/${rest}`;
const mayAct = () => ['operate', 'admin'].includes(state.access?.scope);
const mayEditPool = () => mayAct() && state.status?.pool?.writable !== false;

// ---- Login

const TOKEN_KEY = 'tinyscale.token';

function logIn(token) {
  state.login = {token};
  heard();
  ui.login.hidden = true;
  ui.board.hidden = false;
  ui.forget.hidden = false;
  stayConnected(state.login);
  render();
}

function askForToken(message) {
  sessionStorage.removeItem(TOKEN_KEY);
  Object.assign(state, {login: null, access: null, status: null, history: null});
  state.events.clear();
  state.stream?.abort();
  document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
  ui.login.hidden = false;
  ui.board.hidden = true;
  ui.forget.hidden = true;
  setText(ui.loginError, message);
  ui.token.value = '';
  ui.token.focus();
  render();
}

const refusesToken = (error) => [401, 403, 429].includes(error.status);

function setUpLogin() {
  ui.login.addEventListener('submit', (event) => {
    event.preventDefault();
    const token = ui.token.value.trim();
    sessionStorage.setItem(TOKEN_KEY, token);
    logIn(token);
  });
  ui.forget.addEventListener('click', () => {
    sessionStorage.removeItem(TOKEN_KEY);
    location.reload(); // leaves nothing of the old login in memory
  });
  addEventListener('hashchange', start);
}

/** The demo prints an address with #token=…: a fragment is never sent, and is cleared at once. */
function start() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem(TOKEN_KEY, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  const token = sessionStorage.getItem(TOKEN_KEY);
  if (!token) askForToken('');
  else if (token !== state.login?.token) logIn(token);
}

// ---- Connection

function heard() {
  state.lastWord = Date.now();
  watch(SILENCE);
}

/** Ends a stream that stays silent for so long, and shows the loss at once. */
function watch(ms) {
  clearTimeout(state.watch);
  state.watch = setTimeout(() => {
    state.stream?.abort();
    render();
  }, ms + 1);
}

const silentFor = () => Date.now() - state.lastWord;
const lost = () => state.login !== null && silentFor() > SILENCE;

/** Reads the stream while the login lasts, or polls where the stream does not get through. */
async function stayConnected(login) {
  let failures = 0;
  let streamAgainAt = 0;
  while (login === state.login) {
    const before = state.lastWord;
    try {
      const stream = Date.now() >= streamAgainAt;
      if (stream) await readStream().catch((error) => { if (refusesToken(error)) throw error; }); // polling may work where a stream does not
      if (login === state.login && state.lastWord === before) {
        await poll();
        if (stream) streamAgainAt = Date.now() + STREAM_AGAIN;
      }
    } catch (error) {
      if (login !== state.login) return;
      if (refusesToken(error)) return askForToken(errorText(error));
    }
    failures = state.lastWord !== before ? 0 : failures + 1;
    const polling = failures === 0 && Date.now() + POLL_EVERY < streamAgainAt;
    await later(polling ? POLL_EVERY : BACK_OFF[Math.min(failures, BACK_OFF.length - 1)]);
  }
}

async function readStream() {
  const stop = new AbortController();
  state.stream = stop;
  watch(FIRST_WORD);
  try {
    const answer = await ask('stream', {signal: stop.signal});
    if (!answer.ok) throw await errorOf(answer);
    if (!answer.headers.get('Content-Type')?.startsWith('text/event-stream')) throw new Error('not a stream');
    loadPast();
    await readMessages(answer.body.pipeThrough(new TextDecoderStream()).getReader());
  } finally {
    stop.abort();
    state.stream = null;
  }
}

async function readMessages(reader) {
  let text = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    text += value;
    for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) takeMessage(text.slice(0, end));
  }
}

function takeMessage(message) {
  heard(); // a comment counts too: it says that nothing has changed
  const [, kind, data] = message.match(/^event: (\w+)\ndata: (.+)$/) ?? [];
  if (kind === 'status') takeStatus(JSON.parse(data));
  if (kind === 'log') takeEvents([JSON.parse(data)]);
  setTimeout(render); // a mistake in drawing must not look like a lost connection
}

async function poll() {
  const [status, pool] = await Promise.all([get('status'), get('servers')]);
  const first = !state.history;
  heard();
  takeStatus({...status, servers: pool.servers});
  setTimeout(render);
  if (first) loadPast();
  else await loadEvents();
}

/** What a stream does not tell again: the token's rights, the sparklines' past, the events so far. Asks until each comes. */
function loadPast() {
  const {login} = state;
  const load = (part) => login === state.login && part().then(render, () => setTimeout(load, POLL_EVERY, part));
  load(() => get('token').then((access) => { state.access = access; }));
  load(() => get('history').then((past) => { state.history = past; }));
  load(loadEvents);
}

async function loadEvents() {
  takeEvents((await get('events?limit=200')).events);
}

function takeStatus(status) {
  state.status = status;
  state.servers = status.servers.map((server) => ({...server, load: server.load ?? {}, calls: server.calls ?? {}, reasons: server.reasons ?? []}));
  state.skew = Date.parse(status.asOf) - Date.now();
}

const eventKey = ({time, id}) => time + id;

function takeEvents(events) {
  for (const event of events) state.events.set(eventKey(event), event);
  while (state.events.size > EVENTS_KEPT) state.events.delete(state.events.keys().next().value);
}

// ---- Verdict

const ICONS = {ok: '✓', degraded: '!', critical: '✗', lost: '⚡', unknown: '…'};

function verdictLevel() {
  if (lost()) return 'lost';
  return state.status?.verdict ?? 'unknown';
}

/** Words that seldom change, and apart from them the figures and ticking times. */
function verdictText(level) {
  if (level === 'unknown') return ['Asking the balancer…', ''];
  const loss = state.status ? `Connection lost at ${clockWithSeconds.format(state.lastWord)}; figures are old.` : 'The balancer does not answer.';
  if (level === 'lost') return [loss, 'Trying again…'];
  const {totals, problems} = state.status;
  const worst = sortedProblems()[0];
  if (level === 'ok' || !worst) return [level === 'critical' ? 'No room can be opened.' : 'Rooms open.', calmFigures(totals)];
  return [troubleWords(level, worst), troubleFigures(worst, problems.length - 1)];
}

function calmFigures({available, servers, meetings, users, failedLast5m}) {
  const failures = failedLast5m ? `${plural(failedLast5m, 'call', 'calls')} failed` : 'Nothing failed';
  return `${number(available)} of ${plural(servers, 'server takes', 'servers take')} new meetings; ${meetingsAndPeople(meetings, users)}. ${failures} in the last 5 minutes.`;
}

function troubleWords(level, worst) {
  const what = `${worst.text} since ${timeOfDay(worst.since)}`;
  if (level !== 'critical') return `Rooms open, but ${what}`;
  return worst.code === 'no-server' ? `No room can be opened: ${what}` : sentenceStart({...worst, text: what});
}

function troubleFigures(worst, more) {
  const {since, meetings, users, meeting} = worst;
  const people = meetings || users ? `: it affects ${meeting?.meetingID ?? meetingsOf(meetings)} with ${peopleOf(users)}.` : '.';
  return `(${duration(age(since))})${people}${more > 0 ? ` And ${plural(more, 'more problem', 'more problems')}.` : ''}`;
}

function renderVerdict() {
  const level = verdictLevel();
  const [words, figures] = verdictText(level);
  ui.verdict.dataset.level = level;
  setText(ui.verdictIcon, ICONS[level]);
  setText(ui.verdictWords, words);
  setText(ui.verdictFigures, figures);
  document.documentElement.dataset.connection = level === 'lost' ? 'lost' : 'open';
}

/** A tab in the background tells the verdict too. */
function renderTab() {
  const level = state.login ? verdictLevel() : 'unknown';
  const count = (state.status?.problems ?? []).filter((problem) => problem.severity !== 'info').length;
  const title = `${level === 'lost' ? '(lost) ' : count ? `(${count}) ` : ''}tinyscale`;
  if (document.title !== title) document.title = title;
  const icon = level === 'critical' || level === 'lost' ? 'alarm.svg' : 'icon.svg';
  if (ui.icon.getAttribute('href') !== icon) ui.icon.setAttribute('href', icon);
}

// ---- Problems

const SEVERITIES = {critical: '✗', warning: '!', info: 'i'}; // worst first, with their icons
const PROBLEM_ACTIONS = {'drain-overdue': 'end-all', 'pool-file-invalid': 'reload', split: ''}; // the others: ask the server

function sortedProblems() {
  const rank = ({severity}) => Object.keys(SEVERITIES).indexOf(severity);
  return [...state.status.problems].sort((a, b) => rank(a) - rank(b) || (b.users ?? 0) - (a.users ?? 0) || Date.parse(a.since) - Date.parse(b.since));
}

const problemKey = (problem) => [problem.code, problem.server, problem.meeting?.meetingID].join(' ');

function renderProblems() {
  const problems = sortedProblems();
  ui.noProblems.hidden = problems.length > 0;
  updateList(ui.problems, problems, problemKey, ui.problemTemplate, fillProblem);
}

function fillProblem(node, problem) {
  const {severity, meetings, users, meeting, command = ''} = problem;
  const cause = problem.cause ?? serverNamed(problem.server)?.cause;
  node.dataset.level = severity;
  fill(node, {
    icon: SEVERITIES[severity],
    severity: `${severity}:`,
    text: sentenceStart(problem),
    since: `Since ${timeOfDay(problem.since)} (${duration(age(problem.since))}).`,
    people: meetings || users ? `Affects ${meetingsAndPeople(meetings, users)}.` : '',
    cause: cause ? `Cause: ${cause}.` : '',
    meeting: meeting ? `Meeting: ${meeting.meetingID}` : '',
    advice: problem.advice ?? '',
    command,
  });
  slot(node, 'command-line').hidden = !command;
  updateList(slot(node, 'details'), problem.details ?? [], (text) => text, ui.detailTemplate, setText);
  fillCopies(slot(node, 'copies'), meeting);
  fillProblemAction(slot(node, 'action'), problem);
}

/** Names of servers and files keep their spelling. */
const sentenceStart = ({text, server}) => (text.startsWith(server) || /^\S*\./.test(text) ? text : text[0].toUpperCase() + text.slice(1));

function fillProblemAction(button, {code, server}) {
  const action = PROBLEM_ACTIONS[code] ?? (server && 'probe');
  button.hidden = !action || !mayAct();
  if (!button.hidden) fillButton(button, action, server ?? '');
}

/** The copies of a meeting: first the one that is kept, as the API names it. */
function copiesOf({meetingID, server, users, copies = []}) {
  return [{server, users, standing: 'kept'}, ...copies].map((copy) => ({...copy, meetingID}));
}

function fillCopies(list, meeting) {
  const copies = meeting ? copiesOf(meeting) : [];
  const what = copies.length > 1 ? 'End this copy' : 'End this meeting';
  updateList(list, copies, (copy) => copy.server, ui.copyTemplate, (node, {server, users, standing, meetingID}) => {
    const people = peopleOf(users);
    const button = slot(node, 'end');
    fill(node, {text: `${server}: ${people}${copies.length > 1 ? ` (${standing})` : ''}`, end: `${what}…`});
    button.hidden = !mayAct();
    button.ariaLabel = `${what} on ${server}`;
    Object.assign(button.dataset, {server, meeting: meetingID, people});
  });
}

// ---- Figures

const slowest = () => [...state.servers].sort((a, b) => (b.calls.p95Millis ?? -1) - (a.calls.p95Millis ?? -1))[0];

const FIGURES = [
  {series: 'users', label: 'People', value: ({totals}) => totals.users},
  {series: 'meetings', label: 'Meetings', value: ({totals}) => totals.meetings},
  {series: 'joinsPerMinute', label: 'Joins a minute', value: ({rates}) => rates.joinsPerMinute},
  {series: 'createsPerMinute', label: 'New meetings a minute', value: ({rates}) => rates.createsPerMinute},
  {series: 'failedPerMinute', label: 'Failed calls a minute', value: ({rates}) => rates.failedPerMinute},
  {series: 'slowestMillis', label: 'Slowest server, p95', value: () => slowest()?.calls.p95Millis ?? null, words: millis, note: () => slowest()?.name},
];

let nextPointAt = 0;

/** The balancer tells the past once; the page adds a point in the same rhythm. */
function addPoints() {
  if (!state.history || Date.now() < nextPointAt) return;
  nextPointAt = Date.now() + state.history.stepSeconds * 1000;
  for (const figure of FIGURES) {
    const points = state.history.series[figure.series] ??= [];
    points.push(lost() ? null : figure.value(state.status));
    if (points.length > POINTS) points.shift();
  }
}

function renderFigures() {
  addPoints();
  updateList(ui.figures, FIGURES, (figure) => figure.series, ui.figureTemplate, fillFigure);
}

function fillFigure(node, figure) {
  const words = figure.words ?? number;
  const points = state.history?.series[figure.series] ?? [];
  const known = points.filter((point) => point !== null);
  const range = known.length ? `15 min: ${words(Math.min(...known))} to ${words(Math.max(...known))}` : '';
  fill(node, {label: figure.label, value: words(figure.value(state.status)), note: joined([figure.note?.(), range], ' · ')});
  drawChart(slot(node, 'chart'), points, Math.max(1, ...known));
}

function drawChart(chart, points, top) {
  const x = (i) => POINTS - points.length + i; // the newest point is at the right edge
  const y = (point) => (31 - (29 * point) / top).toFixed(1);
  let line = '';
  let area = '';
  points.forEach((point, i) => {
    if (point === null) return; // a gap: nothing is known, which is not zero
    const begins = (points[i - 1] ?? null) === null;
    const ends = (points[i + 1] ?? null) === null;
    line += `${begins ? 'M' : 'L'}${x(i)} ${y(point)}`;
    area += `${begins ? `M${x(i)} 32L` : 'L'}${x(i)} ${y(point)}${ends ? `L${x(i)} 32Z` : ''}`;
  });
  chart.querySelector('.line').setAttribute('d', line);
  chart.querySelector('.area').setAttribute('d', area);
}

// ---- Servers

/** How a server is: in words, how loudly its row says so, and how bad that is (to sort by). */
function condition(server) {
  const is = (word, mood, badness) => ({word, mood, badness});
  const matters = server.state === 'enabled' || server.load.meetings > 0;
  if (server.state === 'disabled') return is('– disabled', 'calm', 0);
  if (server.verdict === 'down') return is(`✗ DOWN ${duration(age(server.since))}`, matters ? 'loud' : 'calm', matters ? 9 : 3);
  if (server.secretRefused) return is('✗ secret refused', 'loud', 8);
  if (server.onTrial) return is('! on trial', 'warn', 6);
  if (server.ejectedUntil) return is('! ejected', 'warn', 7);
  if (server.reasons.includes('in-doubt')) return is('! in doubt', 'warn', 6);
  if (server.verdict !== 'up') return is('? unknown', 'warn', 5);
  if (server.list && server.list !== 'complete') return is(`! list ${server.list}`, 'warn', 4);
  if (server.state === 'cordoned' || server.leaving) return is('✓ up', 'calm', 1);
  return is('✓ up', 'fine', 2);
}

const stateWords = (server) => (server.leaving ? 'leaving' : server.state) + (server.temporary ? ' (temporary)' : '');

function drainWords(drain) {
  const until = drain.deadline ? ` until ${timeOfDay(drain.deadline)}` : '';
  const end = drain.end ? ', then end' : '';
  const then = drain.then && drain.then !== 'cordoned' ? `, then ${drain.then}` : '';
  return `draining${until}${end}${then}`;
}

function noteOf(server) {
  const left = server.ejectedUntil ? Date.parse(server.ejectedUntil) - serverNow() : 0;
  return joined([
    server.drain && drainWords(server.drain),
    server.drain && server.load.meetings === 0 && 'empty',
    server.leaving && 'removed from servers.json; leaves when empty',
    server.cause,
    left > 0 && `tried again in ${duration(left)}`,
    server.onTrial && 'one create at a time until one passes',
    server.temporary && 'temporary: until a restart',
  ], '; ');
}

/** For each column, what is shown and what it is sorted by. */
const COLUMNS = {
  name: {text: ({name}) => name},
  verdict: {text: (server) => condition(server).word, order: (server) => condition(server).badness},
  state: {text: stateWords},
  meetings: {order: ({load}) => load.meetings},
  users: {order: ({load}) => load.users},
  largest: {order: ({load}) => load.largest},
  p95: {order: ({calls}) => calls.p95Millis, text: ({calls}) => millis(calls.p95Millis)},
  failed: {order: ({calls}) => calls.failedLast5m},
  seen: {order: ({load}) => (load.asOf ? age(load.asOf) : Infinity), text: ({load}) => (load.asOf ? `${duration(age(load.asOf))} ago` : 'never')},
  note: {text: noteOf},
};

function compareServers(a, b) {
  const {column, descending} = state.sort;
  const {order: rank, text} = COLUMNS[column];
  const order = rank ? (rank(a) ?? -1) - (rank(b) ?? -1) || 0 : names.compare(text(a), text(b)); // || 0: two that were never seen
  return (descending ? -order : order) || condition(b).badness - condition(a).badness || names.compare(a.name, b.name);
}

function shownServers() {
  const wanted = ui.serverFilter.value.trim().toLowerCase();
  const text = (server) => [server.name, server.host, stateWords(server), condition(server).word, ...(server.tags ?? [])].join(' ').toLowerCase();
  return state.servers.filter((server) => text(server).includes(wanted)).sort(compareServers);
}

const loadPerWeight = (server) => (server.load.users ?? 0) / (server.weight || 1);

function renderServers() {
  const shown = shownServers();
  const top = Math.max(1, ...state.servers.map(loadPerWeight));
  setText(ui.serverCount, `${number(shown.length)} of ${serversOf(state.servers.length)}`);
  updateList(ui.servers, shown, (server) => server.name, ui.serverTemplate, (row, server) => fillServer(row, server, top));
  for (const head of ui.serverHeads.querySelectorAll('[data-sort]')) showOrder(head);
  ui.actionsOff.hidden = !state.access || mayEditPool();
  setText(ui.balancers, balancersWords(state.status.balancers));
}

/** The balancers that share a store. */
function balancersWords({id, store, others} = {}) {
  if (!store) return '';
  const names = others.map((other) => other.id + (other.differs.length ? ' (differs)' : ''));
  return `Balancers: ${joined([`${id} (this one)`, ...names], ', ')}. Their store ${store.address} ${store.up ? 'answers' : 'does not answer'}.`;
}

function fillServer(row, server, top) {
  row.dataset.mood = condition(server).mood;
  for (const [column, {text, order}] of Object.entries(COLUMNS)) setText(slot(row, column), text ? text(server) : number(order(server)));
  slot(row, 'name').dataset.server = server.name;
  slot(row, 'share').style.width = `${Math.round((100 * loadPerWeight(server)) / top)}%`;
  fillButtons(slot(row, 'actions'), rowActions(server), server.name);
}

function showOrder(head) {
  const {column, descending} = state.sort;
  head.ariaSort = head.dataset.sort !== column ? null : descending ? 'descending' : 'ascending';
}

function sortBy(column) {
  const again = state.sort.column === column;
  state.sort = {column, descending: again ? !state.sort.descending : COLUMNS[column].order !== undefined};
  renderServers();
}

function rowActions(server) {
  if (!mayEditPool() || server.leaving) return [];
  if (server.state === 'enabled') return ['cordon', 'drain'];
  return server.state === 'cordoned' ? ['enable', 'drain'] : ['enable'];
}

function panelActions(server) {
  const edits = rowActions(server);
  if (edits.length && server.drain) edits.push('undrain');
  if (edits.length && server.state !== 'disabled') edits.push('disable');
  return mayAct() && server.state !== 'disabled' ? [...edits, 'probe', 'end-all'] : edits;
}

function fillButtons(cell, actions, server) {
  while (cell.children.length > actions.length) cell.lastElementChild.remove();
  while (cell.children.length < actions.length) cell.append(document.createElement('button'));
  actions.forEach((action, i) => fillButton(cell.children[i], action, server));
}

function fillButton(button, action, server) {
  const {label} = ACTIONS[action];
  button.type = 'button';
  setText(button, label);
  button.dataset.action = action;
  button.dataset.server = server;
  button.ariaLabel = `${label} ${server}`;
}

// ---- Panel of one server

function factsOf(server) {
  const {load, calls, drain} = server;
  return [
    ['Verdict', `${condition(server).word}, since ${timeOfDay(server.since)}`],
    ['New meetings', server.available ? 'yes' : `no: ${server.reasons.join(', ').replaceAll('-', ' ')}`],
    ['State', stateWords(server)],
    ['Note', noteOf(server) || '–'],
    ['Drain', drain ? `${drainWords(drain)}; by ${drain.by} since ${timeOfDay(drain.since)}` : 'none'],
    ['Address', server.api ?? server.host],
    ['BigBlueButton', server.bbbVersion ?? 'version not told'],
    ['Weight, tags', `${number(server.weight)}; ${(server.tags ?? []).join(', ') || 'none'}`],
    ['Meetings', load.asOf ? `${meetingsAndPeople(load.meetings, load.users)}; ${number(load.listeners)} listen only, ${number(load.voice)} speak, `
      + `${number(load.video)} videos, ${number(load.breakouts)} breakout rooms` : 'never told'],
    ['Last list', load.asOf ? timeOfDay(load.asOf) : 'never'],
    ['Calls', `${number(calls.inFlight)} of ${number(calls.max)} under way; p50 ${millis(calls.p50Millis)}, p95 ${millis(calls.p95Millis)}`],
  ];
}

function renderPanel() {
  if (!state.panel) return;
  const server = serverNamed(state.panel);
  if (!server) return ui.serverPanel.close();
  setText(ui.serverPanelTitle, `Server ${server.name}`);
  updateList(ui.serverFacts, factsOf(server), ([name]) => name, ui.factTemplate, (node, [name, text]) => fill(node, {name, text}));
  fillButtons(ui.serverButtons, panelActions(server), server.name);
}

function openPanel(server) {
  state.panel = server;
  renderPanel();
  ui.serverPanel.showModal();
}

// ---- Actions

/** An action that is one call about one server. */
const onServer = (method, rest, body, doneText) => ({server}) =>
  act({method, path: serverPath(server, rest), body, server}, (answer) => `${server} ${doneText(answer)}`);
const toState = (wanted, doneText) => onServer('PUT', 'state', {state: wanted}, () => doneText);

const ACTIONS = {
  details: {run: ({server}) => openPanel(server)},
  cordon: {label: 'Cordon', run: toState('cordoned', 'gets no new meetings.')},
  enable: {label: 'Enable', run: toState('enabled', 'gets new meetings again.')},
  disable: {label: 'Disable', run: toState('disabled', 'is disabled.')},
  drain: {label: 'Drain…', run: ({server}) => openDrain(server)},
  undrain: {label: 'Forget the drain', run: onServer('DELETE', 'drain', undefined, () => 'stays cordoned, without a deadline.')},
  probe: {label: 'Ask it now', run: onServer('POST', 'probe', {}, probeWords)},
  reload: {label: 'Read servers.json again', run: () => act({method: 'POST', path: 'pool/reload', body: {}}, () => 'servers.json was read.')},
  'end-all': {label: 'End all meetings…', run: ({server}) => confirmEndAll(server)},
  'end-copy': {run: confirmEndCopy},
};

function probeWords({result, millis: took, meetings}) {
  return `was asked: ${result.replaceAll('-', ' ')} in ${millis(took)}${isKnown(meetings) ? `, ${meetingsOf(meetings)}` : ''}.`;
}

const requestLine = ({method, path, body}) => `${method} api/v1/${path} ${body ? JSON.stringify(body) : ''}`.trim();

function showResult(text, line = '', level = 'good') {
  ui.result.hidden = false;
  ui.result.dataset.level = level;
  setText(ui.resultText, text);
  setText(ui.resultCall, line);
}

/** One action is one API call, and the result line shows that call. */
async function act(request, doneText) {
  showResult('Sent, waiting for the answer…', requestLine(request));
  try {
    await perform(request, doneText);
  } catch (error) {
    if (error.status === 401) askForToken(errorText(error));
    if (!offerForce(error, request, doneText)) showResult(errorText(error), requestLine(request), 'bad');
  }
}

/** Some problems pass with "force". The administrator reads the reason and types the name first. */
function offerForce(error, request, doneText) {
  if (!['server-has-meetings', 'last-enabled-server'].includes(error.type)) return false;
  ui.result.hidden = true;
  confirmFirst({title: `${request.server}: are you sure?`, text: error.message, go: 'Do it anyway', typed: request.server,
    request: {...request, body: {...request.body, force: true}}, doneText});
  return true;
}

async function perform(request, doneText) {
  const answer = await call(request.method, request.path, request.body);
  showResult(doneText(answer), requestLine(request));
  const operation = answer.operation ?? (answer.startedAt && answer.kind ? answer : null);
  if (operation) followOperation(operation, request);
}

function errorText({status, name, message, problem}) {
  if (status === 401) return 'The balancer does not know this token.';
  if (status) return joined([message, problem.fix, ...(problem.errors ?? [])], ' ');
  return name === 'TimeoutError' ? 'No answer in 15 s. The change may still happen.' : 'The balancer cannot be reached.';
}

async function followOperation(operation, request) {
  const login = state.login;
  while (login === state.login) {
    showResult(operationWords(operation), requestLine(request), operation.failed || operation.cause ? 'bad' : 'good');
    if (operation.finishedAt) return;
    await later(1000);
    operation = await get(`operations/${encodeURIComponent(operation.id)}`).catch(() => operation);
  }
}

function operationWords({server, total, ended, failed, failures, cause, finishedAt}) {
  const what = finishedAt ? 'Ended' : 'Ending';
  const first = failures?.[0];
  return `${what} ${meetingsOf(total)} on ${server}: ${number(ended)} ended, ${number(failed)} failed`
    + `${first ? ` (${first.meetingID}: ${first.cause})` : ''}${cause ? `; it may hold more: ${cause}` : ''}.`;
}

// ---- Dialogs

/** Sends the dialog's request. If that fails, the dialog stays open with the reason. */
async function submitDialog(dialog, request, doneText) {
  const button = dialog.querySelector('form button');
  button.disabled = true;
  fill(dialog, {error: ''});
  try {
    await perform(request, doneText);
    dialog.close();
  } catch (failure) {
    fill(dialog, {error: errorText(failure)});
    if (failure.status === 401) askForToken(errorText(failure));
    if (dialog.id !== 'confirm' && offerForce(failure, request, doneText)) dialog.close();
  } finally {
    button.disabled = false;
  }
}

let confirmation = null;

/** @param typed what must be typed before the call is sent, if anything */
function confirmFirst({title, text, go, typed, request, doneText}) {
  confirmation = {typed, request, doneText};
  fill(ui.confirm, {title, text, go, label: `Type ${typed} to confirm`, error: '', call: requestLine(request)});
  ui.confirmTyping.hidden = !typed;
  ui.confirmName.value = '';
  ui.confirm.showModal();
}

function confirmEndAll(server) {
  const {load} = serverNamed(server);
  confirmFirst({
    title: `End all meetings on ${server}`,
    text: `This throws people out: ${meetingsAndPeople(load.meetings, load.users)} as of its last list.`,
    go: 'End all meetings', typed: server, doneText: operationWords,
    request: {method: 'POST', path: serverPath(server, 'end-meetings'), body: {}, server},
  });
}

function confirmEndCopy({server, meeting, people}) {
  confirmFirst({
    title: `End ${meeting} on ${server}`,
    text: `This throws people out of the copy on ${server}: ${people}. Copies on other servers go on.`,
    go: 'End this copy', doneText: () => `${meeting} on ${server} was ended.`,
    request: {method: 'POST', path: 'meetings/end', body: {meetingID: meeting, server}, server},
  });
}

function submitConfirm(event) {
  event.preventDefault();
  const {typed, request, doneText} = confirmation;
  if (typed && ui.confirmName.value.trim() !== typed) {
    fill(ui.confirm, {error: `The name differs. Type ${typed} to confirm.`});
    ui.confirmName.focus();
  } else submitDialog(ui.confirm, request, doneText);
}

function openDrain(server) {
  ui.drain.dataset.server = server;
  ui.drainForm.reset();
  fill(ui.drain, {title: `Drain ${server}`, error: ''});
  showDrainRequest();
  ui.drain.showModal();
}

function drainRequest() {
  const {server} = ui.drain.dataset;
  const deadline = ui.drainDeadline.value;
  const message = ui.drainMessage.value.trim();
  const body = {end: ui.drainEnd.checked && deadline !== '', then: ui.drainThen.value};
  if (deadline) body.deadline = new Date(deadline).toISOString();
  if (message) body.message = message;
  return {method: 'PUT', path: serverPath(server, 'drain'), body, server};
}

function showDrainRequest() {
  ui.drainEnd.disabled = ui.drainDeadline.value === ''; // no deadline, no moment to end them
  fill(ui.drain, {call: requestLine(drainRequest())});
}

function submitDrain(event) {
  event.preventDefault();
  const request = drainRequest();
  submitDialog(ui.drain, request, () => `${request.server} is being drained: it gets no new meetings.`);
}

function setUpDialogs() {
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-close]')) return event.target.closest('dialog').close();
    const button = event.target.closest('[data-action]');
    if (!button) return;
    if (button.closest('#server-panel')) ui.serverPanel.close();
    ACTIONS[button.dataset.action].run(button.dataset);
  });
  ui.serverPanel.addEventListener('close', () => { state.panel = null; });
  ui.confirm.addEventListener('submit', submitConfirm);
  ui.drain.addEventListener('submit', submitDrain);
  ui.drain.addEventListener('input', showDrainRequest);
  ui.resultClose.addEventListener('click', () => {
    ui.result.hidden = true;
    ui.main.focus({preventScroll: true});
  });
}

// ---- Find a meeting

async function findMeeting(event) {
  event.preventDefault();
  const id = ui.findId.value.trim();
  setText(ui.findAnswer, 'Asking…');
  fillCopies(ui.findCopies, null);
  try {
    const meeting = await call('GET', `meetings/find?id=${encodeURIComponent(id)}`);
    setText(ui.findAnswer, foundWords(meeting));
    fillCopies(ui.findCopies, meeting);
  } catch (error) {
    setText(ui.findAnswer, notFoundWords(id, error));
  }
}

function foundWords({meetingID, server, users, createdAt, certainty, asOf, copies}) {
  const since = createdAt ? `, since ${timeOfDay(createdAt)}` : '';
  const doubt = certainty && certainty !== 'certain' ? ` This is ${certainty}${asOf ? `, as of ${timeOfDay(asOf)}` : ''}.` : '';
  const split = copies?.length ? ` There are ${copies.length + 1} copies:` : '';
  return `${meetingID} is on ${server}, ${peopleOf(users)}${since}.${doubt}${split}`;
}

function notFoundWords(id, error) {
  if (error.type === 'meeting-absent') return `No server has ${id}.`; // one that was killed counts as empty
  if (error.type !== 'meeting-unknown') return errorText(error);
  const silent = error.problem.silent ?? [];
  return `Unknown: ${silent.join(', ')} ${silent.length === 1 ? 'does' : 'do'} not answer.`;
}

// ---- Events

const quoted = (text) => (/[\s"]/.test(text) ? JSON.stringify(text) : text);
const eventFields = ({fields}) => Object.entries(fields ?? {}).map(([key, value]) => `${key}=${quoted(String(value))}`).join(' ');

const newestEvents = () => [...state.events.values()].sort((a, b) => Date.parse(b.time) - Date.parse(a.time) || b.id - a.id);

function shownEvents() {
  const wanted = ui.eventFilter.value.trim();
  const events = state.frozenEvents ?? newestEvents();
  return events.filter((event) => `${event.name} ${eventFields(event)}`.includes(wanted)).slice(0, EVENTS_SHOWN);
}

function renderEvents() {
  updateList(ui.events, shownEvents(), eventKey, ui.eventTemplate, fillEvent);
}

function fillEvent(node, event) {
  const level = event.level.toLowerCase();
  node.dataset.level = level;
  slot(node, 'time').dateTime = event.time;
  fill(node, {time: clockWithSeconds.format(new Date(event.time)), level, name: event.name, fields: eventFields(event)});
}

function pauseEvents() {
  state.frozenEvents = state.frozenEvents ? null : newestEvents();
  ui.eventPause.ariaPressed = String(state.frozenEvents !== null);
  renderEvents();
}

// ---- Foot and colours

function renderFoot() {
  const {status, access} = state;
  if (!status) return setText(ui.foot, '');
  setText(ui.foot, joined([
    `tinyscale ${status.version}`,
    `up ${duration(age(status.startedAt))}`,
    `as of ${clockWithSeconds.format(state.lastWord)} (${duration(silentFor())} ago)`,
    `servers.json is ${status.pool?.writable === false ? 'read-only' : 'writable'}`,
    access && `logged in as ${access.name} (${access.scope})`,
  ], ' · '));
}

const THEME_KEY = 'tinyscale.theme';

function setUpTheme() {
  showTheme(localStorage.getItem(THEME_KEY) ?? 'auto');
  ui.theme.addEventListener('change', ({target}) => {
    localStorage.setItem(THEME_KEY, target.value);
    showTheme(target.value);
  });
}

function showTheme(theme) {
  document.documentElement.dataset.theme = theme;
  ui.theme.querySelector(`[value="${theme}"]`).checked = true;
}

async function copyCommand(event) {
  if (event.target.dataset.slot !== 'copy') return;
  const command = slot(event.target.parentElement, 'command');
  const text = command.textContent;
  try {
    await navigator.clipboard.writeText(text);
    showResult('Copied:', text);
  } catch {
    // Browsers refuse the clipboard to plain http from another machine.
    getSelection().selectAllChildren(command);
    showResult('Selected. Press Ctrl+C to copy:', text);
  }
}

// ---- All together

function render() {
  renderTab();
  renderFoot();
  if (!state.login) return;
  renderVerdict();
  ui.data.hidden = !state.status;
  if (!state.status) return;
  renderProblems();
  renderFigures();
  renderServers();
  renderPanel();
  renderEvents();
}

function setUp() {
  setUpTheme();
  setUpLogin();
  setUpDialogs();
  ui.serverHeads.addEventListener('click', (event) => {
    const column = event.target.closest('[data-sort]')?.dataset.sort;
    if (column) sortBy(column);
  });
  ui.serverFilter.addEventListener('input', renderServers);
  ui.find.addEventListener('submit', findMeeting);
  ui.problems.addEventListener('click', copyCommand);
  ui.eventFilter.addEventListener('input', renderEvents);
  ui.eventPause.addEventListener('click', pauseEvents);
  setInterval(render, 1000); // times tick
  addEventListener('pagehide', () => state.stream?.abort()); // a page kept for Back would keep its connection
  start();
}

setUp();
