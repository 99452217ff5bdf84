// Every fact in words, by dimension; each opens its evidence.

import {listCorrections} from './corrections.js';
import {h} from './dom.js';
import {percent} from './format.js';
import {openFact} from './sheet.js';
import {nothing} from './states.js';
import {t} from './words.js';

const wide = window.matchMedia('(min-width: 701px)');
const DIMENSIONS = ['interest', 'behaviour', 'sentiment', 'social', 'demographic'];

/** Return all facts and what was corrected of them. */
export function drawFacts(portrait, act) {
  const groups = DIMENSIONS.map((name) => [name, portrait.of(name)]).filter(([, facts]) => facts.length);
  if (!groups.length) return h('div', {}, listCorrections(portrait, act), nothing(t('facts.none')));
  return h('div', {}, h('p', {class: 'small'}, t('facts.text')), listCorrections(portrait, act),
    h('div', {class: 'fact-groups'}, groups.map(([name, facts]) => h('details', {open: wide.matches},
      h('summary', {}, h('h3', {}, t(`dimension.${name}`)), h('span', {class: 'muted'}, facts.length)),
      h('ul', {class: 'facts'}, facts.map((fact) => line(portrait, fact, act)))))));
}

function line(portrait, fact, act) {
  const path = `${fact.dimension}/${fact.key}=${fact.value}`;
  return h('li', {}, h('button', {type: 'button', class: 'fact', id: `fact-${path}`, 'data-fact': path, on: {click: () => openFact(portrait, fact, act)}},
    h('span', {class: 'grow'}, fact.statement),
    portrait.corrected.has(path) ? h('span', {class: 'badge'}, t('corrected.badge')) : null,
    h('span', {class: 'sure', title: t('fact.confidence')}, percent(fact.confidence), h('span', {class: 'unseen'}, ` ${t('fact.confidence')}`))));
}
