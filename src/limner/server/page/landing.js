// The first view: a field to find somebody, and who might be looked at.

import {findUsers, readOverview, readSegments} from './api.js';
import {h, put} from './dom.js';
import {count} from './format.js';
import {preferences} from './preferences.js';
import {userPath} from './router.js';
import {makeSearch} from './search.js';
import {showView} from './states.js';
import {t} from './words.js';

const SHOWN = 6;

/** Show the first view; what it tells of the population comes in when it is there. */
export async function showLanding({main, signal}) {
  const ids = (await findUsers('', SHOWN, signal)).map((one) => one.user_id);
  if (signal.aborted) return;
  const figures = h('p', {class: 'figures'}, ' ');
  const groups = h('div', {class: 'groups', 'aria-busy': 'true'});
  showView(main, t('landing.title'), h('section', {class: 'landing'},
    h('h1', {tabindex: '-1'}, t('landing.title')),
    h('p', {class: 'lead'}, t('landing.text')),
    h('search', {class: 'landing-search'}, makeSearch({id: 'find'})),
    ids.length ? h('ul', {class: 'chips', 'aria-label': t('landing.some')}, ids.map(chip)) : h('p', {}, t('landing.empty')),
    figures, groups));
  tell(figures, groups, signal).catch(() => put(figures)).finally(() => groups.removeAttribute('aria-busy'));
}

async function tell(figures, groups, signal) {
  const all = await readOverview(signal);
  put(figures, ['users', 'items', 'events', 'texts'].map((name) =>
    h('span', {class: 'figure'}, h('b', {}, count(all[name])), ' ', t(`figure.${name}`))));
  const segments = await readSegments(preferences.lang, signal);
  put(groups, h('h2', {}, t('landing.groups')), h('div', {class: 'group-list'}, segments.slice(0, SHOWN).map((one) =>
    h('section', {class: 'card group'}, h('h3', {}, one.name), h('p', {class: 'small'}, t('segment.size', {n: count(one.size)})),
      h('ul', {class: 'chips'}, one.examples.map(chip))))));
}

const chip = (id) => h('li', {}, h('a', {class: 'chip', href: userPath(id)}, String(id)));
