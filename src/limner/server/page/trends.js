// How it went on: a line for everything and one for each thing a user turns to most, all over the same time.

import {tableBehind} from './behind.js';
import {h, s} from './dom.js';
import {count, day} from './format.js';
import {nothing} from './states.js';
import {named, t} from './words.js';

const WIDTH = 480;
const HEIGHT = 40;

/** Return the lines. */
export function drawTrends(portrait) {
  const {steps, kind} = portrait.charts;
  if (steps.starts.length < 2) return nothing(t('trends.none'));
  const every = named(`trends.step${steps.days}`, t('trends.step', {n: steps.days}));
  const lines = [{value: t('trends.all'), events: steps.events, whole: true},
    ...steps.lines.map((one) => ({...one, fact: portrait.facts.get(`interest/${kind}=${one.value}`)}))];
  return h('div', {}, h('p', {class: 'small'}, t('trends.text', {every})),
    h('ul', {class: 'lines'}, lines.map((one) => line(one, every))),
    h('div', {class: 'line axis-row', 'aria-hidden': 'true'}, h('span', {}),
      h('span', {class: 'ends'}, h('span', {}, day(steps.starts[0])), h('span', {}, day(steps.starts.at(-1)))), h('span', {})),
    tableBehind(t('trends.title'), [t('trends.from'), ...lines.map((one) => one.value)],
      steps.starts.map((start, place) => [day(start), ...lines.map((one) => count(one.events[place]))])));
}

function line({value, events, whole, fact}, every) {
  const most = Math.max(1, ...events);
  const total = events.reduce((sum, n) => sum + n, 0);
  return h('li', {class: `line ${whole ? 'whole' : ''}`}, h('span', {class: 'name'}, value),
    h('span', {class: 'drawn', role: 'img', 'aria-label': t('trends.say', {value, most: count(most), every, last: count(events.at(-1))})},
      drawLine(events, most)),
    h('span', {class: 'line-end'}, h('b', {}, count(total)),
      fact && fact.trend !== 'steady' ? h('span', {class: `trend ${fact.trend}`}, t(`trend.${fact.trend}`)) : null));
}

/** Return an area under a line, scaled to its own highest point. */
export function drawLine(events, most = Math.max(1, ...events)) {
  const x = (place) => (place / Math.max(1, events.length - 1)) * WIDTH;
  const y = (n) => HEIGHT - 2 - (n / most) * (HEIGHT - 6);
  const points = events.map((n, place) => `${x(place).toFixed(1)},${y(n).toFixed(1)}`);
  return s('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'spark', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
    s('path', {class: 'area', d: `M0,${HEIGHT} L${points.join(' L')} L${WIDTH},${HEIGHT} Z`}),
    s('polyline', {class: 'stroke', points: points.join(' '), 'vector-effect': 'non-scaling-stroke'}),
    s('line', {class: 'floor', x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5, 'vector-effect': 'non-scaling-stroke'}));
}
