// What a user praises and blames: rows for and against, with the quotations one click away.

import {tableBehind} from './behind.js';
import {h, s} from './dom.js';
import {count, signed} from './format.js';
import {mood} from './interests.js';
import {openQuotes} from './sheet.js';
import {nothing} from './states.js';
import {t} from './words.js';

const HALF = 100;
const SHOWN = 9;

/** Return the bars: blame to the left, praise to the right. */
export function drawAspects(portrait, act) {
  const {aspects} = portrait.charts;
  const overall = portrait.of('sentiment', 'overall', 'ratings');
  if (!aspects.length) return nothing(t('aspects.none'));
  const most = Math.max(...aspects.map((one) => Math.max(one.liked, one.disliked)), 1);
  return h('div', {},
    overall.length ? h('ul', {class: 'said'}, overall.map((fact) => h('li', {}, fact.statement))) : null,
    h('div', {class: 'aspect-head small', 'aria-hidden': 'true'}, h('span', {}), h('span', {class: 'disliked'}, `▼ ${t('aspects.blamed')}`),
      h('span', {class: 'liked'}, `▲ ${t('aspects.praised')}`)),
    h('ul', {class: 'aspects'}, aspects.slice(0, SHOWN).map((one) => aspect(portrait, one, most, act))),
    tableBehind(t('aspects.title'), [t('about'), t('aspects.blamed'), t('aspects.praised'), t('liking')],
      aspects.map((one) => [tell(one.value), count(one.disliked), count(one.liked), one.liking === null ? '' : signed(one.liking)])));
}

function aspect(portrait, one, most, act) {
  const fact = portrait.facts.get(`sentiment/aspect=${one.value}`);
  const label = t('aspects.say', {value: tell(one.value), liked: one.liked, disliked: one.disliked, mood: mood(one.liking).text});
  return h('li', {}, h('button', {type: 'button', class: 'aspect', 'aria-label': label,
    on: {click: () => openQuotes(portrait, one, fact, act)}},
  h('span', {class: 'name'}, tell(one.value)), drawSides(one, most), h('span', {class: 'more', 'aria-hidden': 'true'}, '›')));
}

/** Return the two bars of one aspect. */
export function drawSides({liked, disliked}, most) {
  const width = (n) => (n / most) * (HALF - 16);
  return s('svg', {viewBox: `0 0 ${2 * HALF} 20`, class: 'sides', 'aria-hidden': 'true'},
    s('line', {class: 'floor', x1: HALF, x2: HALF, y1: 0, y2: 20}),
    disliked ? [s('rect', {class: 'disliked', x: HALF - 1 - width(disliked), y: 4, width: width(disliked), height: 12, rx: 2}),
      s('text', {class: 'n', x: HALF - 5 - width(disliked), y: 14, 'text-anchor': 'end'}, disliked)] : null,
    liked ? [s('rect', {class: 'liked', x: HALF + 1, y: 4, width: width(liked), height: 12, rx: 2}),
      s('text', {class: 'n', x: HALF + 5 + width(liked), y: 14}, liked)] : null);
}

const tell = (aspect) => aspect.replaceAll('_', ' ');
