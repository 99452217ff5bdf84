// Everyone at a glance: how many, how fresh, how much is known, how fast rows come in, and in which segments.

import {readOverview, readSegments} from './api.js';
import {tableBehind} from './behind.js';
import {h, put, s} from './dom.js';
import {count, day, instant, percent} from './format.js';
import {preferences} from './preferences.js';
import {userPath} from './router.js';
import {nothing, showLoading, showView} from './states.js';
import {named, t} from './words.js';

const WIDTH = 600;
const HEIGHT = 120;

/** Show the population; segments take longer and come in when they are found. */
export async function showPopulation({main, signal}) {
  showLoading(main);
  const all = await readOverview(signal);
  if (signal.aborted) return;
  const segments = h('section', {class: 'card full', 'aria-labelledby': 'segments-title', 'aria-busy': 'true'},
    h('h2', {id: 'segments-title'}, t('segments.title')), h('p', {class: 'small'}, t('loading')));
  showView(main, t('population.title'), h('div', {class: 'grid'},
    h('section', {class: 'full'}, h('h1', {tabindex: '-1'}, t('population.title')),
      h('p', {class: 'small'}, all.newest ? t('population.as_of', {when: instant(all.newest)}) : t(all.events ? 'population.untimed' : 'population.empty')),
      h('dl', {class: 'tiles'}, ['users', 'items', 'events', 'texts', 'corrections'].map((name) =>
        h('div', {class: 'card tile'}, h('dt', {}, t(`figure.${name}`)), h('dd', {}, count(all[name])))))),
    card('rate', 'wide', drawRate(all)),
    card('freshness', 'slim', all.newest ? drawShares(freshness(all)) : nothing(t('population.nothing'))),
    card('coverage', 'half', drawShares(Object.entries(all.coverage).map(([name, some]) => [t(`coverage.${name}`), share(some, all.users), some]))),
    card('declared', 'half', drawShares(Object.entries(all.attributes).map(([name, some]) => [named(`attribute.${name}`, name.replaceAll('_', ' ')), share(some, all.users), some]))),
    segments));
  fillSegments(segments, signal);
}

function card(name, size, content) {
  return h('section', {class: `card ${size}`, 'aria-labelledby': `${name}-title`}, h('h2', {id: `${name}-title`}, t(`${name}.title`)), content);
}

function freshness({freshness: ages, users}) {
  return ages.map(({days, users: some}) => [days === null ? t('freshness.longer') : named(`freshness.within${days}`, t('freshness.within', {n: days})), share(some, users), some]);
}

const share = (some, users) => (users ? some / users : 0);

function drawShares(rows) {
  if (!rows.length) return nothing(t('population.nothing'));
  return h('ul', {class: 'shares'}, rows.map(([name, part, n]) => h('li', {}, h('span', {class: 'name'}, name),
    h('meter', {min: 0, max: 1, value: part, 'aria-label': name}), h('b', {class: 'points'}, percent(part)),
    h('span', {class: 'muted'}, t('segment.size', {n: count(n)})))));
}

function drawRate({daily_events: days, accepted_rows: accepted}) {
  const rate = Object.entries(days).map(([date, events]) => ({day: date, events}));
  if (!rate.length) return nothing(t('population.nothing'));
  const most = Math.max(1, ...rate.map((one) => one.events));
  const step = WIDTH / rate.length;
  const bars = rate.map(({day: date, events}, place) => s('rect', {class: 'bar-fill', x: place * step + step * 0.12, width: step * 0.76,
    y: HEIGHT - (events / most) * (HEIGHT - 4), height: (events / most) * (HEIGHT - 4)}, s('title', {}, `${day(date)} · ${t('events', {n: count(events)})}`)));
  const said = () => t('rate.text', {n: count(mean), most: count(most), days: rate.length});
  const mean = Math.round(rate.reduce((sum, one) => sum + one.events, 0) / rate.length);
  return h('div', {}, h('p', {class: 'small'}, said(), accepted ? ` ${t('rate.accepted', {n: count(accepted)})}` : ''),
    s('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'rate', preserveAspectRatio: 'none', role: 'img', 'aria-label': said()},
      s('line', {class: 'floor', x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT}), bars),
    h('p', {class: 'ends small', 'aria-hidden': 'true'}, h('span', {}, day(rate[0].day)), h('span', {}, day(rate.at(-1).day))),
    tableBehind(t('rate.title'), [t('rate.day'), t('figure.events')], rate.map((one) => [day(one.day), count(one.events)])));
}

async function fillSegments(place, signal) {
  const title = place.firstChild;
  try {
    const segments = await readSegments(preferences.lang, signal);
    put(place, title, h('p', {class: 'small'}, t('segments.text')), h('div', {class: 'group-list'}, segments.map(segment)));
  } catch (error) {
    if (!signal.aborted) put(place, title, nothing(error.message));
  }
  place.removeAttribute('aria-busy');
}

function segment(one) {
  return h('section', {class: 'group'}, h('h3', {}, one.name), h('p', {class: 'small'}, t('segment.size', {n: count(one.size)})),
    h('ul', {class: 'lifts'}, Object.entries(one.lifts).map(([name, lift]) => h('li', {}, name, ' ', h('span', {class: 'muted'}, `×${lift.toFixed(1)}`)))),
    h('ul', {class: 'chips', 'aria-label': t('segment.examples')}, one.examples.map((id) => h('li', {}, h('a', {class: 'chip', href: userPath(id)}, String(id))))));
}
