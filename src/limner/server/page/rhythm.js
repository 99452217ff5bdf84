// What a user does when: a heat map of hours and weekdays on the owner's clock, and their habits in words.

import {tableBehind} from './behind.js';
import {h, s} from './dom.js';
import {count, weekdays} from './format.js';
import {nothing} from './states.js';
import {t} from './words.js';

const CELL = 15;
const LEFT = 34;
const TOP = 16;
const LEVELS = 5;
const TOLD = ['frequency', 'monetary', 'daypart', 'peak_hour', 'weekend_share', 'sessions', 'dwell', 'rating_style'];

/** Return the heat map with what is said of it. */
export function drawRhythm(portrait) {
  const {hours, timezone} = portrait.charts;
  const total = hours.flat().reduce((sum, n) => sum + n, 0);
  if (!total) return nothing(t('rhythm.none'));
  const said = portrait.of('behaviour', ...TOLD);
  return h('div', {}, drawHours(hours, t('rhythm.say', busiest(hours))),
    h('p', {class: 'small'}, t('rhythm.zone', {zone: timezone})),
    said.length ? h('ul', {class: 'said'}, said.map((fact) => h('li', {}, fact.statement))) : null,
    tableBehind(t('rhythm.title'), [t('about'), ...weekdays('short')],
      Array.from({length: 24}, (_, hour) => [`${hour}:00`, ...hours.map((row) => (row[hour] ? count(row[hour]) : ''))])));
}

/** Return the map: darker and larger is busier. */
export function drawHours(hours, label) {
  const most = Math.max(...hours.flat());
  const names = weekdays('short');
  const marks = [0, 6, 12, 18].map((hour) => s('text', {x: LEFT + hour * CELL + 1, y: 10, class: 'axis'}, `${hour}:00`));
  const rows = hours.map((row, weekday) => [
    s('text', {x: 0, y: TOP + weekday * CELL + 11, class: 'axis'}, names[weekday]),
    row.map((n, hour) => square(n, most, LEFT + hour * CELL, TOP + weekday * CELL, `${names[weekday]} ${hour}:00`))]);
  return s('svg', {viewBox: `0 0 ${LEFT + 24 * CELL} ${TOP + 7 * CELL}`, class: 'heat', role: 'img', 'aria-label': label}, marks, rows);
}

function square(n, most, x, y, when) {
  const level = n ? Math.ceil((Math.sqrt(n / most)) * LEVELS) : 0;
  const side = level ? 6 + (level / LEVELS) * 8 : 2.4;
  const gap = (CELL - side) / 2;
  return s('rect', {x: x + gap, y: y + gap, width: side, height: side, rx: side > 5 ? 2.4 : 1.2, class: `heat-${level}`},
    s('title', {}, `${when} · ${t('events', {n: count(n)})}`));
}

function busiest(hours) {
  let best = [0, 0];
  hours.forEach((row, weekday) => row.forEach((n, hour) => { if (n > hours[best[0]][best[1]]) best = [weekday, hour]; }));
  return {weekday: weekdays('long')[best[0]], hour: best[1], n: count(hours[best[0]][best[1]])};
}
