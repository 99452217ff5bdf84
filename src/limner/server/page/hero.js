// Who it is: a medallion of their day, the persona, and what is declared or inferred of them.

import {h, s} from './dom.js';
import {count, day, percent} from './format.js';
import {comparePath} from './router.js';
import {openFact} from './sheet.js';
import {named, t} from './words.js';

/** Return the head of a portrait. */
export function drawHero(portrait, act) {
  const {profile, charts} = portrait;
  const [persona] = portrait.of('persona');
  const who = portrait.of('demographic');
  return h('section', {class: 'hero card full', 'aria-labelledby': 'who'},
    drawMedallion(charts.hours),
    h('div', {class: 'hero-text'},
      h('h1', {id: 'who', tabindex: '-1'}, String(portrait.id)),
      persona ? h('p', {class: 'persona'}, persona.statement) : null,
      persona ? h('p', {class: 'small'}, factLink(portrait, persona, act, t('hero.why'))) : null,
      who.length ? h('ul', {class: 'who', 'aria-label': t('hero.who')}, who.map((fact) => trait(portrait, fact, act))) : null,
      restsOn(profile, charts)));
}

function trait(portrait, fact, act) {
  const name = named(`attribute.${fact.key}`, fact.key.replaceAll('_', ' '));
  const value = named(`value.${fact.value}`, String(fact.value));
  const how = fact.source === 'declared' ? t('source.declared')
    : t('hero.how', {source: named(`source.${fact.source}`, fact.source), share: percent(fact.confidence)});
  return h('li', {}, h('button', {type: 'button', class: `trait ${fact.source === 'declared' ? 'declared' : 'inferred'}`,
    on: {click: () => openFact(portrait, fact, act)}},
  h('span', {class: 'trait-name'}, name), h('b', {}, value), h('span', {class: 'trait-how'}, how)));
}

const factLink = (portrait, fact, act, text) =>
  h('button', {type: 'button', class: 'link', on: {click: () => openFact(portrait, fact, act)}}, text);

function restsOn(profile, charts) {
  const {coverage, vector} = profile;
  const values = {events: count(coverage.events), texts: count(coverage.texts), days: count(coverage.days)};
  return h('p', {class: 'rests'}, t('hero.rests', values), profile.as_of ? ` · ${day(profile.as_of, charts.timezone)}` : '',
    typeof vector?.alpha === 'number' ? h('span', {class: 'gate', title: t('hero.gate.title')},
      t('hero.gate', {alpha: percent(vector.alpha), beta: percent(vector.beta)})) : null,
    charts.kept_since ? ` · ${t('hero.kept', {day: day(charts.kept_since, charts.timezone)})}` : '',
    ' · ', h('a', {href: comparePath(profile.user_id)}, t('hero.compare')));
}

/** Return a ring of 24 strokes, as long as the user is busy in each hour: a face made of a day. */
export function drawMedallion(hours) {
  const byHour = Array.from({length: 24}, (_, hour) => hours.reduce((sum, row) => sum + row[hour], 0));
  const most = Math.max(1, ...byHour);
  const strokes = byHour.map((n, hour) => s('line', {x1: 60, y1: 60 - 34, x2: 60, y2: 60 - 35.5 - 20 * Math.sqrt(n / most),
    transform: `rotate(${hour * 15 + 7.5} 60 60)`, class: n ? 'stroke' : 'stroke none'}));
  return s('svg', {viewBox: '0 0 120 120', class: 'medallion', 'aria-hidden': 'true'},
    s('circle', {cx: 60, cy: 60, r: 29, class: 'face'}), s('circle', {cx: 60, cy: 53, r: 8.5, class: 'bust'}),
    s('path', {d: 'M42 79c2.5-10.5 9.5-15 18-15s15.5 4.5 18 15', class: 'bust'}), strokes);
}
