// The portrait of one user: everything on one page, each part in its own module.

import {readCharts, readCorrections, readProfile} from './api.js';
import {drawAspects} from './aspects.js';
import {drawCircle} from './circle.js';
import {h} from './dom.js';
import {drawFacts} from './facts.js';
import {drawHero} from './hero.js';
import {drawInterests} from './interests.js';
import {preferences} from './preferences.js';
import {drawRecommendations} from './recommendations.js';
import {drawRhythm} from './rhythm.js';
import {showLoading, showView} from './states.js';
import {drawTrends} from './trends.js';
import {t} from './words.js';
import {drawWritings} from './writings.js';

/** Everything known of one user, as the parts of a portrait need it. */
export class Portrait {
  constructor(profile, charts, corrections) {
    Object.assign(this, {profile, charts, corrections});
    this.id = profile.user_id;
    this.zone = charts.timezone;
    this.facts = new Map(profile.facts.map((fact) => [`${fact.dimension}/${fact.key}=${fact.value}`, fact]));
    this.corrected = new Map(corrections.map((one) => [one.fact, one]));
  }

  /** Return the facts of a dimension, of some keys or of all. */
  of(dimension, ...keys) {
    return this.profile.facts.filter((fact) => fact.dimension === dimension && (!keys.length || keys.includes(fact.key)));
  }
}

/** Load the portrait of a user. */
export async function readPortrait(id, signal) {
  const parts = [readProfile(id, preferences.lang, signal), readCharts(id, signal), readCorrections(id, signal)];
  return new Portrait(...await Promise.all(parts));
}

/** Show the portrait; a correction draws it anew, with how the ranking moved. */
export async function showPortrait({main, signal, ids: [id]}) {
  showLoading(main);
  const portrait = await readPortrait(id, signal);
  if (signal.aborted) return;
  const ranking = h('div', {class: 'card full', id: 'ranking'});
  const redraw = async (moves) => draw(await readPortrait(id, signal), moves);
  const draw = (now, moves = []) => {
    if (signal.aborted) return;
    const act = {signal, redraw, ranking};
    showView(main, t('portrait.title', {id: now.id}), h('div', {class: 'grid'},
      drawHero(now, act),
      h('div', {class: 'column wide'}, part('interests', '', drawInterests(now, act)), part('trends', '', drawTrends(now)),
        part('writings', '', drawWritings(now))),
      h('div', {class: 'column slim'}, part('rhythm', '', drawRhythm(now)), part('aspects', '', drawAspects(now, act)),
        part('circle', '', drawCircle(now, act))),
      ranking,
      part('facts', 'full', drawFacts(now, act))));
    drawRecommendations(ranking, now, {...act, moves});
  };
  draw(portrait);
  performance.mark('limner-painted');
}

function part(name, size, content) {
  return h('section', {class: `card ${size}`, id: name, 'aria-labelledby': `${name}-title`},
    h('h2', {id: `${name}-title`}, t(`${name}.title`)), content);
}
