// What is recommended, in its order, and beside it why: the score of the chosen item taken apart.

import {explain, recommend} from './api.js';
import {h, put} from './dom.js';
import {score} from './format.js';
import {tellMove, wayOf} from './moves.js';
import {preferences} from './preferences.js';
import {nothing, showFailure} from './states.js';
import {drawWaterfall} from './waterfall.js';
import {t} from './words.js';

const SHOWN = 10;

/** Fill the part of the recommendations; drawn again, rows that moved glide to their new places. */
export async function drawRecommendations(place, portrait, act) {
  place.setAttribute('aria-busy', 'true');
  await fillPlace(place, portrait, act);
  if (!act.signal.aborted) place.removeAttribute('aria-busy');
}

async function fillPlace(place, portrait, act) {
  const old = new Map([...place.querySelectorAll('[data-item]')].map((row) => [row.dataset.item, row.getBoundingClientRect().top]));
  place.setAttribute('role', 'region');
  place.setAttribute('aria-labelledby', 'ranking-title');
  const title = h('h2', {id: 'ranking-title'}, t('ranking.title'));
  if (!old.size) put(place, title, h('p', {class: 'small'}, t('loading')));
  let told;
  try {
    told = await recommend(portrait.id, SHOWN, preferences.lang, act.signal);
  } catch (error) {
    if (act.signal.aborted) return;
    if (error.status === 401) return showFailure({main: place, ids: []}, error);
    return put(place, title, nothing(error.message));
  }
  const list = told.items;
  if (!list.length) return put(place, title, nothing(told.note || t('ranking.none')));
  const why = h('div', {class: 'why', 'aria-live': 'polite'});
  const moves = new Map(act.moves.map((one) => [one.id, one]));
  const rows = list.map((one, at) => row(one, at, moves.get(String(one.item_id)), () => choose(one)));
  const choose = (one) => {
    rows.forEach((each) => each.firstChild.setAttribute('aria-pressed', String(each.dataset.item === String(one.item_id))));
    return showWhy(why, portrait, one, act);
  };
  put(place, title, h('p', {class: 'small'}, t('ranking.text')), told.note ? h('p', {class: 'small'}, told.note) : null,
    h('div', {class: 'ranking'}, h('ol', {class: 'picks'}, rows), why));
  glide(rows, old);
  await choose(list[0]);
}

function row(one, at, move, act) {
  return h('li', {'data-item': one.item_id}, h('button', {type: 'button', class: 'pick', 'aria-pressed': 'false', on: {click: act}},
    h('span', {class: 'place'}, at + 1),
    h('span', {class: 'grow'}, h('b', {}, one.title ?? one.item_id), h('span', {class: 'reasons small'}, (one.reasons ?? []).join(' · '))),
    h('span', {class: 'points'}, score(one.score), move && wayOf(move) !== 'same' ? h('span', {class: `moved ${wayOf(move)}`}, tellMove(move)) : null)));
}

async function showWhy(why, portrait, one, act) {
  why.setAttribute('aria-busy', 'true');
  try {
    const told = await explain(portrait.id, one.item_id, preferences.lang, act.signal);
    put(why, drawWaterfall(portrait, told, act));
  } catch (error) {
    if (!act.signal.aborted) put(why, nothing(error.message));
  }
  why.removeAttribute('aria-busy');
}

/** Let rows start from where they stood, unless less motion is wished for. */
function glide(rows, old) {
  if (!old.size || window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  for (const each of rows) {
    const from = old.get(each.dataset.item);
    const by = from === undefined ? 0 : from - each.getBoundingClientRect().top;
    const start = from === undefined ? {opacity: 0} : {transform: `translateY(${by}px)`};
    if (from === undefined || by) each.animate([start, {}], {duration: 450, easing: 'cubic-bezier(.2,.7,.2,1)'});
  }
}
