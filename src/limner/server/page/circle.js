// Whom a user knows, and who is like them.

import {readSimilar} from './api.js';
import {h, put} from './dom.js';
import {percent} from './format.js';
import {preferences} from './preferences.js';
import {comparePath, userPath} from './router.js';
import {nothing} from './states.js';
import {named, t} from './words.js';

const SIMILAR = 6;
const FRIENDS = 8;

/** Return friends with their closeness; those alike come in when they are found. */
export function drawCircle(portrait, act) {
  const {friends} = portrait.charts;
  const social = portrait.of('social');
  const alike = h('div', {'aria-busy': 'true'}, h('p', {class: 'small'}, t('loading')));
  fillAlike(alike, portrait, act.signal);
  return h('div', {}, social.length ? h('ul', {class: 'said'}, social.slice(0, 4).map((fact) => h('li', {}, fact.statement))) : null,
    h('h3', {}, t('circle.friends')),
    friends.length ? h('ul', {class: 'people'}, friends.slice(0, FRIENDS).map(friend)) : nothing(t('circle.alone')),
    h('h3', {}, t('circle.alike')), alike);
}

function friend(one) {
  const kind = named(`relation.${one.kind}`, one.kind);
  return h('li', {}, h('a', {href: userPath(one.user_id)}, String(one.user_id)),
    h('span', {class: 'muted'}, kind),
    one.weight === null ? null : h('meter', {min: 0, max: 1, value: Math.min(1, one.weight),
      'aria-label': t('circle.close', {share: percent(Math.min(1, one.weight))})}));
}

async function fillAlike(place, portrait, signal) {
  try {
    const similar = await readSimilar(portrait.id, SIMILAR, preferences.lang, signal);
    put(place, similar.length ? h('ul', {class: 'people'}, similar.map((one) => h('li', {},
      h('a', {href: userPath(one.user_id)}, String(one.user_id)), h('span', {class: 'muted grow'}, one.statement),
      h('a', {class: 'small', href: comparePath(portrait.id, one.user_id)}, t('circle.compare', {share: percent(one.similarity)}))))) : nothing(t('circle.unlike')));
  } catch (error) {
    if (!signal.aborted) put(place, nothing(error.message));
  }
  place.removeAttribute('aria-busy');
}
