// The page: a head that stays, and one view at a time by the address.

import {button, h, put, s} from './dom.js';
import {showCompare} from './compare.js';
import {showLanding} from './landing.js';
import {showPopulation} from './population.js';
import {showPortrait} from './portrait.js';
import {apply, chooseLanguage, chooseTheme, onLanguage, preferences, shownTheme} from './preferences.js';
import {readRoute} from './router.js';
import {makeSearch} from './search.js';
import {showFailure} from './states.js';
import {t} from './words.js';

const views = {user: showPortrait, compare: showCompare, population: showPopulation, landing: showLanding};
const main = document.getElementById('main');
let leaving = new AbortController();

/** Show what the address says; what was being loaded for another address is dropped. */
async function show({focus = true} = {}) {
  leaving.abort();
  leaving = new AbortController();
  const {signal} = leaving;
  const route = readRoute();
  drawHead(route);
  const stage = {main, signal, ids: route.ids, again: () => show()};
  try {
    await views[route.name](stage);
  } catch (error) {
    if (signal.aborted) return;
    await showFailure(stage, error);
  }
  const placed = main.contains(document.activeElement) && document.activeElement !== main;
  if (!signal.aborted && focus && !placed) main.querySelector('h1')?.focus({preventScroll: true});
}

function drawHead(route) {
  const links = [['landing', '#/', t('nav.portraits')], ['compare', '#/compare', t('nav.compare')],
    ['population', '#/population', t('nav.population')]];
  const current = route.name === 'user' ? 'landing' : route.name;
  put(document.getElementById('skip'), t('skip'));
  put(document.getElementById('top'),
    h('div', {class: 'top-inner'},
      h('a', {class: 'brand', href: '#/', 'aria-label': t('brand.home')}, mark(),
        h('span', {class: 'brand-name'}, 'Limner'), h('span', {class: 'brand-sub'}, t('brand.sub'))),
      ['landing', 'compare'].includes(route.name) ? null : h('search', {class: 'top-search'}, makeSearch({id: 'find'})),
      h('nav', {class: 'nav', 'aria-label': t('nav')}, links.map(([name, href, text]) =>
        h('a', {href, 'aria-current': name === current ? 'page' : null}, text))),
      h('div', {class: 'switches'}, languageSwitch(), themeSwitch())));
  put(document.getElementById('foot'), t('foot'), ' ', h('a', {href: 'openapi.json'}, t('foot.api')));
}

function languageSwitch() {
  const other = preferences.lang === 'zh' ? 'en' : 'zh';
  return button(t('switch.language'), () => chooseLanguage(other),
    {class: 'switch', id: 'language', lang: other === 'zh' ? 'zh-CN' : 'en', 'aria-label': t('switch.language.label')});
}

function themeSwitch() {
  const other = shownTheme() === 'dark' ? 'light' : 'dark';
  const act = () => { chooseTheme(other); drawHead(readRoute()); document.getElementById('theme').focus(); };
  return h('button', {type: 'button', class: 'switch icon', id: 'theme', 'aria-label': t(`switch.${other}`),
    title: t(`switch.${other}`), on: {click: act}}, themeIcon(other));
}

function themeIcon(theme) {
  const rays = Array.from({length: 8}, (_, turn) => s('line', {x1: 12, y1: 2.5, x2: 12, y2: 5,
    transform: `rotate(${turn * 45} 12 12)`}));
  const shape = theme === 'dark' ? s('path', {d: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z'})
    : [s('circle', {cx: 12, cy: 12, r: 4}), rays];
  return s('svg', {viewBox: '0 0 24 24', class: 'icon-drawn', 'aria-hidden': 'true'}, shape);
}

function mark() {
  return s('svg', {viewBox: '0 0 32 32', class: 'mark', 'aria-hidden': 'true'},
    s('ellipse', {cx: 16, cy: 16, rx: 10.5, ry: 13}), s('circle', {cx: 16, cy: 12.5, r: 3.8}),
    s('path', {d: 'M9 25c1.3-4.5 3.8-6.3 7-6.3s5.7 1.8 7 6.3'}));
}

apply();
onLanguage(() => show({focus: false}).then(() => document.getElementById('language')?.focus()));
window.addEventListener('hashchange', () => { window.scrollTo(0, 0); show(); });
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest?.('input, textarea, select, dialog');
  const field = document.querySelector('input[role=combobox]');
  if (event.key === '/' && !typing && field) { event.preventDefault(); field.focus(); }
});
show({focus: false});
