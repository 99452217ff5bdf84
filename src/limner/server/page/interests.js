// What a user turns to: of late against over the long run, beside what is usual, and whether they like it.

import {tableBehind} from './behind.js';
import {h, s} from './dom.js';
import {count, percent, signed} from './format.js';
import {openFact} from './sheet.js';
import {nothing} from './states.js';
import {t} from './words.js';

const WIDTH = 300;
const FELT = 0.15;
const FEW = 6;
const SEEN = 0.01;

/** Return the bars of the interests. */
export function drawInterests(portrait, act) {
  const {kind, interests} = portrait.charts;
  if (!interests.length) return nothing(t('interests.none'));
  const told = interests.filter((one, place) => place < FEW || Math.max(one.recent, one.lasting) >= SEEN).map((one) => ({...one, fact: portrait.facts.get(`interest/${kind}=${one.value}`)}));
  const most = Math.max(...told.map((one) => Math.max(one.recent, one.lasting)), 0.01);
  return h('div', {}, legend(), h('ol', {class: 'bars'}, told.map((one) => bar(portrait, one, most, act))),
    tableBehind(t('interests.title'),
      [t('about'), t('interests.recent'), t('interests.lasting'), t('interests.usual'), t('liking'), t('rows')],
      interests.map((one) => [one.value, percent(one.recent, 1), percent(one.lasting, 1), percent(one.usual, 1),
        mood(likingOf(one)).text, count(one.n)])));
}

function legend() {
  const key = (name) => h('li', {}, h('span', {class: `key ${name}`}), t(`interests.${name}`));
  return h('ul', {class: 'legend', 'aria-hidden': 'true'}, ['recent', 'lasting', 'usual'].map(key), h('li', {}, t('interests.signs')));
}

function bar(portrait, one, most, act) {
  const width = (share) => Math.max(share ? 1.5 : 0, (share / most) * WIDTH);
  const picture = s('svg', {viewBox: `0 0 ${WIDTH} 26`, class: 'bar-drawn', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
    s('rect', {class: 'track', width: WIDTH, height: 26, rx: 2}),
    s('rect', {class: 'recent', y: 3, width: width(one.recent), height: 11, rx: 1.5}),
    s('rect', {class: 'lasting', y: 16, width: width(one.lasting), height: 7, rx: 1.5}),
    one.usual && one.usual < most ? s('line', {class: 'usual', x1: width(one.usual), x2: width(one.usual), y1: 0, y2: 26}) : null);
  const felt = mood(likingOf(one));
  const label = t('interests.say', {value: one.value, recent: percent(one.recent), lasting: percent(one.lasting)});
  return h('li', {class: 'bar'},
    one.fact ? h('button', {type: 'button', class: 'link name', on: {click: () => openFact(portrait, one.fact, act)}}, one.value)
      : h('span', {class: 'name'}, one.value),
    h('span', {class: 'drawn', role: 'img', 'aria-label': label}, picture),
    h('span', {class: 'figures2'}, h('b', {}, percent(one.recent)), h('span', {class: 'muted'}, percent(one.lasting))),
    h('span', {class: `felt ${felt.name}`, title: felt.text ? t('liking') : null}, felt.text, felt.text ? h('span', {class: 'unseen'}, ` ${t('liking')}`) : null),
    one.fact && one.fact.trend !== 'steady' ? h('span', {class: `trend ${one.fact.trend}`}, t(`trend.${one.fact.trend}`)) : h('span', {}));
}

const likingOf = (one) => one.fact?.liking ?? one.liking;

/** Return a liking as a class and as text with its sign and shape. */
export function mood(liking) {
  if (liking === null || liking === undefined) return {name: 'unsaid', text: ''};
  const name = liking > FELT ? 'liked' : liking < -FELT ? 'disliked' : 'mixed';
  return {name, text: `${{liked: '▲', disliked: '▼', mixed: '◆'}[name]} ${signed(liking)}`};
}
