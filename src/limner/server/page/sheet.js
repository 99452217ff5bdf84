// A sheet over the page: one fact with its evidence, and what can be corrected of it.

import {h, put} from './dom.js';
import {listEvidence, listRows} from './evidence.js';
import {day, percent} from './format.js';
import {mood} from './interests.js';
import {offerCorrections} from './corrections.js';
import {named, t} from './words.js';
import {markSpans} from './writings.js';

let opener = null;

/** Open a sheet with a title; it closes with Escape, its button, or a click beside it. */
export function openSheet(title, ...content) {
  document.querySelector('dialog')?.remove();
  opener = document.activeElement;
  const id = opener?.dataset?.back ?? opener?.id;
  const sheet = h('dialog', {class: 'sheet', 'aria-labelledby': 'sheet-title'});
  const close = () => sheet.close();
  put(sheet, h('div', {class: 'sheet-head'}, h('h2', {id: 'sheet-title', tabindex: '-1'}, title),
    h('button', {type: 'button', class: 'switch icon close', 'aria-label': t('close'), on: {click: close}}, '×')),
  h('div', {class: 'sheet-body'}, content));
  sheet.addEventListener('click', (event) => { if (event.target === sheet) close(); });
  sheet.addEventListener('close', () => {
    sheet.remove();
    const back = opener?.isConnected ? opener : document.getElementById(id) ?? document.querySelector('h1');
    back?.focus({preventScroll: true});
  });
  document.body.append(sheet);
  sheet.showModal();
  sheet.querySelector('#sheet-title').focus();
  return sheet;
}

/** Open one fact. */
export function openFact(portrait, fact, act) {
  openSheet(fact.statement, describe(fact, portrait.zone), tellHistory(fact, portrait.zone),
    h('h3', {}, t('evidence.title', {n: fact.evidence.length})), listEvidence(portrait, fact, act.signal),
    fact.dimension === 'persona' ? h('p', {class: 'small'}, t('persona.composed')) : offerCorrections(portrait, fact, act));
}

/** Open what was said of an aspect, whether or not the portrait states it. */
export function openQuotes(portrait, aspect, fact, act) {
  const quotes = h('ul', {class: 'quotes'}, aspect.quotes.map((one) => h('li', {}, h('figure', {class: 'quote'},
    h('blockquote', {}, markSpans(one.text, [one])),
    h('figcaption', {class: 'small'}, one.title ? `${one.title} · ` : '', one.timestamp ? `${day(one.timestamp, portrait.zone)} · ` : '',
      h('code', {}, one.text_id))))));
  openSheet(fact?.statement ?? aspect.value.replaceAll('_', ' '), fact ? describe(fact, portrait.zone) : null,
    fact ? tellHistory(fact, portrait.zone) : null,
    h('h3', {}, t('quotes.title', {n: aspect.quotes.length})), quotes, fact ? offerCorrections(portrait, fact, act) : null);
}

/** Open the rows of some ids: what a part of a score rests on. */
export function openRows(portrait, title, ids, signal) {
  openSheet(title, h('h3', {}, t('evidence.title', {n: ids.length})), listRows(portrait, ids, signal));
}

function describe(fact, zone) {
  const felt = mood(fact.liking);
  const pairs = [
    [t('fact.confidence'), percent(fact.confidence)],
    [t('fact.strength'), percent(fact.strength)],
    [t('fact.source'), fact.sources.map((one) => named(`source.${one}`, one)).join(', ')],
    felt.text && [t('liking'), felt.text],
    fact.trend !== 'steady' && [t('fact.trend'), t(`trend.${fact.trend}`)],
    fact.first_seen && [t('fact.seen'), `${day(fact.first_seen, zone)} – ${day(fact.last_seen, zone)}`],
    fact.dispute && [t('fact.dispute'), named(`dispute.${fact.dispute}`, fact.dispute)],
  ].filter(Boolean);
  return h('div', {}, h('dl', {class: 'pairs'}, pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
    h('p', {class: 'small path'}, h('code', {}, `${fact.dimension}/${fact.key}=${fact.value}`)));
}

function tellHistory(fact, zone) {
  if (!fact.history.length) return null;
  return h('ol', {class: 'turns', 'aria-label': t('fact.history')}, fact.history.map((turn) => {
    const good = turn.side === 'liked' || turn.side === 'said';
    const text = `${good ? '▲' : '▼'} ${named(`turn.${turn.side}`, turn.side)} · ${turn.liked} : ${turn.disliked}`;
    return h('li', {class: good ? 'liked' : 'disliked'}, turn.since ? h('time', {datetime: turn.since}, day(turn.since, zone)) : null, ' ', text);
  }));
}

