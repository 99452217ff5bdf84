// A score taken apart: every part starts where the one before it ended, and the last ends at the score.

import {tableBehind} from './behind.js';
import {h, s} from './dom.js';
import {score, signed} from './format.js';
import {openRows} from './sheet.js';
import {named, t} from './words.js';

const MOST = 9;
const WIDTH = 260;

/** Return the waterfall of an explanation, its check, and what would change it. */
export function drawWaterfall(portrait, told, act) {
  const steps = stepsOf(told);
  const ends = steps.flatMap((one) => [one.from, one.to]);
  const scale = {low: Math.min(0, ...ends), high: Math.max(0, ...ends, told.score)};
  return h('div', {}, h('h3', {id: 'why-title'}, t('why.title', {item: told.title ?? told.item_id})),
    h('p', {class: 'small'}, t('why.ranks', {rank: told.rank_unseen ?? '–', n: told.n_items, alpha: told.alpha.toFixed(2), beta: told.beta.toFixed(2)})),
    told.note ? h('p', {class: 'note'}, told.note) : null,
    h('ol', {class: 'fall'}, steps.map((one) => step(portrait, one, scale, act)),
      h('li', {class: 'step total'}, h('span', {class: 'name'}, t('why.score')), drawStep({from: 0, to: told.score, whole: true}, scale),
        h('b', {class: 'points'}, score(told.score)))),
    h('p', {class: 'sums small', id: 'sums'}, t('why.sums', {parts: score(told.sum_of_parts), score: score(told.score)}),
      Math.abs(told.sum_of_parts - told.score) < 1e-6 ? ' ✓' : ' ✗'),
    told.counterfactuals.length ? [h('h3', {}, t('why.change')), h('ul', {class: 'said'}, told.counterfactuals.map((one) => h('li', {}, one.text)))] : null,
    tableBehind(t('why.table'), [t('why.part'), t('why.kind'), t('why.value'), t('why.total')],
      steps.map((one) => [one.title, one.kind, signed(one.value, 6), signed(one.to, 6)])));
}

/** Return the base, the largest parts and the rest, each from where the last ended. */
export function stepsOf(told) {
  const shown = told.parts.slice(0, MOST);
  const rest = told.parts.slice(MOST);
  const parts = [{title: t('why.base'), kind: t('why.everyone'), value: told.base},
    ...shown.map((one) => ({title: titleOf(one), kind: named(`part.${one.kind}`, one.kind), value: one.value, ids: one.event_ids ?? []}))];
  if (rest.length) parts.push({title: t('why.rest', {n: rest.length}), kind: '', value: rest.reduce((sum, one) => sum + one.value, 0)});
  let at = 0;
  return parts.map((one) => ({...one, from: at, to: (at += one.value)}));
}

function titleOf(one) {
  if (one.kind === 'correction') return `${t('part.correction')} · ${String(one.key).split('=').slice(1).join('=') || one.key}`;
  return one.title ?? named(`part.${one.key}`, String(one.key));
}

function step(portrait, one, scale, act) {
  const name = one.ids?.length
    ? h('button', {type: 'button', class: 'link name', on: {click: () => openRows(portrait, one.title, one.ids, act.signal)}}, one.title)
    : h('span', {class: 'name'}, one.title);
  return h('li', {class: 'step'}, name, drawStep(one, scale), h('span', {class: 'points'}, signed(one.value, 4)));
}

function drawStep({from, to, whole}, {low, high}) {
  const x = (value) => ((value - low) / (high - low || 1)) * WIDTH;
  const left = Math.min(x(from), x(to));
  const kind = whole ? 'whole' : to < from ? 'minus' : 'plus';
  return s('svg', {viewBox: `0 0 ${WIDTH} 18`, class: 'step-drawn', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
    s('line', {class: 'floor', x1: x(0), x2: x(0), y1: 0, y2: 18, 'vector-effect': 'non-scaling-stroke'}),
    s('rect', {class: kind, x: left, y: 3, width: Math.max(1, Math.abs(x(to) - x(from))), height: 12}),
    whole ? null : s('line', {class: 'joint', x1: x(to), x2: x(to), y1: 3, y2: 18, 'vector-effect': 'non-scaling-stroke'}));
}
