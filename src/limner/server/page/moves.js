// How a ranking moved: places before and after.

import {h} from './dom.js';
import {t} from './words.js';

const TOP = 10;

/** Return items of either top ten with their places before and after; undefined: not among those watched. */
export function findMoves(before, after) {
  const places = new Map(before.map((one, place) => [String(one.item_id), place + 1]));
  const now = new Map(after.map((one, place) => [String(one.item_id), place + 1]));
  const told = new Map([...after.slice(0, TOP), ...before.slice(0, TOP)].map((one) => [String(one.item_id), one]));
  return [...told].map(([id, one]) => ({id, title: one.title ?? id, before: places.get(id), after: now.get(id)}));
}

/** Return the moves as a list: what is in the new top ten in its order, then what fell out. */
export function drawMoves(moves) {
  if (moves.every((one) => one.before === one.after)) return h('p', {class: 'nothing'}, t('moves.none'));
  return h('ol', {class: 'moves'}, moves.map((one) => h('li', {class: `move ${wayOf(one)}`},
    h('span', {class: 'place'}, one.after ?? '–'), h('span', {class: 'grow'}, one.title),
    h('span', {class: 'shift'}, tellMove(one)))));
}

/** Return up, down or same. */
export function wayOf({before, after}) {
  if (before === after) return 'same';
  return (after ?? Infinity) < (before ?? Infinity) ? 'up' : 'down';
}

/** Return a move in words. */
export function tellMove(one) {
  const way = wayOf(one);
  if (way === 'same') return t('moves.same');
  if (one.before === undefined) return `▲ ${t('moves.new')}`;
  if (one.after === undefined) return `▼ ${t('moves.gone', {before: one.before})}`;
  return `${way === 'up' ? '▲' : '▼'} ${t('moves.from', {before: one.before, after: one.after})}`;
}
