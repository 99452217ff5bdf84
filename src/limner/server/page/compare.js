// Two users side by side: who they are, what each turns to, and how near they are.

import {tableBehind} from './behind.js';
import {compare} from './api.js';
import {drawSides} from './aspects.js';
import {h, s} from './dom.js';
import {percent} from './format.js';
import {drawMedallion} from './hero.js';
import {readPortrait} from './portrait.js';
import {preferences} from './preferences.js';
import {comparePath, go, userPath} from './router.js';
import {drawHours} from './rhythm.js';
import {makeSearch} from './search.js';
import {nothing, showLoading, showView} from './states.js';
import {t} from './words.js';

const HALF = 150;
const MOST = 12;

/** Show two users, or the fields to choose them. */
export async function showCompare({main, signal, ids}) {
  if (ids.length < 2) return showView(main, t('compare.title'), choosers(ids), h('p', {class: 'small center'}, t('compare.hint')));
  showLoading(main, 4);
  const [one, other] = await Promise.all(ids.map((id) => readPortrait(id, signal)));
  const likeness = (await compare(...ids, preferences.lang, signal)).similarity;
  if (signal.aborted) return;
  const both = [one, other];
  showView(main, `${one.id} · ${other.id}`, choosers(ids),
    h('div', {class: 'grid'},
      both.map((portrait) => h('section', {class: 'card half hero small-hero'}, drawMedallion(portrait.charts.hours), h('div', {class: 'hero-text'},
        h('h2', {}, h('a', {href: userPath(portrait.id)}, String(portrait.id))),
        h('p', {class: 'persona'}, portrait.of('persona')[0]?.statement ?? t('facts.none'))))),
      h('section', {class: 'card full center'}, likeness === null ? null : [h('p', {class: 'likeness'}, percent(Math.max(0, likeness))),
        h('p', {class: 'small'}, t('compare.likeness'))]),
      h('section', {class: 'card full', 'aria-labelledby': 'both-interests'}, h('h2', {id: 'both-interests'}, t('compare.interests')), drawInterests(both)),
      both.map((portrait) => h('section', {class: 'card half'}, h('h2', {}, t('compare.rhythm', {id: portrait.id})),
        drawHours(portrait.charts.hours, t('compare.rhythm', {id: portrait.id})))),
      both.map((portrait) => h('section', {class: 'card half'}, h('h2', {}, t('compare.aspects', {id: portrait.id})), drawAspects(portrait)))));
}

function choosers(ids) {
  const fields = [0, 1].map((at) => h('div', {class: 'chooser'}, h('label', {class: 'small', for: `compare-${at}`}, t(`compare.field${at}`)), makeSearch({id: `compare-${at}`, label: t(`compare.field${at}`), value: ids[at] ?? '',
    choose: (id) => go(at ? comparePath(ids[0] ?? document.getElementById('compare-0').value, id) : comparePath(id, ids[1] ?? document.getElementById('compare-1').value))})));
  return h('section', {class: 'choosers'}, h('h1', {tabindex: '-1'}, t('compare.title')), h('search', {}, fields));
}

function drawInterests(both) {
  const shares = both.map(({charts}) => new Map(charts.interests.map((one) => [one.value, Math.max(one.lasting, one.recent)])));
  const values = [...new Set(shares.flatMap((one) => [...one.keys()]))];
  const of = (value) => shares.map((one) => one.get(value) ?? 0);
  const sum = (value) => of(value)[0] + of(value)[1];
  values.sort((a, b) => sum(b) - sum(a));
  const shown = values.slice(0, MOST);
  if (!shown.length) return nothing(t('interests.none'));
  const most = Math.max(...shown.flatMap(of), 0.01);
  return h('div', {}, h('div', {class: 'mirror-head small', 'aria-hidden': 'true'}, both.map((one) => h('b', {}, String(one.id)))),
    h('ul', {class: 'mirrors'}, shown.map((value) => h('li', {}, mirror(value, of(value), most)))),
    tableBehind(t('compare.interests'), [t('about'), ...both.map((one) => String(one.id))], shown.map((value) => [value, ...of(value).map((share) => percent(share, 1))])));
}

function mirror(value, [left, right], most) {
  const width = (share) => (share / most) * (HALF - 4);
  return h('div', {class: 'mirror'}, h('span', {class: 'points'}, left ? percent(left) : '–'),
    s('svg', {viewBox: `0 0 ${HALF} 16`, class: 'mirror-drawn', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
      s('rect', {class: 'left', x: HALF - width(left), y: 2, width: width(left), height: 12})),
    h('span', {class: 'name'}, value),
    s('svg', {viewBox: `0 0 ${HALF} 16`, class: 'mirror-drawn', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
      s('rect', {class: 'right', x: 0, y: 2, width: width(right), height: 12})),
    h('span', {class: 'points'}, right ? percent(right) : '–'));
}

function drawAspects({charts: {aspects}}) {
  if (!aspects.length) return nothing(t('aspects.none'));
  const most = Math.max(1, ...aspects.flatMap((one) => [one.liked, one.disliked]));
  return h('ul', {class: 'aspects'}, aspects.slice(0, 8).map((one) => h('li', {class: 'aspect', role: 'listitem'},
    h('span', {class: 'name'}, one.value.replaceAll('_', ' ')), drawSides(one, most),
    h('span', {class: 'unseen'}, t('aspects.say', {value: one.value, liked: one.liked, disliked: one.disliked, mood: ''})))));
}
